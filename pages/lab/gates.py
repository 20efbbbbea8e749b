"""Every gate and state: behind one prediction, over the whole series, on two days, and in the cell itself."""

import streamlit as st

from core import charts
from core.introspect.of_run import step_dates
from core.introspect.terms import terms
from core.web import page, readings
from core.web.introspect import choices, film, wording
from core.web.living.mount import living_cell
from core.web.text import _

current = page.open_page(_("Gates"))
run, style = current.run, page.style()
article = run.experiment.model.layout == "article"


def one_step(as_cell: bool) -> None:
    """Heat maps of one day's steps and one unit's equations; or that unit as a cell to be touched."""
    matrices = readings.gate_matrices(run, pair, layer)
    place = st.container()
    step, unit = choices.step_and_unit(matrices["hidden"])
    with place:
        if as_cell:
            return living_cell(run, pair, layer, step, unit, "living-cell")
        kind = "days" if article else "window"
        page.draw(charts.gates(matrices, style, step=step, unit=unit, steps=kind), "gates")
    found = terms(readings.trace(run, pair), layer, step, unit)
    date = step_dates(run, pair)[step]
    st.markdown(_("**Unit {unit} of layer {layer} at step {step}**, the close of {date}:").format(
        unit=unit + 1, layer=layer + 1, step=step + 1, date=f"{date:%Y-%m-%d}"))  # fmt: skip
    for line in charts.equations(found, style):
        st.latex(line)


def whole_series() -> None:
    """Some units' gates under the price, and what every unit answers to."""
    bars = current.run_bars
    if bars is None:
        st.markdown(_("The prices of this earlier run are no longer at hand; this fills with the current run."))
        return
    whole = readings.whole_series(run, bars)
    units = choices.units(run, whole, layer)
    states = {name: values[layer] for name, values in whole.states.items()}
    page.draw(charts.gates_over_time(whole.closes, states, units, style, split=run.split_date), "over-time")
    st.caption(wording.sampling_line(whole))
    found = whole.correlations
    series = {"price": found.price, "log_return": found.log_return, "volatility": found.volatility}
    page.draw(charts.unit_correlations(series, style), "correlations")
    st.markdown(wording.correlation_line(whole, layer))


def two_days() -> None:
    """One gate or state on two days, and what changed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = choices.day(run, _("One day"), "gate_other_day", default=run.train_pairs)
        second = choices.day(run, _("Another day"))
        days = [readings.gate_matrices(run, day, layer) for day in (first, second)]
        name = choices.state(tuple(days[0]))
    one, other = choices.shared_steps(*(matrices[name] for matrices in days))
    titles = tuple(f"{run.prediction['date'].iloc[day]:%Y-%m-%d}" for day in (first, second))
    page.draw(charts.two_days(one, other, name, titles, style), "two-days")
    st.markdown(wording.change_line(one, other))


with st.container(horizontal=True, vertical_alignment="bottom"):
    view = choices.view(
        {"window": _("Window"), "series": _("Whole series"), "days": _("Two days"), "cell": _("Living cell")}
    )
    layer = choices.layer(run)
    pair = choices.day(run) if view in ("window", "cell") else -1
    run = choices.past(run, "gate")[0]
if view == "series":
    whole_series()
elif view == "days":
    two_days()
else:
    st.fragment(one_step, run_every=choices.pace())(view == "cell")
    if view == "window":
        film.gates(current.run, pair, layer, style)
if article:
    st.caption(_("In the article's layout the time axis is the days themselves: a step is a day, its input is the "
                 "whole window, and the state runs on from the first day."))  # fmt: skip

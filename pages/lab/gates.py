"""Every gate and state: behind one prediction, over the whole series, on two days, and in the cell itself."""

from dataclasses import replace

import streamlit as st

from core import charts
from core.introspect.of_run import step_dates
from core.introspect.terms import terms
from core.unfinished import Unfinished
from core.web import page, readings, so_far
from core.web.current import Current
from core.web.introspect import alike, choices, days, film, opened, series
from core.web.living.mount import living_cell
from core.web.text import _

current = page.open_page(_("Gates"), growing=True)
head = st.container(horizontal=True, vertical_alignment="bottom")
with head:
    view = choices.view(
        {
            "window": _("Window"),
            "series": _("Whole series"),
            "days": _("Two days"),
            "drives": _("What opens it"),
            "cell": _("Living cell"),
        }
    )
if view != "window":  # only the heat maps are drawn while the network learns
    current = so_far.earlier(current)
run, style = current.run, page.style()
article = run.experiment.model.layout == "article"


def one_step(as_cell: bool, now: Current) -> None:
    """Heat maps of one day's steps and one unit's equations; or that unit as a cell to be touched."""
    run = now.run
    matrices = readings.gate_matrices(run, pair, layer)
    place = st.container()
    step, unit = choices.step_and_unit(matrices["hidden"])
    with place:
        if as_cell:
            return living_cell(run, pair, layer, step, unit, "living-cell")
        kind = "days" if article else "window"
        drawn = charts.gates(matrices, style, step=step, unit=unit, steps=kind)
        choose = choices.choose_cell if charts.can_be_pressed(matrices["hidden"].shape) else None
        page.draw(drawn, "gates", choose, _("Press a cell to see its equations."))
        so_far.label(now)
    found = terms(readings.trace(run, pair), layer, step, unit)
    date = step_dates(run, pair)[step]
    st.markdown(_("**Unit {unit} of layer {layer} at step {step}**, the close of {date}:").format(
        unit=unit + 1, layer=layer + 1, step=step + 1, date=f"{date:%Y-%m-%d}"))  # fmt: skip
    for line in charts.equations(found, style):
        st.latex(line)
    opened.terms_by_input(run, found, layer)


def learning(now: Current) -> None:
    """The same with the network as it stands; the panels' place before there is one."""
    if now.run.weights:
        return one_step(False, now)
    page.draw(so_far.gates_to_come(now.run, pair, style), "gates")
    so_far.label(now)


with head:
    layer = choices.layer(run)
    pair = choices.day(run) if view in ("window", "cell") else -1
    run = choices.past(run, "gate")[0]
if view != "window" and isinstance(run, Unfinished):
    st.caption(_("This view fills as soon as the training is done."))
elif view == "series":
    series.whole(current, run, layer, style)
elif view == "days":
    days.compare(run, layer, style)
elif view == "drives":
    opened.show(run, layer, style)
elif isinstance(run, Unfinished):
    so_far.live(current, learning)
else:
    st.fragment(one_step, run_every=choices.pace())(view == "cell", replace(current, run=run))
    if view == "window":
        film.gates(current.run, pair, layer, style)
        alike.show(current, pair)
        so_far.watch(current)
if article:
    st.caption(_("In the article's layout the time axis is the days themselves: a step is a day, its input is the "
                 "whole window, and the state runs on from the first day."))  # fmt: skip

"""What every page of the lab begins with: title, what it stands on, progress, and a sentence where nothing is yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.charts import Chart, Style
from core.evaluation.task import TRADING_DAYS
from core.input_names import PARTS
from core.run import Run
from core.unfinished import Unfinished
from core.web import address, another_source, frame, inputs, job_panel, readings, session, so_far
from core.web.current import Current, fetch_again, look, prices
from core.web.job_panel import POLL_SECONDS
from core.web.joined import aligned
from core.web.labels import input_label, is_chinese, option_label, run_name, unit
from core.web.prices import calendar
from core.web.taking_away.menu import menu
from core.web.text import _, as_written, language, say
from core.web.wording import quirks


def open_page(title: str, needs: str = "run", lead: str = "", growing: bool = False) -> Current:
    """Draw the head of a page; ends the script with a sentence when what the page needs is missing.

    Args:
        needs: "bars" for pages that only show prices, "run" for those that show a trained model, "" for those that
            can do without either.
        lead: a sentence under the title.
        growing: the run may be an Unfinished one, as `so_far.see` gives it.
    """
    st.title(title)
    if lead:
        st.markdown(lead)
    current = look(session.BASE.get())
    current = so_far.see(current) if growing else current
    for error in address.complaints():
        st.warning(say(error.sentence))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(standing(current))
        menu(current, style)
    for rule in aligned(current.experiment):
        st.caption(say(rule))
    _strip(current)
    finished = current.run if not isinstance(current.run, Unfinished) else None
    if finished and (told := quirks(finished)):
        with st.expander(_("Quirks of the published recipe")):
            st.markdown("\n".join(f"- {sentence}" for sentence in told))
    if (needs == "bars" and current.bars is None) or (needs == "run" and current.run is None):
        _nothing_yet(current)
        st.stop()
    return current


def style(run: Run | None = None) -> Style:
    """How this visitor sees charts: theme, language, the page's width, how prices are coloured and written.

    Args:
        run: whose values are shown; None for the prices of the dials.
    """
    query, bars = session.PRICES.get() or (session.BASE.get().data, None)
    if run is not None and run.experiment.data != query:
        query, bars = run.experiment.data, None
    yearly = run is not None and run.experiment.train.target == "volatility"  # a calendar takes long to load
    rising, room = st.session_state.get(inputs.RISING, inputs.RISINGS[0]), frame.room()
    return Style(
        dark=st.context.theme.type == "dark",
        translate=_,
        language=language(),
        rising_red=is_chinese(query) if rising == "market" else rising == "red",
        narrow=room == frame.ROOMS[0],
        room=room,
        unit=unit(query),
        digits=readings.digits(run, bars),
        bars_a_year=calendar(query, bars).periods_per_year if yearly else TRADING_DAYS,
    )


def draw(chart: Chart, key: str, choose: Callable[[Any], None] | None = None, told: str = "") -> None:
    """A chart with its words for those who cannot see it.

    Args:
        choose: called with the `customdata` of a mark that is pressed, or its x; not on a phone, where Plotly takes a
            tap for the mark that was tapped before.
        told: what a press does, said below the chart where one does it.
    """
    config = {"displaylogo": False}
    pressed = choose is not None and not _is_phone()
    with st.container(border=True):
        if choose is None or not pressed:
            st.plotly_chart(chart.figure, key=key, alt=chart.alt, theme=None, config=config)
        else:
            st.plotly_chart(
                chart.figure, key=key, alt=chart.alt, theme=None, config=config, selection_mode="points",
                on_select=lambda: _pressed(key, choose),
            )  # fmt: skip
    if pressed and told:
        st.caption(told)


def _pressed(key: str, choose: Callable[[Any], None]) -> None:
    """A press on a mark that is selected already takes the selection away: it means that mark all the same."""
    points = st.session_state[key].selection.points
    mark = points[0].get("customdata", points[0]["x"]) if points else session.PRESSED.at(key).get()
    if mark is not None:
        session.PRESSED.at(key).put(mark)
        choose(mark)


def _is_phone() -> bool:
    """A phone."""
    return "Mobi" in st.context.headers.get("User-Agent", "")


def standing(current: Current) -> str:
    """What the page stands on: prices, model, training, in one line."""
    data, model = current.experiment.data, current.experiment.model
    parts = [f"**{as_written(data.ticker)}**"]
    if (bars := current.fetch.bars) is not None:
        first, last = bars.index[0].date(), bars.index[-1].date()
        parts.append(_("{rows} closes, {first} to {last}").format(rows=f"{len(bars):,}", first=first, last=last))
    parts.append(
        _("{cell}, {layers} × {units} units, window {window}").format(
            cell=option_label(model.cell), layers=model.num_layers, units=model.hidden_size, window=model.window
        )
    )
    if current.settled and current.run:
        parts.append(_("{count} parameters").format(count=f"{current.run.parameter_count:,}"))
        parts.append(_("trained in {seconds} s").format(seconds=_seconds(current.run.seconds)))
    return " · ".join(parts)


def _seconds(taken: float) -> str:
    return f"{taken:.1f}" if taken >= 0.095 else f"{taken:.2g}"


def training_words() -> job_panel.Words:
    """What the panel of the visitor's own training says."""
    return job_panel.Words(
        offer=_("These settings take about {time} to train."),
        start=_("Train"),
        training=_("Training: epoch {epoch} of {epochs}, about {left} left"),
        cancelled=_("Training was cancelled."),
        again=_("Train again"),
    )


def _strip(current: Current) -> None:
    """One line on what is going on: fetching, queued, training, failed, cancelled, or waiting for a word."""
    if current.fetch.state == "running":
        _fetching(current)
    elif current.fetch.error:
        st.error(say(current.fetch.error.sentence), icon=":material/error:")
        with st.container(horizontal=True):
            _without_input(current)
            if current.experiment.data.source != "upload":
                fetch_again_button(current, "strip")
            another_source.buttons(current.experiment.data, "strip")
    elif current.wanted:
        job_panel.panel([current.wanted], [current.job], training_words())
    if current.run is not None and not current.settled and not isinstance(current.run, Unfinished):
        below_is(current.run)


def _without_input(current: Current) -> None:
    """A press to leave out the input that cannot be had; nothing where no one input is to blame."""
    assert current.fetch.error is not None
    inputs_chosen, blamed = current.experiment.model.inputs, current.fetch.error.values.get("input")
    if left_out := [name for name in inputs_chosen if blamed in (name, *PARTS.get(name, ()))]:
        st.button(
            _("Leave out {input}").format(input=as_written(input_label(left_out[0]))), key="strip_leave_out",
            on_click=inputs.set_dials, icon=":material/remove:",
            kwargs={"inputs": [name for name in inputs_chosen if name not in left_out]},
        )  # fmt: skip


def below_is(run: Run) -> None:
    """Names an earlier run that stays where the new one is not there yet."""
    st.caption(_("Shown below is your previous run: {what}.").format(what=as_written(run_name(run))))


def fetch_again_button(current: Current, place: str) -> None:
    """Ask the source anew, whatever the store holds; `place` tells two of them on one page apart."""
    help = _("Asks the source anew, whatever is kept from earlier.")
    st.button(
        _("Fetch again"), key=f"{place}_fetch_again", on_click=fetch_again, args=(current.experiment,),
        icon=":material/refresh:", help=help,
    )  # fmt: skip


@st.fragment(run_every=POLL_SECONDS)
def _fetching(current: Current) -> None:
    fetch = prices(current.experiment)
    if fetch.state != "running":
        st.rerun()
    ticker = as_written(fetch.ticker or current.experiment.data.ticker)
    told = _("Fetching {ticker}: {what}").format(ticker=ticker, what=fetch.what)
    st.progress(fetch.share, text=told)


def _nothing_yet(current: Current) -> None:
    """One sentence on when there will be something."""
    if current.fetch.error or (current.job and current.job.error):
        st.write(_("Change the settings in the sidebar, and this page fills again."))
        return
    st.caption(_("This page fills as soon as the training is done."))

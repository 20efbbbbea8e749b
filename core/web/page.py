"""What every page of the lab begins with: title, what it stands on, progress, and a sentence where nothing is yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core import service
from core.charts import Chart, Style
from core.config import DataQuery
from core.data.markets import security
from core.data.sample import TICKER as SAMPLE_TICKER
from core.errors import UnknownTickerError
from core.run import Run
from core.service import JobState
from core.web import inputs, session
from core.web.current import Current, fetch_again, look, prices
from core.web.labels import option_label
from core.web.text import _, say
from core.web.wording import quirks

POLL_SECONDS = 0.5


def open_page(title: str, needs: str = "run", lead: str = "") -> Current:
    """Draw the head of a page and return the lab; ends the script with a sentence when what the page needs is missing.

    Args:
        needs: "bars" for pages that only show prices, "run" for those that show a trained model.
        lead: a sentence under the title.
    """
    st.title(title)
    if lead:
        st.markdown(lead)
    lab = look(session.base())
    for error in inputs.complaints():
        st.warning(say(error))
    st.caption(standing(lab))
    strip(lab)
    if lab.run and (told := quirks(lab.run)):
        with st.expander(_("Quirks of the published recipe")):
            st.markdown("\n".join(f"- {sentence}" for sentence in told))
    if (needs == "bars" and lab.bars is None) or (needs == "run" and lab.run is None):
        _nothing_yet(lab)
        st.stop()
    return lab


def style() -> Style:
    """How this visitor sees charts: theme, language, a phone or not."""
    phone = "Mobi" in st.context.headers.get("User-Agent", "")
    return Style(
        dark=st.context.theme.type == "dark",
        translate=_,
        rising_red=session.rising_red(),
        narrow=phone,
        unit=unit((session.prices() or (session.base().data,))[0]),
    )


def unit(query: DataQuery) -> str:
    """What prices of these are in, as far as the exchange tells; "" where it does not."""
    if query.source == "upload":
        return ""
    if query.ticker == SAMPLE_TICKER:
        return "USD"
    try:
        return _("points") if security(query.ticker).kind == "index" else "CNY"
    except UnknownTickerError:
        return ""


def draw(chart: Chart, key: str) -> None:
    """A chart with its say for those who cannot see it."""
    with st.container(border=True):
        st.plotly_chart(chart.figure, key=key, alt=chart.alt, theme=None, config={"displaylogo": False})


def standing(lab: Current) -> str:
    """What the page stands on: prices, model, training, in one line."""
    data, model = lab.experiment.data, lab.experiment.model
    parts = [f"**{data.ticker}**"]
    if (bars := lab.fetch.bars) is not None:
        first, last = bars.index[0].date(), bars.index[-1].date()
        parts.append(_("{rows} closes, {first} to {last}").format(rows=f"{len(bars):,}", first=first, last=last))
    cell = option_label(model.cell)
    parts.append(
        _("{cell}, {layers} × {units} units, window {window}").format(
            cell=cell, layers=model.num_layers, units=model.hidden_size, window=model.window
        )
    )
    if lab.current and lab.run:
        parts.append(_("{count} parameters").format(count=f"{lab.run.parameter_count:,}"))
        parts.append(_("trained in {seconds} s").format(seconds=f"{lab.run.seconds:.1f}"))
    return " · ".join(parts)


def strip(lab: Current) -> None:
    """One line on what is going on: fetching, queued, training, failed, cancelled, or waiting for a word."""
    if lab.fetch.state == "running":
        _fetching(lab)
    elif lab.fetch.error:
        st.error(say(lab.fetch.error), icon=":material/error:")
        if lab.experiment.data.source != "upload":
            fetch_again_button(lab)
    elif lab.job is None:
        _offer_long_training(lab)
    elif lab.job.live:
        _training(lab)
    elif lab.job.state == "cancelled":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(_("Training was cancelled."))
            st.button(_("Train again"), on_click=_restart, args=(lab,), icon=":material/replay:")
    elif lab.job.error:
        st.error(say(lab.job.error), icon=":material/error:")
        st.button(_("Try again"), on_click=_restart, args=(lab,), icon=":material/replay:")
    if lab.run is not None and not lab.current:
        st.caption(_("Shown below is your previous run: {what}.").format(what=_named(lab.run)))


def fetch_again_button(lab: Current) -> None:
    """Ask the source anew, whatever the store holds."""
    help = _("Asks the source anew, whatever is kept from earlier.")
    st.button(_("Fetch again"), on_click=fetch_again, args=(lab.experiment,), icon=":material/refresh:", help=help)


def live(lab: Current, body: Callable[[JobState | None], None]) -> None:
    """Draw `body` now, and again twice a second while the training runs."""
    running = lab.job is not None and lab.job.live

    @st.fragment(run_every=POLL_SECONDS if running else None)
    def drawn() -> None:
        body(_job(lab) if running else lab.job)

    drawn()


def _job(lab: Current) -> JobState:
    return service.ask(lab.experiment, lab.bars, session.visitor())


@st.fragment(run_every=POLL_SECONDS)
def _fetching(lab: Current) -> None:
    fetch = prices(lab.experiment)
    if fetch.state != "running":
        st.rerun()
    st.progress(
        fetch.share, text=_("Fetching {ticker}: {what}").format(ticker=lab.experiment.data.ticker, what=fetch.what)
    )


@st.fragment(run_every=POLL_SECONDS)
def _training(lab: Current) -> None:
    job = _job(lab)
    if not job.live:
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(job.share, text=_progress_words(job))
    button.button(
        _("Cancel"), key="cancel", on_click=service.cancel, args=(job.key, session.visitor()), width="stretch"
    )


def _progress_words(job: JobState) -> str:
    if job.state == "queued":
        return _("Waiting: place {position} in the queue, about {wait} s").format(
            position=job.position, wait=f"{job.wait:.0f}"
        )
    return _("Training: epoch {epoch} of {epochs}, about {left} s left").format(
        epoch=len(job.records), epochs=job.steps or "…", left=f"{job.seconds_left:.0f}"
    )


def _offer_long_training(lab: Current) -> None:
    assert lab.bars is not None
    seconds = service.estimated_seconds(lab.experiment, len(lab.bars))
    key = service.key_of(lab.experiment, lab.bars)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(_("These settings take about {seconds} s to train.").format(seconds=f"{seconds:.0f}"))
        st.button(_("Train"), key="train", type="primary", on_click=session.agree, args=(key,))


def _restart(lab: Current) -> None:
    service.ask(lab.experiment, lab.bars, session.visitor(), restart=True)


def _named(run: Run) -> str:
    model = run.experiment.model
    return _("{ticker}, {cell}, {layers} × {units} units, window {window}").format(
        ticker=run.experiment.data.ticker,
        cell=option_label(model.cell),
        layers=model.num_layers,
        units=model.hidden_size,
        window=model.window,
    )


def _nothing_yet(lab: Current) -> None:
    """The place of what is to come, and one sentence, so that nothing jumps when it comes."""
    if lab.fetch.error or (lab.job and lab.job.error):
        st.write(_("Change the settings in the sidebar, and this page fills again."))
        return
    st.caption(_("This page fills as soon as the training is done."))
    st.container(border=True, height=420)


def placeholder(height: int) -> None:
    """The place a chart will take."""
    st.container(border=True, height=height)


def figures(named: dict[str, str]) -> None:
    """A row of figures that wraps, the chart's supporting cast."""
    with st.container(horizontal=True):
        for name, value in named.items():
            st.metric(name, value, width="content")


def kept_choice(widget: Callable[..., Any], label: str, options: list[Any], key: str, default: Any, **more: Any) -> Any:
    """A choice that survives page switches, and falls back to `default` when the run no longer has the option."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    return widget(label, options, key=key, persist_state="session", **more) if len(options) > 1 else options[0]


def stepper(label: str, count: int, key: str) -> int:
    """A step of 0..count-1 that one can drag, or walk with two buttons."""
    options = list(range(1, count + 1))

    def walk(by: int) -> None:
        st.session_state[key] = min(max(st.session_state.get(key, count) + by, 1), count)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        for by, icon, help in ((-1, "left", _("One step back")), (1, "right", _("One step on"))):
            st.button("", key=f"{key}_{icon}", icon=f":material/chevron_{icon}:", help=help, on_click=walk, args=(by,))
        return int(kept_choice(st.select_slider, label, options, key, default=count)) - 1

"""Days like the chosen one: where the network was in nearly the same state, and what happened next."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.charts import Style
from core.charts.style import number
from core.evaluation.task import annualised
from core.introspect.alike import distances, nearest
from core.run import Run
from core.web import page, readings
from core.web.current import Current
from core.web.introspect import choices
from core.web.readings import Whole
from core.web.text import _, joined

WIDTHS = (96, 112, 64)  # pixels: day, what happened next, distance


def show(current: Current, pair: int) -> None:
    """In an expander, worked out when it is opened: the nearest days, each a press, and how little they prove."""
    shown = st.expander(_("Days like this one"), key="alike_shown", on_change="rerun")
    if not shown.open:
        return
    assert current.run is not None
    with shown:
        if current.run_bars is None:
            st.markdown(_("The prices of this earlier run are no longer at hand; this fills with the current run."))
            return
        whole = readings.whole_series(current.run, current.run_bars)
        _show(current.run, whole, pair)


def _show(run: Run, whole: Whole, pair: int) -> None:
    """The table of the nearest days between what it shows and what it says."""
    window, style = run.experiment.model.window, page.style(run)
    own = readings.trace(run, pair).states.hidden[-1, 0, -1]
    away, pairs = distances(whole.states["hidden"][-1], own), np.arange(len(whole.closes)) * whole.every
    near = nearest(away, pairs, pair, apart=window)
    if not len(near):
        st.markdown(_("Every day’s window overlaps this one’s, so there is none to compare it with."))
        return
    st.caption(_words(whole))
    volatile = run.task.target == "volatility"
    with st.container(gap=None):
        _row(_("Day predicted"), _("volatility") if volatile else _("change to that day"), _("distance"))
        for place in near:
            day = run.prediction["date"].iloc[pairs[place]].date()
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(width=WIDTHS[0]):
                    st.button(str(day), key=f"alike_{place}", type="tertiary", on_click=choices.open_day, args=(day,),
                              help=_("Show this day"))  # fmt: skip
                st.markdown(next_move(run, int(pairs[place]), style), width=WIDTHS[1])
                st.markdown(number(float(away[place]), 2), width=WIDTHS[2])
    st.markdown(what_followed(run, [int(found) for found in pairs[near]], style))


def _row(*heads: str) -> None:
    with st.container(horizontal=True, gap="small"):
        for head, width in zip(heads, WIDTHS, strict=True):
            st.caption(head, width=width)


def _words(whole: Whole) -> str:
    told = [
        _(
            "The days on which the last layer’s hidden state came nearest to this day’s, earlier or later; each unit "
            "counts in its own standard deviation. Days whose windows overlap this one’s are left out."
        )
    ]
    if whole.every > 1:
        told.append(_("So large a network is replayed on one day in {every} only.").format(every=whole.every))
    return joined(told)


def next_move(run: Run, pair: int, style: Style) -> str:
    """The change to the day a pair predicts in per cent; of volatility the level on that day."""
    actual, before = float(run.task.actual[pair]), float(run.task.previous[pair])
    if run.task.target == "volatility":
        return _level(actual, style)
    if before <= 0:
        return "–"  # has no per cent
    change = 100 * (actual / before - 1)
    return f"{'+' if change > 0 else ''}{number(change, 2)}%"


def what_followed(run: Run, pairs: list[int], style: Style) -> str:
    """One sentence: what happened after these days, beside all days, and that it proves nothing."""
    actual, before = run.task.actual, run.task.previous
    if run.task.target == "volatility":
        told = _("The median volatility was {these} after these {count} days and {all} after all.").format(
            these=_level(float(np.median(actual[pairs])), style), count=len(pairs),
            all=_level(float(np.median(actual)), style),
        )  # fmt: skip
    else:
        rose = actual > before
        told = _("The price rose after {rises} of these {count} days, and after {share} of all days.").format(
            rises=int(rose[pairs].sum()), count=len(pairs), share=f"{rose.mean():.0%}"
        )
    return joined([told, _("So few days prove nothing.")])


def _level(value: float, style: Style) -> str:
    """A log range as volatility a year, or as it is where nobody knows how many bars a year has."""
    if style.bars_a_year is None:
        return number(value, 3)
    return _("{percent} a year").format(
        percent=f"{float(annualised(np.array([value]), bars_a_year=style.bars_a_year)[0]):.1%}"
    )

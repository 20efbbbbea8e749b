"""A run of the plan becomes the current one: its settings are set, and it is there at once, as it is kept."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core import service
from core.web import inputs, pinned, session
from core.web.sweep import measures
from core.web.sweep.going import Stand
from core.web.sweep.shown import Shown, shown_of
from core.web.text import _, as_written


def nearest(shown: Shown, mine: NDArray[np.bool_], measure: str) -> None:
    """Of those runs, open the one nearest to their median; the callback of a press."""
    values = np.where(mine, measures.values(shown.rows, measure), np.nan)
    if np.isfinite(values).any():
        place = int(np.nanargmin(np.abs(values - np.nanmedian(values))))
        set_dials(shown, place)


def set_dials(shown: Shown, place: int) -> None:
    """Make the run at that place the current one."""
    inputs.fill(shown.rows[place].experiment)
    session.SWEEP_OPENED.put(True)  # from within a fragment: the rest of the page is to be drawn anew


def line(found: Stand) -> None:
    """What the current run is among these, its skill, and where to look at it."""
    session.SWEEP_OPENED.put(False)
    every, now = shown_of(found), session.BASE.get()
    place = next((place for place, row in enumerate(every.rows) if row.experiment == now), None)
    if place is None:
        return
    row = every.rows[place]
    told = _("The current run: {run}, skill {skill} on the validation part.").format(
        run=as_written(every.of(place)), skill=measures.written(measures.value(row, measures.VALIDATION))
    )
    with st.container(horizontal=True, vertical_alignment="center", key="sweep_opened"):
        st.markdown(told, width="content")
        st.page_link("lab/forecast.py", label=_("Its forecast"), icon=":material/arrow_forward:", width="content")
        _keep(found, row.key, every.numbers[place])


def _keep(found: Stand, key: str, number: int) -> None:
    def keep() -> None:
        done = service.finished(key)
        if done is not None:
            pinned.pin(done.result, found.bars.get(found.asked.experiments[number].data))

    kept = key in [pin.key for pin in pinned.pins()]
    st.button(
        _("Keep to compare"), key="sweep_keep", icon=":material/keep:", disabled=kept or pinned.is_full(),
        on_click=keep,
        help=_("It then stands on the page “Compare”, beside others that are kept."),
    )  # fmt: skip

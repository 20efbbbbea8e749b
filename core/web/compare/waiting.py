"""Runs of an opened link that are not trained here: two at a time by the rule of every job."""

from __future__ import annotations

import streamlit as st

from core.pins import Pin
from core.service import JobState
from core.web import current, job_panel, pinned
from core.web.job_panel import POLL_SECONDS, Wanted
from core.web.text import _, as_written, say
from core.web.wording import because

AT_A_TIME = 2  # so that a link never fills the queue


def waiting() -> None:
    """Ask for them, and say how far they are, what they wait for, or why they cannot be had."""
    wanted: list[tuple[Wanted, JobState | None]] = []
    fetching: list[Pin] = []
    for pin, name in zip(pinned.pins(), pinned.names(pinned.pins()), strict=True):
        if pin not in pinned.missing() or pin.experiment is None:
            continue
        fetch = current.prices(pin.experiment)
        if fetch.error:
            st.warning(because([as_written(name)], say(fetch.error.sentence)))
        elif fetch.bars is None:
            fetching.append(pin)
        elif sum(job is not None and job.live for _wanted, job in wanted) < AT_A_TIME:
            each = Wanted(f"pin_{pin.number}", pin.experiment, fetch.bars)
            job = job_panel.look(each)
            if job is not None and job.state == "done":
                pinned.arrived(pin.number, job.result, fetch.bars)
            else:
                wanted.append((each, job))
    for some in ([pair for pair in wanted if pair[1] is not None], [pair for pair in wanted if pair[1] is None]):
        if some:
            job_panel.panel([each for each, _job in some], [job for _each, job in some])
    if fetching:
        _fetching(fetching)


@st.fragment(run_every=POLL_SECONDS)
def _fetching(pins: list[Pin]) -> None:
    found = [current.prices(pin.experiment) for pin in pins if pin.experiment is not None]
    if any(fetch.state != "running" for fetch in found):
        st.rerun()
    st.progress(min(fetch.share for fetch in found), text=_("Fetching the prices of kept runs"))

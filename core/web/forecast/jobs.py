"""Jobs beside the visitor's training: asked for by place, so that none replaces the training or another place's."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core import service
from core.config import Experiment
from core.jobs.tasks import HorizonTask, SeedSweep, Tick, WalkForwardTask
from core.run import Run
from core.service import JobState, Runner, register
from core.web import page, session
from core.web.current import BY_ITSELF_SECONDS, Current, seat
from core.web.text import _, say

register(SeedSweep, Runner("core.jobs.runners:run_sweep", "core.jobs:sweep_outlook"))
register(WalkForwardTask, Runner("core.jobs.runners:run_walk", "core.jobs:walk_outlook"))
register(HorizonTask, Runner("core.jobs.runners:run_outlook", "core.jobs:beyond_outlook"))

ASKED = "_asked_"  # session keys by place: the job last asked for, and the last finished one
DONE = "_done_"


def look(place: str, task: Any, bars: pd.DataFrame | None, agreed: bool = False) -> JobState | None:
    """Join, start or read the job of `task`; None when it is long and waits for the visitor's word.

    What was asked for at this place before and is not finished is given up. `agreed`: the visitor's word is there.
    """
    key, name = service.key_of(task, bars), _visitor(place)
    done: JobState | None = session.get(DONE + place, None)
    if done is not None and done.key == key:
        return done
    before = session.get(ASKED + place, None)
    if before not in (None, key):
        service.cancel(before, name)
    long = service.estimated_seconds(task, _rows(bars)) > BY_ITSELF_SECONDS
    if long and not agreed and not session.agreed(key) and service.finished(key) is None:
        session.put(ASKED + place, None)
        return None
    job = service.ask(task, bars, name, restart=before != key)
    session.put(ASKED + place, key)
    if job.state == "done":
        session.put(DONE + place, job)
    return job


def result(place: str, task: Any, bars: pd.DataFrame | None, height: int = 400) -> Any:
    """What the job found, or None: then its button, its progress or what went wrong is on the page."""
    job = look(place, task, bars)
    if job is None:
        _offer(place, task, bars)
    elif job.live:
        _progress(place, task, bars)
    elif job.state == "done":
        return job.result
    else:
        _ended(place, task, bars, job)
    page.placeholder(height)
    return None


def found_before(place: str, task: Any, bars: pd.DataFrame | None) -> Any:
    """What this very task found at this place earlier in the visit; None where it has not been run."""
    done: JobState | None = session.get(DONE + place, None)
    return done.result if done is not None and done.key == service.key_of(task, bars) else None


def clean_run(lab: Current) -> Run | None:
    """The same run with its scaler fitted on the training part alone, once it is there.

    Trained unasked if it is short, or as long as what the visitor has just asked for.
    """
    train = lab.experiment.train
    if not lab.current or lab.run is None or train.scale_on == "train":
        return None
    clean: Experiment = lab.experiment.replace(train=train.replace(scale_on="train"))
    job = look("clean", clean, lab.bars, agreed=session.agreed(lab.run.key))
    if job is not None and job.live:
        _watch("clean", clean, lab.bars)
    return job.result if job is not None and job.state == "done" else None


def _offer(place: str, task: Any, bars: pd.DataFrame | None) -> None:
    seconds = service.estimated_seconds(task, _rows(bars))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Start"), key=f"{place}_start", type="primary", on_click=session.agree, args=(service.key_of(task, bars),)
        )
        st.write(_("This takes about {time}.").format(time=_duration(seconds)))


@st.fragment(run_every=page.POLL_SECONDS)
def _progress(place: str, task: Any, bars: pd.DataFrame | None) -> None:
    job = _poll(place, task, bars)
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(job.share, text=progress_words(job))
    button.button(
        _("Cancel"), key=f"{place}_cancel", on_click=service.cancel, args=(job.key, _visitor(place)), width="stretch"
    )


@st.fragment(run_every=page.POLL_SECONDS)
def _watch(place: str, task: Any, bars: pd.DataFrame | None) -> None:
    _poll(place, task, bars)


def _poll(place: str, task: Any, bars: pd.DataFrame | None) -> JobState:
    """The job as it stands; runs the page again once it has ended."""
    job = service.ask(task, bars, _visitor(place))
    if not job.live:
        st.rerun()
    return job


def progress_words(job: JobState) -> str:
    """Where a job of several trainings stands."""
    if job.state == "queued":
        return _("Waiting: place {position} in the queue, about {wait} s").format(
            position=job.position, wait=f"{job.wait:.0f}"
        )
    last, left = job.records[-1] if job.records else None, _duration(job.seconds_left)
    if isinstance(last, Tick):
        return _("Training {number} of {count}, about {left} left").format(
            number=last.training, count=last.trainings, left=left
        )
    return _("Computing, about {left} left").format(left=left)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return _("{seconds} s").format(seconds=f"{seconds:.0f}")
    return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")


def _ended(place: str, task: Any, bars: pd.DataFrame | None, job: JobState) -> None:
    if job.error:
        st.error(say(job.error), icon=":material/error:")
    else:
        st.write(_("This was cancelled."))
    st.button(
        _("Try again"),
        key=f"{place}_again",
        on_click=_restart,
        args=(place, task, bars),
        icon=":material/replay:",
    )


def _restart(place: str, task: Any, bars: pd.DataFrame | None) -> None:
    service.ask(task, bars, _visitor(place), restart=True)


def _rows(bars: pd.DataFrame | None) -> int:
    return 0 if bars is None else len(bars)


def _visitor(place: str) -> str:
    return seat(f"{session.visitor()}:{place}")

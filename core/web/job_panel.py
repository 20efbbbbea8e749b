"""The one panel of every job: join, start or read it, tell how far it is, stop it, begin it again.

When a job starts by itself, and when it waits for a word or a sign-in, is the rule of `core.web.consent`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import streamlit as st

from core import service
from core.jobs.tasks import Tick
from core.service import JobState, Task
from core.values import EpochRecord
from core.web import consent, session, widgets
from core.web.text import _, duration, say

AT_ONCE_SECONDS = 1.0  # the page waits for a shorter one instead of showing how far it is
POLL_SECONDS = 0.5
LOOKS = 40  # about so many at a job: a long one is looked at less often
SLOWEST_POLL_SECONDS = 2.0  # of one who watches
WATCHERS = 10  # as many as look at the usual pace; more of them share these looks
_SLICE_SECONDS = 0.05


@dataclass(frozen=True, eq=False)
class Wanted:
    """A job wanted at a place on the screen; asking for another one there gives up this one, and nothing else."""

    place: str
    task: Task
    bars: pd.DataFrame | None = None

    @cached_property
    def key(self) -> str:
        return service.key_of(self.task, self.bars)

    @property
    def seconds(self) -> float:
        return service.estimated_seconds(self.task, 0 if self.bars is None else len(self.bars))

    def ask(self, restart: bool = False, wait: float = 0.0) -> JobState:
        """Join, start or read it, whatever was asked before; give it up to `wait` seconds to end."""
        until = time.monotonic() + wait
        job = service.ask(self.task, self.bars, self.seat, restart, min(wait, _SLICE_SECONDS))
        while job.live and time.monotonic() < until:
            session.visitor()  # ends this script run here when the visitor has done something since
            job = service.ask(self.task, self.bars, self.seat, wait=_SLICE_SECONDS)
        return job

    @property
    def seat(self) -> str:
        """To the service each place is a visitor of its own, so that no place's job replaces another's."""
        return seat_of(f"{session.visitor()}:{self.place}")


@st.cache_resource(scope="session", show_spinner=False, on_release=service.visitor_left)
def seat_of(name: str) -> str:
    """A name at the service, held by the browser session: when that ends, the seat's job is given up."""
    return name


@dataclass(frozen=True)
class Words:
    """What a panel says, in the visitor's language: {time} in `offer`; {epoch}, {epochs} and {left} in `training`."""

    offer: str
    start: str
    training: str
    cancelled: str
    again: str


def words() -> Words:
    """Of a job that has no words of its own."""
    return Words(
        offer=_("This takes about {time}."),
        start=_("Start"),
        training=_("Training: epoch {epoch} of {epochs}, about {left} left"),
        cancelled=_("This was cancelled."),
        again=_("Try again"),
    )


def look(wanted: Wanted, agreed: bool = False) -> JobState | None:
    """The job as it stands, begun if need be; None when it is long and waits for a word, or for a sign-in."""
    key, before = wanted.key, session.ASKED.at(wanted.place).get()
    session.ASKED.at(wanted.place).put(key)
    if before not in (None, key):
        service.cancel(before, wanted.seat)
    done = session.DONE.at(wanted.place).get()
    if done is not None and done.key == key:
        return done
    begun = session.BEGUN.at(wanted.place)  # having to wait behind others from now on is no reason to ask
    if begun.get() != key and service.finished(key) is None:
        agreed = agreed or key in session.AGREED.get() or wanted.seconds <= consent.patience()
        if not (agreed and consent.may_begin(wanted.seconds)):
            return None
    begun.put(key)
    job = wanted.ask(restart=before != key, wait=AT_ONCE_SECONDS if wanted.seconds <= AT_ONCE_SECONDS else 0.0)
    if job.state == "done":
        session.DONE.at(wanted.place).put(job)
    return job


def found_before(wanted: Wanted) -> Any:
    """What this very job found at this place earlier in the visit; None where it has not been run."""
    done = session.DONE.at(wanted.place).get()
    return done.result if done is not None and done.key == wanted.key else None


def result(wanted: Wanted, height: int = 400, so_far: Callable[[tuple[Any, ...]], None] | None = None) -> Any:
    """What the job found, or None: then its panel is on the page, and the place of what is to come.

    Args:
        height: of that place in pixels.
        so_far: draws there what has been observed, again and again while the job runs; of one that was cancelled or
            has failed it is what had come until then.
    """
    job = look(wanted)
    if job is not None and job.state == "done":
        return job.result
    panel([wanted], [job])

    def body(jobs: list[JobState | None]) -> None:
        now = jobs[0]
        if so_far is not None and now is not None and (now.live or now.records):
            so_far(now.records)
        else:
            widgets.placeholder(height)

    live([wanted], [job], body)
    return None


def panel(wanted: Sequence[Wanted], jobs: Sequence[JobState | None], said: Words | None = None) -> None:
    """One line on jobs of one place: what they cost, how far they are, or how they ended; nothing once all are done."""
    said, known = said or words(), [job for job in jobs if job is not None]
    if len(known) < len(jobs):
        _offer([each for each, job in zip(wanted, jobs, strict=True) if job is None], said)
    elif any(job.live for job in known):
        pace = _pace(known)
        st.fragment(run_every=pace)(_progress)(wanted, said, pace)
    elif ended := [each for each, job in zip(wanted, known, strict=True) if job.state in ("cancelled", "error")]:
        _ended(ended, [job for job in known if job.state != "done"], said)


def live(
    wanted: Sequence[Wanted], jobs: Sequence[JobState | None], body: Callable[[list[JobState | None]], None]
) -> None:
    """Draw `body` with the jobs now, and again and again while one of them runs; the page anew at their end."""
    running = any(job is not None and job.live for job in jobs)

    @st.fragment(run_every=_pace(jobs) if running else None)
    def drawn() -> None:
        now = [each.ask() if job and job.live else job for each, job in zip(wanted, jobs, strict=True)]
        if running and not any(job is not None and job.live for job in now):
            st.rerun()
        body(now)

    drawn()


def _pace(jobs: Sequence[JobState | None]) -> float:
    """Seconds between two looks: longer at what will take a while, and where many look."""
    left = max((job.seconds_left for job in jobs if job is not None and job.live), default=0.0)
    shared = max(1.0, service.status().visitors / WATCHERS)
    return min(max(POLL_SECONDS, left / LOOKS), SLOWEST_POLL_SECONDS) * shared


@st.fragment(run_every=POLL_SECONDS)
def watch(wanted: Wanted) -> None:
    """Run the page again once the job has ended; draws nothing."""
    if not wanted.ask(wait=POLL_SECONDS / 2).live:
        st.rerun()


def restart(wanted: Sequence[Wanted]) -> None:
    """Begin again what was cancelled or has failed."""
    for each in wanted:
        session.ASKED.at(each.place).put(each.key)
        if session.BEGUN.at(each.place).get() == each.key or consent.may_begin(each.seconds):
            each.ask(restart=True)


def _offer(wanted: Sequence[Wanted], said: Words) -> None:
    key, seconds = f"{wanted[0].place}_start", [each.seconds for each in wanted]
    if not consent.may_begin(max(seconds)):
        return consent.refuse(sum(seconds), key)

    def agree() -> None:
        for each in wanted:
            session.agree(each.key)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(said.offer.format(time=duration(sum(seconds))))
        st.button(said.start, key=key, type="primary", on_click=agree)


def _progress(wanted: Sequence[Wanted], said: Words, pace: float) -> None:
    wait = pace / 2 if len(wanted) == 1 else 0.0  # so its end is seen at once
    jobs = [each.ask(wait=wait) for each in wanted]
    if not any(job.live for job in jobs):
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    share = sum(job.share if job.live else 1.0 for job in jobs) / len(jobs)
    bar.progress(share, text=_progress_words(max(jobs, key=lambda job: job.seconds_left), said))

    def cancel() -> None:
        for each in wanted:
            service.cancel(each.key, each.seat)

    button.button(_("Cancel"), key=f"{wanted[0].place}_cancel", on_click=cancel, width="stretch")


def _progress_words(job: JobState, said: Words) -> str:
    left, last = duration(job.seconds_left), job.records[-1] if job.records else None
    noted = f" · {say(job.note)}" if job.note else ""
    if job.state == "queued":
        queued = _("Waiting: place {position} in the queue, about {wait}")
        return say(job.note) if job.note else queued.format(position=job.position, wait=duration(job.wait))
    if isinstance(last, EpochRecord):
        return said.training.format(epoch=last.epoch, epochs=job.steps or "…", left=left) + noted
    if isinstance(last, Tick):
        told = _("Training {number} of {count}, about {left} left")
        return told.format(number=last.training, count=last.trainings, left=left) + noted
    return _("Computing, about {left} left").format(left=left) + noted


def _ended(wanted: Sequence[Wanted], jobs: Sequence[JobState], said: Words) -> None:
    for told in dict.fromkeys(say(job.error.sentence) for job in jobs if job.error):
        st.error(told, icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if not any(job.error for job in jobs):
            st.write(said.cancelled)
        label = _("Try again") if any(job.error for job in jobs) else said.again
        st.button(label, key=f"{wanted[0].place}_again", on_click=restart, args=(wanted,), icon=":material/replay:")

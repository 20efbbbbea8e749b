"""Who wants what, and how far it is: the service's state without threads or workers. Callers hold the lock."""

from __future__ import annotations

import math
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
from zict import LRU

from core.errors import GatescopeError
from core.service.ahead import Ideas
from core.service.cost import CostModel
from core.service.endings import Endings
from core.service.job import Job, full, stopped_from_outside, too_slow, wait_behind
from core.service.state import JobState, Kept
from core.service.worker import Outcome, Progress

MOST_TRIES = 3
QUIET_SECONDS = 0.5  # since somebody last asked or was answered, so that a page is drawn first
NOBODY = ""  # wants the job that is done ahead; no visitor has this name


class StateMachine:
    """Jobs by key, in the order they were first asked for; wishes by visitor; endings and results."""

    def __init__(
        self,
        most_bytes: int,
        most_queued: int,
        most_seconds: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.costs = CostModel()
        # The least recently read go first; one result is kept however large, or its visitor would train it for ever.
        self.results: LRU[str, Kept] = LRU(most_bytes, {}, weight=lambda _key, kept: min(kept.size, most_bytes))
        self.jobs: dict[str, Job] = {}
        self.wishes: dict[str, str] = {}
        self.completed = 0
        self.slots = 1  # told by the service whenever the backend changes
        self._most_queued, self._most_seconds = most_queued, most_seconds
        self._leaving: dict[str, float] = {}
        self._endings = Endings()
        self.ideas = Ideas()
        self._quiet_since = -math.inf
        self._dropped: list[str] = []
        self._stopped: deque[str] = deque(maxlen=1000)

    # what visitors do

    def ask(self, key: str, task: Any, bars: pd.DataFrame | None, visitor: str, restart: bool) -> JobState:
        """Join, start or read; the visitor's older live job is given up."""
        self._leaving.pop(visitor, None)
        self._quiet_since = self.clock()
        if restart:
            self._endings.forget(visitor, key)
        if self.wishes.get(visitor) != key:
            self._give_up(visitor)
        if key not in self.jobs:
            self._stop_ahead()
        known = self._endings.get(visitor, key) or self.finished(key)
        if known:
            return known
        if key not in self.jobs:
            estimate = self.costs.estimate(task, 0 if bars is None else len(bars))
            if estimate.seconds > self._most_seconds:
                return JobState(key=key, state="error", error=too_slow(estimate.seconds, self._most_seconds))
            if len(self.queue()) >= self._most_queued:
                return JobState(key=key, state="error", error=full(self._most_queued))
            self.jobs[key] = Job(key, task, bars, estimate)
        self.jobs[key].wanted.discard(NOBODY)
        self.jobs[key].wanted.add(visitor)
        self.wishes[visitor] = key
        return self._live(self.jobs[key])

    def read(self, key: str, visitor: str) -> JobState | None:
        """The job as this visitor sees it, whatever else they want; None when there is no such job any more."""
        known = self._endings.get(visitor, key) or self.finished(key)
        return known or (self._live(self.jobs[key]) if key in self.jobs else None)

    def cancel(self, key: str, visitor: str) -> None:
        """The visitor reads "cancelled" from now on; the job ends if it was the last who wanted it."""
        if self.wishes.get(visitor) == key:
            self._endings.put(visitor, replace(self._live(self.jobs[key]), state="cancelled", position=0, wait=0.0))
            self._give_up(visitor)

    def leave(self, visitor: str, grace: float) -> None:
        """Forget the visitor once `grace` seconds are over."""
        self._leaving[visitor] = self.clock() + grace

    def drop_departed(self) -> None:
        """Give up the jobs of visitors whose grace is over."""
        for visitor in [who for who, until in self._leaving.items() if until <= self.clock()]:
            del self._leaving[visitor]
            self._endings.forget(visitor)
            self.ideas.forget(visitor)
            self._give_up(visitor)

    def _give_up(self, visitor: str) -> None:
        job = self.jobs.get(self.wishes.pop(visitor, ""))
        if job is None:
            return
        job.wanted.discard(visitor)
        if not job.wanted:
            self._drop(job)

    def _drop(self, job: Job) -> None:
        del self.jobs[job.key]
        if job.token:
            self._dropped.append(job.token)
            self._stopped.append(job.key)

    def _stop_ahead(self) -> None:
        """Somebody wants something else: what is done ahead makes room at once."""
        for job in [job for job in self.jobs.values() if job.wanted == {NOBODY}]:
            self._drop(job)

    def finished(self, key: str) -> JobState | None:
        """The finished job of this key, if it is kept; now the most recently read."""
        kept = self.results.get(key)
        return kept.state if kept else None

    # what the workers do

    def queue(self) -> list[Job]:
        """Jobs not begun, next first: those on their way to a worker, then the others in the order asked for."""
        waiting = [job for job in self.jobs.values() if job.began is None]
        return sorted(waiting, key=lambda job: not job.token)

    def submitted(self) -> int:
        """How many jobs are with the backend."""
        return sum(bool(job.token) for job in self.jobs.values())

    def next_job(self, warm: bool = True) -> Job | None:
        """The job to submit now, given its token: one asked for, or, once the workers are `warm`, one done ahead."""
        job = next((job for job in self.jobs.values() if not job.token), None) or (self._ahead() if warm else None)
        if job:
            job.tries += 1
            again = job.tries > 1 or job.key in self._stopped  # its first name may still be ending on a worker
            job.token = f"gatescope-{job.key}" + (f"-{uuid.uuid4().hex[:8]}" if again else "")
        return job

    def thinks(self) -> bool:
        """Whether there is something to be done ahead, now or soon."""
        return self.ideas.next(self.results, self.costs) is not None

    def _ahead(self) -> Job | None:
        idea = self.ideas.next(self.results, self.costs)
        if idea is None or self.jobs or self.clock() - self._quiet_since < QUIET_SECONDS:
            return None
        estimate = self.costs.estimate(idea.task, 0 if idea.bars is None else len(idea.bars))
        self.jobs[idea.key] = Job(idea.key, idea.task, idea.bars, estimate, {NOBODY})
        return self.jobs[idea.key]

    def take_dropped(self) -> list[str]:
        """Tokens the backend must cancel; each is told once."""
        dropped, self._dropped = self._dropped, []
        return dropped

    def progress(self, report: Progress) -> bool:
        """Take in a report; False when an earlier one of the same attempt is missing."""
        job = self._by_token(report.token)
        if job is None:
            return True
        if report.first == 0 and report.attempt != job.attempt:  # the first attempt, or one after a worker's death
            job.attempt, job.records, job.began = report.attempt, [], self.clock()
        if job.began is None:
            job.began = self.clock()
        if report.attempt != job.attempt or report.first > len(job.records):
            return False
        job.records[report.first :] = report.records
        return True

    def ended(self, token: str, outcome: Outcome) -> Job | None:
        """A worker brought the order back: a result (of the job returned), an error, or stopped although wanted."""
        job = self._by_token(token)
        if job is None:
            return None
        if outcome.stopped:
            self.retry(token, stopped_from_outside())
        elif outcome.error:
            job.records = list(outcome.records)
            self.failed(token, outcome.error)
        else:
            self.costs.learn(job.task, 0 if job.bars is None else len(job.bars), outcome.seconds)
            self._remove(job)
            self.completed += 1
            if NOBODY not in job.wanted:
                self._quiet_since = self.clock()
            self.results[job.key] = Kept(job.done(outcome), outcome.size)
            return job
        return None

    def retry(self, token: str, error: GatescopeError) -> None:
        """Queue the order again, before all asked for later; fail with `error` when it was tried too often."""
        job = self._by_token(token)
        if job and job.tries < MOST_TRIES:
            job.token, job.began, job.attempt, job.records = "", None, "", []
        else:
            self.failed(token, error)

    def failed(self, token: str, error: GatescopeError) -> None:
        """Everyone who wants the job reads the error."""
        if job := self._by_token(token):
            self._fail(job, error)

    def fail_all(self, error: GatescopeError) -> None:
        """No live job can go on."""
        for job in list(self.jobs.values()):
            self._fail(job, error)

    def _fail(self, job: Job, error: GatescopeError) -> None:
        state = replace(self._live(job), state="error", error=error, position=0, wait=0.0, seconds_left=0.0)
        for visitor in job.wanted - {NOBODY}:
            self._endings.put(visitor, state)
        self._remove(job)
        self.ideas.drop(job.key)

    def _remove(self, job: Job) -> None:
        del self.jobs[job.key]
        for visitor in job.wanted:
            self.wishes.pop(visitor, None)

    def _by_token(self, token: str) -> Job | None:
        return next((job for job in self.jobs.values() if job.token == token), None)

    # what is shown

    def waiting(self) -> int:
        """How many jobs that somebody wants have not begun."""
        return sum(job.began is None and job.wanted != {NOBODY} for job in self.jobs.values())

    def _live(self, job: Job) -> JobState:
        now = self.clock()
        running = job.began is not None
        queue = [] if running else self.queue()
        position = 0 if running else queue.index(job) + 1
        wait = 0.0 if running else wait_behind(queue[: position - 1], list(self.jobs.values()), self.slots, now)
        return job.live(now, position, wait)

"""Jobs, and what workers do with them: what is next, how it goes on, how it ends. Callers hold the lock."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd
from zict import LRU

from core.errors import GatescopeError
from core.sentence import N_, Sentence
from core.service.ahead import Ideas
from core.service.cost import CostModel
from core.service.endings import Endings
from core.service.job import Job, shown, stopped_from_outside, too_slow, workers_lost
from core.service.sets import SetBook
from core.service.state import JobState, Kept
from core.service.tally import Tally
from core.service.tokens import Tokens
from core.service.worker import Outcome, Progress
from core.values import Estimate

MOST_TRIES = 3  # of a job that had begun
BUSY_SECONDS = 5.0  # with the workers, and none has begun it
QUIET_SECONDS = 0.5  # since somebody last asked or was answered, so that a page is drawn first
NOBODY = ""  # wants the job that is done ahead; no visitor has this name


class JobBook:
    """Jobs by key, in the order they were first asked for; wishes by visitor; sets, endings and results."""

    def __init__(
        self,
        most_bytes: int,
        most_queued: int,
        most_seconds: float = math.inf,
        most_set_seconds: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.clock = clock
        self.costs = CostModel()
        # The least recently read go first; one result is kept however large, or its visitor would train it for ever.
        self.results: LRU[str, Kept] = LRU(most_bytes, {}, weight=lambda _key, kept: min(kept.size, most_bytes))
        self.jobs: dict[str, Job] = {}
        self.wishes: dict[str, str] = {}
        self.tally = Tally()
        self.slots, self.ahead = 1, 0  # told by the service: orders that run at once, and lie ready behind them
        self.note: Sentence | None = None  # why nothing goes on
        self.sets = SetBook(self.costs, most_set_seconds)
        self._most_queued, self._most_seconds = most_queued, most_seconds
        self._leaving: dict[str, float] = {}
        self._endings = Endings()
        self.ideas = Ideas()
        self._quiet_since = -math.inf
        self.tokens = Tokens()

    def next_job(self, warm: bool = True) -> Job | None:
        """The job to submit now, given its token; None while the workers have enough.

        One asked for by itself, or else a part of a set, or, once the workers are `warm`, one done ahead. Parts that
        lie ready at the workers do not keep out what is asked for by itself: its priority lets it pass them.
        """
        room, with_workers = self.slots + self.ahead, [job for job in self.jobs.values() if job.token]
        left = sorted((job for job in self.jobs.values() if not job.token), key=lambda job: not job.wanted)
        job = left[0] if left else None
        if job and job.wanted and sum(bool(each.wanted) for each in with_workers) < room:
            return self._named(job)
        if len(with_workers) >= room:
            return None
        job = job or self._next_part() or (self._ahead() if warm else None)
        return self._named(job) if job else None

    def _named(self, job: Job) -> Job:
        self.tokens.give(job)
        job.submitted = self.clock()
        return job

    def _next_part(self) -> Job | None:
        while given := self.sets.next():
            owner, key, turn = given
            if known := self.results.get(key):
                self.sets.found(owner, key, known.state.result)
                continue
            if joined := self.jobs.get(key):
                joined.sets.add(owner.key)
                continue
            task, bars = owner.part(key)
            estimate = self._estimate(task, bars)
            if estimate.seconds > self._most_seconds:
                self.sets.refuse(owner, key, too_slow(estimate.seconds, self._most_seconds))
                continue
            self.jobs[key] = Job(key, task, bars, estimate, sets={owner.key}, turn=turn)
            return self.jobs[key]
        return None

    def may_be_kept(self, job: Job) -> bool:
        """Whether another web process may have put a part's result on disk meanwhile."""
        return not job.wanted and not any(job.key in self.sets.sets[key].damaged for key in job.sets)

    def found(self, job: Job) -> bool:
        """The result of a part that was about to be submitted is on disk; False when a visitor has joined meanwhile."""
        if job.wanted or self.jobs.get(job.key) is not job:
            return False
        for key in job.sets:
            self.sets.found(self.sets.sets[key], job.key)
        del self.jobs[job.key]
        return True

    def take_dropped(self) -> list[str]:
        """Tokens the backend must cancel; each is told once."""
        return self.tokens.take_dropped()

    def works(self) -> bool:
        """Whether there is anything to do, now or soon."""
        return bool(self.jobs) or self.sets.waiting() > 0 or self.thinks()

    def thinks(self) -> bool:
        """Whether there is something to be done ahead, now or soon."""
        return self.ideas.next(self.results, self.costs) is not None

    def _ahead(self) -> Job | None:
        idea = self.ideas.next(self.results, self.costs)
        if idea is None or self.jobs or self.clock() - self._quiet_since < QUIET_SECONDS:
            return None
        self.jobs[idea.key] = Job(idea.key, idea.task, idea.bars, self._estimate(idea.task, idea.bars), {NOBODY})
        return self.jobs[idea.key]

    def _estimate(self, task: Any, bars: pd.DataFrame | None) -> Estimate:
        return self.costs.estimate(task, 0 if bars is None else len(bars))

    def progress(self, report: Progress) -> bool:
        """Take in a report; False when an earlier one of the same attempt is missing."""
        job = self._by_token(report.token)
        if job is None:
            return True
        if report.first == 0 and report.attempt != job.attempt:  # the first attempt, or one after a worker's death
            job.begin(report.attempt, self.clock())
            self.sets.begun(job)
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
            self.sets.ended(job, outcome.result, outcome.seconds)
            self.tally.finished(outcome.seconds)
            if NOBODY not in job.wanted:
                self._quiet_since = self.clock()
            self.results[job.key] = Kept(job.done(outcome), outcome.size)
            return job
        return None

    def retry(self, token: str, error: GatescopeError) -> None:
        """Queue the order again, before all asked for later; fail with `error` when it was tried too often."""
        job = self._by_token(token)
        if job is None:
            return
        job.spared += job.began is None
        if job.counted < MOST_TRIES:
            job.again()
        else:
            self.failed(token, error)

    def failed(self, token: str, error: GatescopeError) -> None:
        """Everyone who wants the job reads the error."""
        if job := self._by_token(token):
            self._fail(job, error)

    def suspend(self) -> None:
        """The workers are gone, and are looked for again: jobs wait, but for those that were lost too often."""
        self.note = Sentence(N_("The training workers cannot be reached at the moment; this is tried again by itself."))
        for job in list(self.jobs.values()):
            if job.token:
                self.retry(job.token, workers_lost())

    def fail_all(self, error: GatescopeError) -> None:
        """No live job and no live set can go on."""
        self.note = None
        for job in list(self.jobs.values()):
            self._fail(job, error)
        self.sets.fail_all(error)

    def _fail(self, job: Job, error: GatescopeError) -> None:
        state = replace(self._live(job), state="error", error=error, position=0, wait=0.0, seconds_left=0.0)
        for visitor in job.wanted - {NOBODY}:
            self._endings.put(visitor, state)
        self._remove(job)
        self.tally.add("failed")
        self.sets.failed(job, error)
        self.ideas.drop(job.key)

    def _remove(self, job: Job) -> None:
        del self.jobs[job.key]
        for visitor in job.wanted:
            self.wishes.pop(visitor, None)

    def _by_token(self, token: str) -> Job | None:
        return next((job for job in self.jobs.values() if job.token == token), None)

    def _drop(self, job: Job) -> None:
        del self.jobs[job.key]
        self.tokens.give_up(job)

    def finished(self, key: str) -> JobState | None:
        """The finished job of this key, if it is kept; now the most recently read."""
        kept = self.results.get(key)
        return kept.state if kept else None

    # what is shown

    def _live(self, job: Job) -> JobState:
        return shown(job, self.jobs.values(), self.slots, self.clock(), self.why([job]))

    def why(self, jobs: Iterable[Job]) -> Sentence | None:
        """Why none of these goes on; None while one does, or soon will."""
        if self.note:
            return self.note
        running = sum(job.began is not None for job in self.jobs.values())
        if running >= self.slots or self.ahead <= self.slots:  # our own work, or our own workers
            return None
        late = [job for job in jobs if job.token and self.clock() - job.submitted > BUSY_SECONDS]
        return (
            Sentence(N_("The workers of the cluster are busy with other work; this goes on as soon as one is free."))
            if late
            else None
        )

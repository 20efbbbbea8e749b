"""Who wants what, and how far it is: the service's state without threads or workers. Callers hold the lock."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

import pandas as pd

from core.errors import GatescopeError, JobError
from core.service.job import Job, full, most_running, over_time, too_slow
from core.service.job_book import NOBODY, JobBook
from core.service.job_set import JobSet
from core.service.state import JobState, SetState


class StateMachine(JobBook):
    """The book of jobs, and what visitors do."""

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
        if ended := self._endings.get(visitor, key):
            return ended
        if known := self.finished(key):
            self.tally.add("memory")
            return known
        if key not in self.jobs:
            estimate = self._estimate(task, bars)
            if refused := self._refused(estimate.seconds):
                return JobState(key=key, state="error", error=refused)
            self.jobs[key] = Job(key, task, bars, estimate)
        elif visitor not in self.jobs[key].wanted:
            self.tally.add("joined")
        job = self.jobs[key]
        if not job.wanted:
            self._promote(job)
        job.wanted.discard(NOBODY)
        job.wanted.add(visitor)
        self.wishes[visitor] = key
        return self._live(job)

    def _refused(self, seconds: float) -> JobError | None:
        """Why a new job of so many seconds is not begun."""
        if seconds > self._most_seconds:
            self.tally.add("too_slow")
            return too_slow(seconds, self._most_seconds)
        if self.waiting() >= self._most_queued:
            self.tally.add("queue_full")
            return full(self._most_queued)
        return None

    def waiting(self) -> int:
        """How many jobs that a visitor asked for by itself have not begun."""
        return sum(job.began is None and bool(job.wanted - {NOBODY}) for job in self.jobs.values())

    def parts_waiting(self) -> int:
        """How many parts of sets have not begun."""
        return self.sets.waiting() + sum(job.began is None and not job.wanted for job in self.jobs.values())

    def ask_set(self, new: JobSet, visitor: str, restart: bool, there: Container[str]) -> SetState:
        """Join, start or read the set; the visitor's older live set is given up. `there`: keys of results on disk."""
        self._leaving.pop(visitor, None)
        if self.sets.wishes.get(visitor) != new.key:
            self._give_up_set(visitor)
        found = self.sets.ask(new, visitor, restart, there)
        if isinstance(found, GatescopeError):
            return SetState(key=new.key, state="error", total=len(new.parts), error=found)
        if found.live:
            self._stop_ahead()
        return self.set_state(found, visitor)

    def read_set(self, key: str) -> SetState | None:
        """The set, whoever wants it; None when it is not known."""
        each = self.sets.sets.get(key)
        return self.set_state(each, NOBODY) if each else None

    def set_state(self, each: JobSet, visitor: str) -> SetState:
        state = self.sets.state(each, visitor, self.jobs, self.slots, self.clock())
        if not state.live or state.running:
            return state
        return replace(state, note=self.why(self.jobs[part] for part in each.at_work if part in self.jobs))

    def cancel_set(self, key: str, visitor: str) -> None:
        """The visitor reads "cancelled" from now on; parts that nobody else wants end, what is read stays."""
        if self.sets.wishes.get(visitor) == key:
            self.sets.sets[key].stopped_for.add(visitor)
            self._give_up_set(visitor)

    def _give_up_set(self, visitor: str) -> None:
        for job in self.sets.give_up(visitor, self.jobs):
            self._drop(job)

    def _promote(self, job: Job) -> None:
        """A part of a set is asked for by itself: it goes before the parts that were to go before it."""
        before = [each for each in self.jobs.values() if each.token and each.began is None and each.turn < job.turn]
        if job.token and job.began is None and len(before) > self.slots:
            self.tokens.give_up(job)

    def read(self, key: str, visitor: str) -> JobState | None:
        """The job as this visitor sees it, whatever else they want; None when there is no such job any more."""
        known = self._endings.get(visitor, key) or self.finished(key)
        return known or (self._live(self.jobs[key]) if key in self.jobs else None)

    def cancel(self, key: str, visitor: str) -> None:
        """The visitor reads "cancelled" from now on; the job ends if it was the last who wanted it."""
        if self.wishes.get(visitor) == key:
            self._endings.put(visitor, replace(self._live(self.jobs[key]), state="cancelled", position=0, wait=0.0))
            self.tally.add("cancelled")
            self._give_up(visitor)

    def leave(self, visitor: str, grace: float) -> None:
        """Forget the visitor once `grace` seconds are over."""
        self._leaving[visitor] = self.clock() + grace

    def drop_departed(self) -> None:
        """Give up the jobs of visitors whose grace is over."""
        for visitor in [who for who, until in self._leaving.items() if until <= self.clock()]:
            del self._leaving[visitor]
            left = self.jobs.get(self.wishes.get(visitor, ""))
            if left and left.wanted == {visitor} and not left.sets:
                self.tally.add("dropped")
            self._endings.forget(visitor)
            self.ideas.forget(visitor)
            self.sets.forget(visitor)
            self._give_up(visitor)
            self._give_up_set(visitor)

    def end_overdue(self) -> list[str]:
        """Fail what runs on far beyond what it should take; the names of what the workers must be rid of."""
        ended, now = [], self.clock()
        for job in [job for job in self.jobs.values() if job.token and job.began is not None]:
            run = now - (job.began or now)
            if run > most_running(job.estimate.seconds, self._most_seconds):
                ended.append(self.tokens.take_back(job))
                self._fail(job, over_time(run))
        return ended

    def _give_up(self, visitor: str) -> None:
        job = self.jobs.get(self.wishes.pop(visitor, ""))
        if job is None:
            return
        job.wanted.discard(visitor)
        if not job.wanted and not job.sets:
            self._drop(job)

    def _stop_ahead(self) -> None:
        """Somebody wants something else: what is done ahead makes room at once."""
        for job in [job for job in self.jobs.values() if job.wanted == {NOBODY}]:
            self._drop(job)

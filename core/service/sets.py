"""Many jobs asked for as one set: who wants which set, and whose turn it is. Callers hold the service's lock.

A part becomes a job only when a worker can soon take it, so that four hundred of them are no queue others wait behind.
Sets take turns: each part carries a number, its turn, and the smallest turn is next. A set that comes later begins at
the turn that is being served, so it neither waits for all of an older set nor overtakes it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

from core.errors import GatescopeError
from core.service.cost import CostModel
from core.service.job import Job
from core.service.job_set import JobSet, Reading, too_much
from core.service.state import SetState

MOST_SETS = 50  # remembered after they have ended


class SetBook:
    """Sets by key, and which one each visitor wants."""

    def __init__(self, costs: CostModel, most_seconds: float) -> None:
        self.sets: OrderedDict[str, JobSet] = OrderedDict()  # the newest asked for last
        self.wishes: dict[str, str] = {}
        self._costs, self._most_seconds = costs, most_seconds
        self._turn = 0  # being served
        self._readings: list[Reading] = []

    # what visitors do

    def ask(self, new: JobSet, visitor: str, restart: bool, there: Container[str]) -> GatescopeError | JobSet:
        """Join, start or read the set; `there` are keys of results that need no worker. An error: it is too much."""
        known = self.sets.setdefault(new.key, new)
        self.sets.move_to_end(new.key)
        if restart:
            known.stopped_for.discard(visitor)
        if visitor in known.stopped_for:
            return known
        to_do = not known.over or (restart and bool(known.failed))
        if to_do and not known.live and (refused := self._open(known, there)):
            del self.sets[known.key]
            return refused
        if not known.over:
            known.wanted.add(visitor)
            self.wishes[visitor] = known.key
        return known

    def _open(self, each: JobSet, there: Container[str]) -> GatescopeError | None:
        """Hand out from now on whatever has not been read."""
        each.failed.clear()
        left = [key for key, numbers in each.numbers.items() if numbers[0] not in each.read]
        known = [key for key in left if key in there]
        waiting = [key for key in left if key not in there]
        if (seconds := each.seconds(waiting, self._costs)) > self._most_seconds:
            return too_much(seconds, self._most_seconds)
        each.waiting, each.turn = dict.fromkeys(waiting), self._turn
        self._readings += [Reading(each, key) for key in known]
        self._forget_old()
        return None

    def _forget_old(self) -> None:
        for key in [key for key, each in self.sets.items() if not each.live and not each.waiting][:-MOST_SETS]:
            del self.sets[key]

    def give_up(self, visitor: str, jobs: Mapping[str, Job]) -> list[Job]:
        """The visitor wants no set any more; jobs that now nobody wants."""
        each = self.sets.get(self.wishes.pop(visitor, ""))
        if each is None:
            return []
        each.wanted.discard(visitor)
        if each.wanted:
            return []
        each.waiting.clear()
        left = [jobs[key] for key in each.at_work if key in jobs]
        each.at_work.clear()
        for job in left:
            job.sets.discard(each.key)
        return [job for job in left if not job.wanted and not job.sets]

    def forget(self, visitor: str) -> None:
        """What the visitor cancelled is as if it had not been asked."""
        for each in self.sets.values():
            each.stopped_for.discard(visitor)

    # what the workers do

    def next(self) -> tuple[JobSet, str, int] | None:
        """The set whose turn it is, its next part's key and that turn; the part is handed out."""
        ready = [each for each in self.sets.values() if each.waiting]
        if not ready:
            return None
        each = min(ready, key=lambda each: each.turn)
        key = next(iter(each.waiting))
        del each.waiting[key]
        turn = each.turn
        each.turn += 1
        each.at_work.add(key)
        return each, key, turn

    def begun(self, job: Job) -> None:
        """A part begins: sets that come now take their turns from here on."""
        self._turn = max(self._turn, job.turn)

    def found(self, each: JobSet, key: str, result: Any = None) -> None:
        """A part's result is there without a worker; None: on disk."""
        each.at_work.discard(key)
        self._readings.append(Reading(each, key, result))

    def ended(self, job: Job, result: Any, seconds: float) -> None:
        """A worker brought a part back."""
        for each in self._of(job):
            each.guessed += each.guesses[job.key]
            each.spent += max(seconds, 1e-3)
            self.found(each, job.key, result)

    def failed(self, job: Job, error: GatescopeError) -> None:
        """A part's job ended in an error; the set goes on."""
        for each in self._of(job):
            self.refuse(each, job.key, error)

    def refuse(self, each: JobSet, key: str, error: GatescopeError) -> None:
        """A part that was handed out cannot be had; the set goes on."""
        each.at_work.discard(key)
        self._fail(each, key, error)

    def fail_all(self, error: GatescopeError) -> None:
        """No part that waits for a worker can be had."""
        for each in list(self.sets.values()):
            for key in [*each.waiting]:
                del each.waiting[key]
                self._fail(each, key, error)

    def lost(self, reading: Reading) -> None:
        """What seemed to be on disk cannot be read: it is computed."""
        reading.owner.damaged.add(reading.key)
        if reading.owner.wanted:
            reading.owner.waiting = {reading.key: None, **reading.owner.waiting}

    def was_read(self, reading: Reading, value: Any, error: GatescopeError | None) -> None:
        """What is kept of a part, or why it could not be read."""
        each = reading.owner
        if error:
            self._fail(each, reading.key, error)
        else:
            each.read.update(dict.fromkeys(each.numbers[reading.key], value))
        self._close(each)

    def take_readings(self) -> list[Reading]:
        """Results to be read; each is told once."""
        readings, self._readings = self._readings, []
        return readings

    def waiting(self) -> int:
        """How many parts are handed to no worker yet."""
        return sum(len(each.waiting) for each in self.sets.values())

    def _fail(self, each: JobSet, key: str, error: GatescopeError) -> None:
        each.failed.update(dict.fromkeys(each.numbers[key], error))
        self._close(each)

    def _close(self, each: JobSet) -> None:
        if each.over:
            for visitor in each.wanted:
                self.wishes.pop(visitor, None)
            each.wanted.clear()

    def _of(self, job: Job) -> list[JobSet]:
        return [self.sets[key] for key in job.sets if key in self.sets]

    # what is shown

    def state(self, each: JobSet, visitor: str, jobs: Mapping[str, Job], slots: int, now: float) -> SetState:
        """The set at this moment, as the visitor sees it; "" is nobody in particular."""
        running = [jobs[key] for key in each.at_work if key in jobs and jobs[key].began is not None]
        state = SetState(
            key=each.key,
            state="running",
            total=len(each.parts),
            done=len(each.read),
            running=len(running),
            failed=dict(each.failed),
            read=dict(each.read),
        )
        if each.over:
            return replace(state, state="done")
        if visitor in each.stopped_for or not each.wanted:
            return replace(state, state="cancelled", running=0)
        return replace(state, seconds_left=self._seconds_left(each, jobs, slots, now))

    def _seconds_left(self, each: JobSet, jobs: Mapping[str, Job], slots: int, now: float) -> float:
        """Its own work and what is done of others meanwhile, on all workers; not less than its longest running part."""
        others = [other for other in self.sets.values() if other.live and other is not each]
        mine = self._work_left(each, jobs, now)
        beside = sum(min(mine, self._work_left(other, jobs, now)) for other in others)
        before = sum(job.seconds_left(now) for job in jobs.values() if job.wanted)
        running = [jobs[key].seconds_left(now) for key in each.at_work if key in jobs]
        return max([(mine + beside + before) / max(1, slots), *running])

    def _work_left(self, each: JobSet, jobs: Mapping[str, Job], now: float) -> float:
        begun = [jobs[key] for key in each.at_work if key in jobs and jobs[key].began is not None]
        not_begun = each.at_work - {job.key for job in begun}
        return each.seconds([*each.waiting, *not_begun], self._costs) + sum(job.seconds_left(now) for job in begun)

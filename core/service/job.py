"""A live job, how long it has to wait, and the sentences for jobs that cannot be had."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import pandas as pd

from core.errors import JobError
from core.sentence import N_, Sentence
from core.service.state import JobState
from core.service.worker import Outcome
from core.values import Estimate

MOST_SPARED = 10  # tries that ended before it began, as when a scheduler is lost
SINGLE = 1_000_000  # priority; no set has as many turns
OVERTIME = 10.0  # times its estimate a job may run: machines differ, and estimates are guesses
LEAST_SECONDS = 600.0  # that any job may run: a machine may be busy with other things
BEYOND_LONGEST = 2.0  # times the longest that is accepted: no job runs on for longer


class Task(Protocol):
    """What can be asked: a frozen dataclass that says how it is run, and about how long that takes.

    `runner` is "module:function", imported by the worker only and called as
    `function(task, bars, observe=callable(record), should_stop=callable() -> bool)`. Once `should_stop()` has been true
    the function ends with an exception of its own.
    """

    runner: ClassVar[str]

    def estimate(self, rows: int) -> Estimate:
        """Records, and a first guess of the seconds on one core, for bars of so many rows (0 without bars)."""
        ...


@dataclass
class Job:
    """A live job, wanted by visitors, by sets, or both.

    `token` is empty until it is submitted, `began` None until a worker has said so. `turn` orders parts of sets.
    """

    key: str
    task: Task
    bars: pd.DataFrame | None
    estimate: Estimate
    wanted: set[str] = field(default_factory=set)
    token: str = ""
    attempt: str = ""
    began: float | None = None
    records: list[Any] = field(default_factory=list)
    tries: int = 0
    sets: set[str] = field(default_factory=set)
    turn: int = 0
    submitted: float = 0.0  # when
    spared: int = 0  # tries that are not counted against it
    lost: bool = False  # a worker that was at it is gone

    @property
    def counted(self) -> int:
        """Tries, without those that ended before it began."""
        return self.tries - min(self.spared, MOST_SPARED)

    @property
    def priority(self) -> int:
        """The higher goes first: what a visitor asked for by itself before all parts of sets, which take turns."""
        return SINGLE + self.tries if self.wanted else -self.turn

    def begin(self, attempt: str, now: float) -> None:
        """A worker begins it: the first one, or another after that one's death."""
        self.lost = self.lost or bool(self.attempt)
        self.attempt, self.records, self.began = attempt, [], now

    def again(self) -> None:
        """Back to where it was before it was submitted."""
        self.lost = self.lost or self.began is not None
        self.token, self.began, self.attempt, self.records = "", None, "", []

    def live(self, now: float, position: int, wait: float, note: Sentence | None = None) -> JobState:
        """As it stands; `position` and `wait` are 0 once it has begun."""
        return JobState(
            key=self.key,
            state="queued" if self.began is None else "running",
            position=position,
            wait=wait,
            records=tuple(self.records),
            steps=self.estimate.steps,
            seconds_left=wait + self.seconds_left(now),
            seconds=0.0 if self.began is None else now - self.began,
            note=note if self.began is None else begun_again() if self.lost else None,
        )

    def done(self, outcome: Outcome) -> JobState:
        """As a worker brought it back."""
        return JobState(
            key=self.key,
            state="done",
            records=outcome.records,
            steps=self.estimate.steps,
            seconds=outcome.seconds,
            result=outcome.result,
        )

    def seconds_left(self, now: float) -> float:
        """From its own pace once there are records, else from the estimate."""
        if self.began is None:
            return self.estimate.seconds
        run = now - self.began
        made = len(self.records) - self.estimate.at_once
        if self.estimate.steps and made > 0:
            return run * max(0, self.estimate.steps - len(self.records)) / made
        return max(0.0, self.estimate.seconds - run)


def queue_of(jobs: Iterable[Job]) -> list[Job]:
    """Jobs not begun, next first: asked for by themselves, then parts of sets; what is on its way to a worker first."""
    waiting = [job for job in jobs if job.began is None]
    return sorted(waiting, key=lambda job: (not job.wanted, not job.token))


def shown(job: Job, jobs: Collection[Job], slots: int, now: float, note: Sentence | None) -> JobState:
    """The job as it stands among the others."""
    if job.began is not None:
        return job.live(now, 0, 0.0)
    queue = queue_of(jobs)
    position = queue.index(job) + 1
    return job.live(now, position, wait_behind(queue[: position - 1], list(jobs), slots, now), note)


def wait_behind(before: list[Job], jobs: list[Job], slots: int, now: float) -> float:
    """Seconds until a worker is free for the next job: those running end, then the jobs before it take their turns."""
    free = [job.seconds_left(now) for job in jobs if job.began is not None]
    free += [0.0] * (max(1, slots) - len(free))
    heapq.heapify(free)
    for job in before:
        heapq.heappush(free, heapq.heappop(free) + job.estimate.seconds)
    return free[0]


def not_a_task(task: Any) -> JobError:
    """Something was asked that does not say how it is run."""
    return JobError(N_("No runner is known for a task of kind {kind}."), kind=type(task).__name__)


def full(most: int) -> JobError:
    """The queue takes no more."""
    return JobError(N_("{count} jobs are already waiting, which is as many as may; try again in a minute."), count=most)


def too_long(rows: int, most: int) -> JobError:
    """More bars than a worker should be sent."""
    return JobError(
        N_("The prices have {rows} rows; at most {most} can be trained on. Choose a later start."), rows=rows, most=most
    )


def too_slow(seconds: float, most: float) -> JobError:
    """A job that would hold a worker for too long."""
    return JobError(
        N_(
            "This would take about {minutes} minutes; at most {most} are allowed. Choose fewer epochs, units or layers."
        ),
        minutes=round(seconds / 60),
        most=round(most / 60),
    )


def most_running(estimate: float, longest: float) -> float:
    """Seconds after which a job of so many estimated seconds is ended; `longest` is the longest that is accepted."""
    return min(max(LEAST_SECONDS, OVERTIME * estimate), BEYOND_LONGEST * longest)


def over_time(seconds: float) -> JobError:
    """A job that ran on and on."""
    return JobError(
        N_(
            "This was ended after {minutes} minutes, far longer than it should take; try again, or choose fewer "
            "epochs, units or layers."
        ),
        minutes=max(1, round(seconds / 60)),
    )


def begun_again() -> Sentence:
    """A job that a lost worker had been at."""
    return Sentence(N_("A worker was lost, and this has begun again."))


def stopped_from_outside() -> JobError:
    """A worker's job was stopped although it is wanted, again and again."""
    return JobError(N_("The training was stopped from outside several times; try again."))


def workers_lost() -> JobError:
    """The cluster is gone."""
    return JobError(N_("The connection to the training workers was lost; try again, and they will be started afresh."))

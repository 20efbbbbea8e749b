"""A live job, how long it has to wait, and the sentences for jobs that cannot be had."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import pandas as pd

from core.errors import JobError
from core.sentence import N_
from core.service.state import JobState
from core.service.worker import Outcome
from core.values import Estimate


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
    """A live job. `token` is empty until it is submitted, `began` None until a worker has said so."""

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

    def live(self, now: float, position: int, wait: float) -> JobState:
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


def stopped_from_outside() -> JobError:
    """A worker's job was stopped although it is wanted, again and again."""
    return JobError(N_("The training was stopped from outside several times; try again."))


def workers_lost() -> JobError:
    """The cluster is gone."""
    return JobError(N_("The connection to the training workers was lost; try again, and they will be started afresh."))

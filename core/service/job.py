"""A live job, how long it has to wait, and the sentences for jobs that cannot be had."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core.errors import N_, JobError


@dataclass
class Job:
    """A live job. `token` is empty until it is submitted, `began` None until a worker has said so."""

    key: str
    task: Any
    bars: pd.DataFrame | None
    steps: int | None
    estimate: float  # seconds
    wanted: set[str] = field(default_factory=set)
    token: str = ""
    attempt: str = ""
    began: float | None = None
    records: list[Any] = field(default_factory=list)
    tries: int = 0

    def seconds_left(self, now: float) -> float:
        """From its own pace once there are records, else from the estimate."""
        if self.began is None:
            return self.estimate
        run = now - self.began
        if self.steps and self.records:
            return run * max(0, self.steps - len(self.records)) / len(self.records)
        return max(0.0, self.estimate - run)


def wait_behind(before: list[Job], jobs: list[Job], slots: int, now: float) -> float:
    """Seconds until a worker is free for the next job: those running end, then the jobs before it take their turns."""
    free = [job.seconds_left(now) for job in jobs if job.began is not None]
    free += [0.0] * (max(1, slots) - len(free))
    heapq.heapify(free)
    for job in before:
        heapq.heappush(free, heapq.heappop(free) + job.estimate)
    return free[0]


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

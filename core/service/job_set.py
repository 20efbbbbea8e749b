"""One set of jobs: what is known of each part, and the sentences for sets that cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pandas as pd

from core.errors import GatescopeError, JobError
from core.sentence import N_
from core.service.cost import CostModel
from core.service.job import Task

MOST_PARTS = 400
Part = tuple[Task, pd.DataFrame | None]
Read = Callable[[Any, Any, Any], Any]  # task, bars, result: the small thing kept of a part


class Reading(NamedTuple):
    """A part whose result is there and has still to be read; `result` None: it lies on disk."""

    owner: JobSet
    key: str
    result: Any = None


@dataclass(eq=False)
class JobSet:
    """One set, for all who want it. Parts are known by the key of their job; equal parts are one job.

    Attributes:
        numbers: part numbers of each job key.
        guesses: first guess of each job's seconds, by the task itself.
        waiting: keys not handed out yet, next first.
        at_work: keys that are jobs now. What is in neither, read or failed is being read.
        read, failed: what is known, by part number.
        stopped_for: visitors who cancelled it.
        turn: of its next part.
        damaged: keys of files that cannot be read; they are computed.
        guessed, spent: first guess and true seconds of the parts that were computed for it.
    """

    key: str
    parts: Sequence[Part]
    numbers: Mapping[str, list[int]]
    reader: Read
    guesses: dict[str, float] = field(default_factory=dict)
    waiting: dict[str, None] = field(default_factory=dict)
    at_work: set[str] = field(default_factory=set)
    read: dict[int, Any] = field(default_factory=dict)
    failed: dict[int, GatescopeError] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    stopped_for: set[str] = field(default_factory=set)
    turn: int = 0
    damaged: set[str] = field(default_factory=set)
    guessed: float = 0.0
    spent: float = 0.0

    def part(self, key: str) -> Part:
        """Task and bars of a job key."""
        return self.parts[self.numbers[key][0]]

    @property
    def over(self) -> bool:
        """Whether every part is read or has failed."""
        return len(self.read) + len(self.failed) == len(self.parts)

    @property
    def live(self) -> bool:
        return bool(self.wanted) and not self.over

    def seconds(self, keys: Iterable[str], costs: CostModel) -> float:
        """Worker time of these parts: by the pace of the set's own, or else as jobs of their kind take."""
        mine = self.spent / self.guessed if self.guessed else None
        return sum(self.guesses[key] * (mine or costs.ratio(self.part(key)[0])) for key in keys)


def set_of(keys: Sequence[str], parts: Sequence[Part], reader: Read, key: str) -> JobSet:
    """A new set; `keys` are those of its parts' jobs."""
    numbers: dict[str, list[int]] = {}
    for number, each in enumerate(keys):
        numbers.setdefault(each, []).append(number)
    made = JobSet(key, tuple(parts), numbers, reader)
    made.guesses = {each: _guess(*made.part(each)) for each in numbers}
    return made


def _guess(task: Task, bars: pd.DataFrame | None) -> float:
    return task.estimate(0 if bars is None else len(bars)).seconds


def too_many(parts: int) -> JobError:
    """More parts than a set may have."""
    return JobError(N_("The set has {count} runs; at most {most} are allowed."), count=parts, most=MOST_PARTS)


def too_much(seconds: float, most: float) -> JobError:
    """A set that would hold the workers for too long."""
    return JobError(
        N_(
            "These runs would take about {minutes} minutes of one worker's time; at most {most} are allowed. "
            "Choose fewer values, or shorter trainings."
        ),
        minutes=round(seconds / 60),
        most=round(most / 60),
    )


def unreadable(cause: Exception) -> JobError:
    """A part was trained, but what is to be kept of it could not be worked out."""
    return JobError(
        N_("The run was trained, but could not be read ({kind}); it has been logged."), kind=type(cause).__name__
    )

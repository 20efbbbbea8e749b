"""How long a task will take: its own estimate, corrected by what finished jobs really took."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from statistics import median

from core.service.job import Task
from core.values import Estimate

SHORTEST_LESSON = 1.0  # seconds
REMEMBERED = 15  # finished jobs a kind; the median of so many is not moved by one busy minute


class CostModel:
    """estimate = the task's own guess x the median of (measured / guessed) over the last finished jobs of its kind."""

    def __init__(self) -> None:
        self._ratios: dict[str, deque[float]] = {}

    def estimate(self, task: Task, rows: int) -> Estimate:
        """How many records the task will make, and the corrected seconds."""
        guess = task.estimate(rows)
        return replace(guess, seconds=guess.seconds * self.ratio(task))

    def ratio(self, task: Task) -> float:
        """True seconds for each second that tasks of this kind guess."""
        ratios = self._ratios.get(type(task).__name__)
        return median(ratios) if ratios else 1.0

    def learn(self, task: Task, rows: int, seconds: float) -> None:
        """Take in what a finished job took; one over in a blink tells of its start and end, not of its length."""
        guess = task.estimate(rows).seconds
        if guess >= SHORTEST_LESSON:
            ratios = self._ratios.setdefault(type(task).__name__, deque(maxlen=REMEMBERED))
            ratios.append(max(seconds, 1e-3) / guess)

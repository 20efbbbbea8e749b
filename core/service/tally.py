"""What has become of what was asked since the start, in numbers for whoever publishes them. Callers hold the lock."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, math.inf)  # seconds a job took, each at most so many

# what is counted
REFUSED = ("too_slow", "queue_full", "too_long", "not_a_task")  # why an ask gave no job
ENDED = ("finished", "failed", "cancelled", "dropped")  # dropped: nobody watched any more
ANSWERED = ("joined", "memory", "disk")  # asks that began no job: another's, or a result that was kept


@dataclass(frozen=True)
class Counts:
    """A tally at one moment.

    Attributes:
        seconds: finished jobs by how long they took, one number for each of BOUNDS; not summed up.
        total_seconds: of all of them.
    """

    refused: Mapping[str, int] = field(default_factory=dict)
    ended: Mapping[str, int] = field(default_factory=dict)
    answered: Mapping[str, int] = field(default_factory=dict)
    seconds: Sequence[int] = (0,) * len(BOUNDS)
    total_seconds: float = 0.0


class Tally:
    """Counts up, never down."""

    def __init__(self) -> None:
        self._counted: Counter[str] = Counter()
        self._seconds = [0] * len(BOUNDS)
        self._total = 0.0

    def add(self, what: str) -> None:
        """One more of REFUSED, ENDED or ANSWERED."""
        self._counted[what] += 1

    def finished(self, seconds: float) -> None:
        """A job has brought its result after so long."""
        self.add("finished")
        self._seconds[bisect_left(BOUNDS, seconds)] += 1
        self._total += seconds

    def counts(self) -> Counts:
        """All of them now."""
        refused, ended, answered = (
            {name: self._counted[name] for name in names} for names in (REFUSED, ENDED, ANSWERED)
        )
        return Counts(refused, ended, answered, tuple(self._seconds), self._total)

"""Cancelled and failed jobs, each remembered for the visitor who saw it end."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from core.service.state import JobState

MOST_VISITORS = 10_000
MOST_OF_ONE = 16


class Endings:
    """The newest endings by visitor and key."""

    def __init__(self) -> None:
        self._of: OrderedDict[str, OrderedDict[str, JobState]] = OrderedDict()

    def get(self, visitor: str, key: str) -> JobState | None:
        return self._of.get(visitor, OrderedDict()).get(key)

    def put(self, visitor: str, state: JobState) -> None:
        mine = self._of.setdefault(visitor, OrderedDict())
        mine[state.key] = replace(state, seconds_left=0.0)
        while len(mine) > MOST_OF_ONE:
            mine.popitem(last=False)
        while len(self._of) > MOST_VISITORS:
            self._of.popitem(last=False)

    def forget(self, visitor: str, key: str | None = None) -> None:
        """One ending of the visitor, or all."""
        if key is None:
            self._of.pop(visitor, None)
        else:
            self._of.get(visitor, OrderedDict()).pop(key, None)

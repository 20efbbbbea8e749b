"""What visitors may ask for next, and what of it is worth doing while nobody asks for anything."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, NamedTuple

import pandas as pd

from core.service.cost import CostModel

MOST_SECONDS = 2.0  # of one job; a longer one would hold a worker for something nobody may want


class Idea(NamedTuple):
    """A job that may be asked for soon."""

    key: str
    task: Any
    bars: pd.DataFrame | None

    def seconds(self, costs: CostModel) -> float:
        return costs.estimate(self.task, 0 if self.bars is None else len(self.bars)).seconds


class Ideas:
    """Ideas by visitor, likeliest first."""

    def __init__(self) -> None:
        self._of: dict[str, list[Idea]] = {}

    def think(self, visitor: str, ideas: list[Idea]) -> None:
        """In place of what was thought of this visitor before."""
        self._of[visitor] = ideas

    def forget(self, visitor: str) -> None:
        """The visitor is gone."""
        self._of.pop(visitor, None)

    def drop(self, key: str) -> None:
        """It failed, and would again."""
        self._of = {who: [idea for idea in ideas if idea.key != key] for who, ideas in self._of.items()}

    def next(self, done: Container[str], costs: CostModel) -> Idea | None:
        """The likeliest that is not done yet, of the visitor who has waited longest; None when there is none."""
        for who, ideas in list(self._of.items()):
            self._of[who] = [each for each in ideas if each.key not in done and each.seconds(costs) <= MOST_SECONDS]
            if self._of[who]:
                return self._of[who][0]
            del self._of[who]
        return None

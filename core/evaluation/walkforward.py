"""Walk-forward evaluation: train on everything before, forecast the next k days, move on, train again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.errors import ConfigError, N_
from core.evaluation.conformal import LEVELS, Coverage, adaptive_radii, coverage, fewest_residuals, split_radii
from core.evaluation.measures import Scores, mean_change, scores
from core.evaluation.task import ForecastTask
from core.run import Array

FEWEST_TRAINED = 50  # pairs


@dataclass(frozen=True)
class Fold:
    """Pairs 0..stop-of-train are trained on, the next ones forecast; both are ranges of pairs."""

    train: range
    test: range


@dataclass(frozen=True)
class WalkForward:
    """What the folds forecast together.

    Attributes:
        pairs: the pairs forecast, (n,), ascending.
        predicted: by the latest model trained before each, (n,), in the task's units.
        scores: of these n.
        persistence: scores of "same as yesterday" on the same days.
        bounds: level -> lower and upper bounds (n,), each day's from the days before it.
        covered: (kind, level) -> Coverage; kinds "split" and "adaptive".
        kind: level -> the kind whose bounds are given: "split", or "adaptive" where split misses by more.
    """

    pairs: Array
    predicted: Array
    scores: Scores
    persistence: Scores
    bounds: dict[float, tuple[Array, Array]]
    covered: dict[tuple[str, float], Coverage]


def folds(pairs: int, every: int, refits: int) -> list[Fold]:
    """`refits` folds of `every` pairs each that end with the last pair; training expands from the first pair.

    Raises:
        ConfigError: the first fold would have fewer than 50 pairs to train on.
    """
    first = pairs - every * refits
    if first < FEWEST_TRAINED or every < 1 or refits < 1:
        raise ConfigError(
            N_(
                "{refits} trainings of {every} days each leave {given} days for the first training, but it needs "
                "{needed}; choose fewer or shorter ones."
            ),
            field="refits",
            refits=refits,
            every=every,
            given=first,
            needed=FEWEST_TRAINED,
        )
    return [Fold(range(0, start), range(start, start + every)) for start in range(first, pairs, every)]

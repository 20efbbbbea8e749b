"""Intervals round one-step forecasts, and one number for how good they are: narrow, and seldom missed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.evaluation.conformal import MEMORY, adaptive_radii, bounds, fewest_residuals, residuals
from core.sentence import N_, Sentence
from core.values import Array, ForecastTask


@dataclass(frozen=True)
class Intervals:
    """The intervals of one forecast over n test days.

    Attributes:
        low, high: their bounds, (n,), in the units of the values.
        score: mean interval score, in the same units; smaller is better.
        held: share of the days that fell inside.
    """

    level: float
    low: Array
    high: Array
    score: float
    held: float


def interval_score(actual: Array, low: Array, high: Array, level: float) -> Array:
    """The score of central intervals [low, high] (n,) that promise to hold with `level`: (n,), smaller is better.

    (u - l) + 2/a (l - y)+ + 2/a (y - u)+ with a = 1 - level (Gneiting and Raftery 2007, equation 43). It is proper: in
    expectation nobody does better than by the true quantiles, so neither width nor misses can be traded for a score.
    """
    below, above = np.maximum(low - actual, 0), np.maximum(actual - high, 0)
    return np.asarray((high - low) + 2 / (1 - level) * (below + above))


def intervals(task: ForecastTask, predicted: Array, level: float) -> Intervals | Sentence:
    """Intervals of the test days from the forecast's own past errors, scored; or why there are none.

    Adaptive conformal (`conformal.adaptive_radii`), which begins with the last year of the training part. There a
    network errs less than on new days; its intervals pay for it until the test days have widened them.

    Args:
        predicted: forecasts of every pair (N,), all of them numbers.
    """
    test, needed = task.parts["test"], fewest_residuals(level)
    errors = residuals(task.actual, predicted, task.target)
    before = errors[: task.train_pairs][-MEMORY:]
    if len(before) < needed:
        return Sentence(
            N_("An interval of {level} needs {needed} days in the training part, but there are {given}."),
            level=f"{level:.0%}",
            needed=needed,
            given=len(before),
        )
    radii = adaptive_radii(before, errors[test], level)
    one, other = bounds(predicted[test], radii, task.target)
    low, high = np.minimum(one, other), np.maximum(one, other)  # a network may forecast a price below zero
    actual = task.actual[test]
    score = float(interval_score(actual, low, high, level).mean())
    return Intervals(level, low, high, score, float(((low <= actual) & (actual <= high)).mean()))

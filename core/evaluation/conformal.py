"""Intervals round a forecast that hold whatever the model is: split conformal, and adaptive where the world changes."""

from __future__ import annotations

import math

import numpy as np

from core.values import Array

LEVELS = (0.80, 0.95)
STEP = 0.02  # Gibbs and Candes' gamma: one miss at 80 % widens the interval by 1.6 points of level
LEAST_SHARE = 1e-6  # of the price at hand: a network may forecast less, even below zero, but nothing trades there
STRETCH = 2.0  # of the widest residual, for each unit of miss rate below zero
MEMORY = 250  # days of residuals to look back on: one year of trading


def residuals(actual: Array, predicted: Array, target: str) -> Array:
    """Errors (n,) that a half-width is taken from: ln(actual / predicted) for prices, a plain difference otherwise.

    In logarithms an interval is a share of the price, so that years at 1,000 points can speak for years at 3,000.
    """
    if target == "volatility":
        return actual - predicted
    return np.asarray(np.log(actual / np.maximum(predicted, LEAST_SHARE * actual)))


def bounds(predicted: Array, radii: Array, target: str) -> tuple[Array, Array]:
    """Lower and upper bounds (n,) of half-widths (n,) in the units of `residuals`."""
    if target == "volatility":
        return predicted - radii, predicted + radii
    return predicted * np.exp(-radii), predicted * np.exp(radii)


def fewest_residuals(level: float) -> int:
    """Past residuals that an interval of `level` needs: 4 for 80 %, 19 for 95 %."""
    return math.ceil(round(level / (1 - level), 9))


def radius(errors: Array, level: float) -> float:
    """Half-width of the split-conformal interval: the ceil((n + 1) level)-th smallest of n absolute residuals.

    Covers the next value with at least `level` if the residuals (n,) and the next one are exchangeable (Vovk, Gammerman
    and Shafer 2005; Lei et al. 2018).

    Raises:
        ValueError: fewer than `fewest_residuals(level)`, for which the half-width would be infinite.
    """
    rank = math.ceil(round((len(errors) + 1) * level, 9))  # rounded: 20 x 0.95 is 19, not 19.000000000000004
    if rank > len(errors):
        raise ValueError(f"level {level} needs {fewest_residuals(level)} residuals, not {len(errors)}")
    return float(np.partition(np.abs(errors), rank - 1)[rank - 1])


def split_radii(before: Array, errors: Array, level: float) -> Array:
    """Half-widths (n,) for days whose residuals `errors` (n,) come one by one: each from all residuals before it."""
    every = np.concatenate([before, errors])
    return np.array([radius(every[:known], level) for known in range(len(before), len(every))])


def adaptive_radii(before: Array, errors: Array, level: float, step: float = STEP) -> Array:
    """Half-widths (n,) by adaptive conformal inference (Gibbs and Candes 2021), which follows a changing world.

    After each day the working miss rate moves by `step` x (promised - happened), and the next half-width is that
    quantile of the last 250 absolute residuals; so the share of misses tends to the promised one whatever the data do.
    Where the paper's interval would be infinite, because the working rate has fallen below zero, the widest residual in
    memory stands in, stretched by twice as much as the rate lies below: errors that keep growing are caught up with.
    """
    return adaptive_ahead(np.concatenate([before, errors]), level, len(before), step=step)[:-1]


def adaptive_ahead(errors: Array, level: float, first: int, delay: int = 1, step: float = STEP) -> Array:
    """The same for forecasts `delay` days ahead, whose errors are known so many days after they start.

    Args:
        errors: residuals (n,) of forecasts that start on n days in a row.
        first: errors that are known when the first half-width is taken.

    Returns:
        Half-widths (n - first + 1,) of the forecasts that start from day first + delay - 1 on, the last one of the
        forecast that starts when all n errors are known.
    """
    every, miss = np.abs(errors), 1 - level
    radii = np.empty(len(every) - first + 1)
    for number in range(len(radii)):
        known = first + number
        memory = every[max(0, known - MEMORY) : known]
        widened = 1 + STRETCH * max(-miss, 0.0)
        rank = math.ceil(round(min(max(1 - miss, 0.0), 1.0) * (len(memory) - 1), 9))
        radii[number] = widened * np.partition(memory, rank)[rank]
        judged = known - (first + delay - 1)  # the start whose error the next day brings to light
        if known < len(every) and judged >= 0:
            miss += step * ((1 - level) - float(every[known] > radii[judged]))
    return radii

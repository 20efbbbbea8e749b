"""Days beyond the data: a one-step model fed with its own forecasts, with intervals for every step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.evaluation.conformal import LEVELS, MEMORY, fewest_residuals, radius
from core.introspect.predictor import Predict, Start
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array, windows_of

LONGEST = 30  # trading days


@dataclass(frozen=True)
class Horizon:
    """The next K days, in prices or log Parkinson ranges.

    Attributes:
        path: the forecast (K,).
        bounds: level -> lower and upper bounds (K,), each (low, high); a level that cannot be given is left out.
        why: the reason a level is left out.
    """

    path: Array
    bounds: dict[float, tuple[Array, Array]]
    why: Sentence | None = None


def beyond(run: Run, start: Start, steps: int, levels: tuple[float, ...] = LEVELS) -> Horizon:
    """Forecast `steps` trading days after the last one, recursively.

    The bounds are split-conformal for each step by itself: the same recursion is started on the last 250 days of the
    training part, and what it got wrong after k days there is the error expected after k days here. Prices are measured
    in logarithms, so that the bounds are a share of the price.

    Raises:
        ConfigError: `steps` is not 1 to 30.
    """
    if not 1 <= steps <= LONGEST:
        raise ConfigError(
            N_("{field} is {value}, but allowed is {low} to {high}."), field="days", value=steps, low=1, high=LONGEST
        )
    here = len(run.series)
    path = forecasts(run, start, np.array([here]), steps)[0]
    trained = run.experiment.model.window + run.train_pairs  # rows of the series up to the last training target
    first = max(run.experiment.model.window, trained - steps + 1 - MEMORY)
    rows = np.arange(first, max(first, trained - steps + 1))
    errors = happened(run, rows, steps) - forecasts(run, start, rows, steps) if len(rows) else np.empty((0, steps))
    bounds, why = _bounds(path, errors, levels)
    if run.task.target == "volatility":
        return Horizon(path, bounds, why)
    return Horizon(np.exp(path), {level: (np.exp(low), np.exp(high)) for level, (low, high) in bounds.items()}, why)


def paths(predict: Predict, windows: Array, steps: int) -> Array:
    """Feed scaled windows (n, T, F) with their own forecasts: scaled values (n, steps).

    Inputs beside the target's own series stand still at their last value.
    """
    found = np.empty((len(windows), steps))
    for step in range(steps):
        found[:, step] = predict(windows)
        next_day = windows[:, -1:].copy()  # (n, 1, F)
        next_day[:, 0, 0] = found[:, step]
        windows = np.concatenate([windows[:, 1:], next_day], axis=1)
    return found


def forecasts(run: Run, start: Start, rows: NDArray[np.int64], steps: int) -> Array:
    """Recursive forecasts that start on each row of the series: log prices or log ranges (n, steps)."""
    windows = windows_of(run.series, run.experiment.model.window)
    values = run.scaler.inverse(paths(start(rows), windows[rows - run.experiment.model.window], steps))
    if run.task.target == "return":
        return np.asarray(np.log(run.task.values[rows])[:, None] + np.cumsum(values, axis=1))  # row r: close before it
    return values if run.task.target == "volatility" else np.log(np.maximum(values, SMALLEST_PRICE))


def happened(run: Run, rows: NDArray[np.int64], steps: int) -> Array:
    """What came on the same days: log prices or log ranges (n, steps)."""
    days = rows[:, None] + np.arange(steps) + (1 if run.task.target == "return" else 0)
    values = run.task.values[days]
    return values if run.task.target == "volatility" else np.asarray(np.log(values))


SMALLEST_PRICE = 1e-6  # a network may forecast a price below zero; nothing trades there


def _bounds(
    path: Array, errors: Array, levels: tuple[float, ...]
) -> tuple[dict[float, tuple[Array, Array]], Sentence | None]:
    bounds, why = {}, None
    for level in levels:
        if len(errors) < fewest_residuals(level):
            reason = N_("An interval of {level:.0%} needs {needed} past errors, but there are {given}.")
            why = Sentence(reason, level=level, needed=fewest_residuals(level), given=len(errors))
            continue
        half = np.array([radius(step, level) for step in errors.T])
        bounds[level] = (path - half, path + half)
    return bounds, why

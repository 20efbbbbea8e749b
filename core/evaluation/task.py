"""What is to be forecast, as plain arrays: the one input of scores, baselines and diagnosis."""

from __future__ import annotations

import math

import numpy as np

from core.sentence import N_, Sentence
from core.values import Array, ForecastTask

TRADING_DAYS = 252  # a year, by convention
RANGE_BASED = Sentence(N_("range-based, without the overnight move"))
CLOSE_TO_CLOSE = Sentence(N_("close to close, rescaled on the training part"))


def annualised(log_ranges: Array, factor: float = 1.0, bars_a_year: float = TRADING_DAYS) -> Array:
    """Log Parkinson ranges as volatility a year, a share: exp(v) sqrt(bars a year).

    As they are they hold the trading hours alone (RANGE_BASED), and typical days rather than mean squares: by a third
    less than the volatility of closes. Times `close_to_close` they are comparable with it (CLOSE_TO_CLOSE).
    """
    return np.asarray(factor * np.exp(log_ranges) * np.sqrt(bars_a_year))


def close_to_close(task: ForecastTask, log_ranges: Array) -> float | Sentence:
    """The factor from forecast ranges exp(v) to standard deviations of the log moves from close to close.

    sqrt(mean r^2 / mean exp(2 v)) over the training part: with it the forecast variances there have the mean of the
    squared moves of the same days. One number, so the forecast's ups and downs stay its own.

    Args:
        log_ranges: forecasts of every pair (N,).

    Returns:
        the factor, or why there is none.
    """
    if task.closes is None or task.fitted_pairs == 0:
        return Sentence(N_("Ranges cannot be rescaled without the closes of a training part."))
    days = task.targets[: task.fitted_pairs]
    moved = float(np.square(np.log(task.closes[days] / task.closes[days - 1])).mean())
    foreseen = float(np.exp(2 * log_ranges[: task.fitted_pairs]).mean())
    if not (0 < moved < np.inf and 0 < foreseen < np.inf):
        return Sentence(N_("The closes of the training part do not move, so ranges cannot be rescaled to them."))
    return math.sqrt(moved / foreseen)


def pairs_of(values: Array, window: int, train_pairs: int, target: str, first_value: int = 0) -> ForecastTask:
    """The usual task: every day with `window` values before it is a target.

    Args:
        values: closes or log ranges (D,).
        first_value: row of `values` at which the model's own series starts; 1 for returns, which need a day before.
    """
    targets = np.arange(first_value + window, len(values))
    return ForecastTask(np.asarray(values, dtype=np.float64), targets, train_pairs, target, window)

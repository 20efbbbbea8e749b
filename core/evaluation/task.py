"""What is to be forecast, as plain arrays: the one input of scores, baselines and diagnosis."""

from __future__ import annotations

import numpy as np

from core.values import Array, ForecastTask

TRADING_DAYS = 252  # a year, by convention


def annualised(log_ranges: Array) -> Array:
    """Log Parkinson ranges as volatility a year, a share: exp(v) sqrt(252)."""
    return np.asarray(np.exp(log_ranges) * np.sqrt(TRADING_DAYS))


def pairs_of(values: Array, window: int, train_pairs: int, target: str, first_value: int = 0) -> ForecastTask:
    """The usual task: every day with `window` values before it is a target.

    Args:
        values: closes or log ranges (D,).
        first_value: row of `values` at which the model's own series starts; 1 for returns, which need a day before.
    """
    targets = np.arange(first_value + window, len(values))
    return ForecastTask(np.asarray(values, dtype=np.float64), targets, train_pairs, target, window)

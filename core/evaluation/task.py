"""What is to be forecast, as plain arrays: the one input of scores, baselines and diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.run import Array

TRADING_DAYS = 252  # a year, by convention


@dataclass(frozen=True)
class ForecastTask:
    """N pairs of "everything up to one day" and "the value of the next day", oldest first.

    Attributes:
        values: the series that is scored, one a day (D,): closes for the targets "close" and "return" (a predicted
            return is scored as the price it leads to), log Parkinson ranges for "volatility".
        targets: row of `values` that each pair predicts (N,), at least 1.
        train_pairs: the first so many pairs are the training part.
        target: "close", "return" or "volatility"; decides which baselines there are.
        window: days each prediction may look at; the order of the autoregression.
    """

    values: Array
    targets: NDArray[np.int64]
    train_pairs: int
    target: str
    window: int = 10

    @property
    def actual(self) -> Array:
        """What happened, (N,)."""
        return self.values[self.targets]

    @property
    def previous(self) -> Array:
        """The last value known when each prediction is made, (N,): persistence."""
        return self.values[self.targets - 1]

    @property
    def known(self) -> Array:
        """All values up to the last training target: what a baseline may be fitted on."""
        return self.values[: self.targets[self.train_pairs - 1] + 1] if self.train_pairs else self.values[:0]

    @property
    def parts(self) -> dict[str, slice]:
        """The pairs of each part."""
        return {"train": slice(0, self.train_pairs), "test": slice(self.train_pairs, len(self.targets))}


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

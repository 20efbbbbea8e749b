"""From bars to tensors' worth of arrays: target, chronological split, scaler, windows.

The split is by the *target's* day: no target of the test part is ever seen in training, and under
`scale_on="train"` no day after the last training target is seen by the scaler.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.config import Experiment, TrainConfig
from core.errors import N_, ConfigError, DataError, TooShortError
from core.run import Array, Scaler

SMALLEST_PART = 2  # pairs; below this a part has neither a loss nor a score


@dataclass(frozen=True)
class Dataset:
    """N pairs of one window (the days before) and one target (the day after), oldest first.

    Attributes:
        windows: scaled inputs (N, T), oldest day first.
        targets: scaled targets (N,).
        values: the target series in its own units (D,): closes, log returns or log ranges; dates `value_dates` (D,).
        first_value: row of `closes` that `values[0]` belongs to (1 for returns, which need a day before).
        closes: every close (C,).
        train_pairs: the first so many pairs are the training part.
    """

    windows: Array
    targets: Array
    values: Array
    value_dates: pd.DatetimeIndex
    first_value: int
    closes: Array
    train_pairs: int
    scaler: Scaler

    @property
    def window(self) -> int:
        return int(self.windows.shape[1])

    @property
    def dates(self) -> pd.DatetimeIndex:
        """The targets' days, (N,)."""
        return self.value_dates[self.window :]

    @property
    def scaled(self) -> Array:
        """The whole series, scaled: (D,)."""
        return self.scaler.transform(self.values)


def build_dataset(experiment: Experiment, bars: pd.DataFrame) -> Dataset:
    """Cut `bars` (ascending, columns open high low close volume) into the pairs that `experiment` asks for.

    Raises:
        TooShortError: the history does not fill one window and both parts.
        DataError: the target needs columns that are missing, or does not move at all.
        ConfigError: `test_start` leaves one part empty.
    """
    values, first_value = target_series(experiment.train.target, bars)
    dates = pd.DatetimeIndex(bars.index[first_value:])
    window = experiment.model.window
    pairs = len(values) - window
    if pairs < 2 * SMALLEST_PART:
        raise TooShortError(
            N_(
                "A window of {window} days needs at least {needed} trading days, but there are {given}; "
                "choose a shorter window or more days."
            ),
            window=window,
            needed=window + 2 * SMALLEST_PART + first_value,
            given=len(bars),
        )
    train_pairs = _split(experiment.train, dates[window:])
    scaler = _fit_scaler(experiment.train, values, window + train_pairs)
    scaled = scaler.transform(values)
    windows = np.lib.stride_tricks.sliding_window_view(scaled, window)[:-1]  # (D,) -> (N, T)
    return Dataset(
        windows=windows,
        targets=scaled[window:],
        values=values,
        value_dates=dates,
        first_value=first_value,
        closes=bars["close"].to_numpy(dtype=np.float64),
        train_pairs=train_pairs,
        scaler=scaler,
    )


def target_series(target: str, bars: pd.DataFrame) -> tuple[Array, int]:
    """The series to predict and the row of `bars` it starts at.

    "close": prices. "return": ln(C_t / C_t-1). "volatility": the log of Parkinson's range estimate of the daily
    standard deviation, ln[ ln(high/low) / sqrt(4 ln 2) ] (Parkinson 1980); a day whose high equals its low
    takes half the smallest positive range so far known, because its logarithm would be minus infinity.

    Raises:
        DataError: volatility without highs and lows, or a series that never moves.
    """
    close = bars["close"].to_numpy(dtype=np.float64)
    if target == "return":
        values, first = np.diff(np.log(close)), 1
    elif target == "volatility":
        values, first = _log_parkinson(bars), 0
    else:
        values, first = close, 0
    if len(values) > 1 and np.ptp(values) == 0:
        raise DataError(N_("The prices never move in these dates, so there is nothing to predict; choose other dates."))
    return values, first


def _log_parkinson(bars: pd.DataFrame) -> Array:
    high, low = (bars[name].to_numpy(dtype=np.float64) for name in ("high", "low"))
    if np.isnan(high).any() or np.isnan(low).any():
        raise DataError(N_("Volatility is computed from each day's high and low, which these prices do not have."))
    sigma = np.log(high / low) / np.sqrt(4 * np.log(2))
    if not (sigma > 0).any():
        raise DataError(N_("Every day's high equals its low, so there is no range to predict; choose another target."))
    smallest = np.minimum.accumulate(np.where(sigma > 0, sigma, np.inf))  # what was known by that day: no leak
    smallest = np.where(np.isfinite(smallest), smallest, sigma[sigma > 0][0])
    return np.log(np.where(sigma > 0, sigma, smallest / 2))


def _split(train: TrainConfig, target_dates: pd.DatetimeIndex) -> int:
    pairs = len(target_dates)
    if train.test_start is None:
        return min(max(int(train.train_fraction * pairs), SMALLEST_PART), pairs - SMALLEST_PART)
    count = int(target_dates.searchsorted(pd.Timestamp(train.test_start)))
    if not SMALLEST_PART <= count <= pairs - SMALLEST_PART:
        raise ConfigError(
            N_("The test part would start on {value}, but must start between {low} and {high}."),
            field="test_start",
            value=train.test_start,
            low=target_dates[SMALLEST_PART].date(),
            high=target_dates[pairs - SMALLEST_PART].date(),
        )
    return count


def _fit_scaler(train: TrainConfig, values: Array, train_rows: int) -> Scaler:
    """Min-max for prices, standardisation for returns and ranges, on `values[:train_rows]` or on all."""
    seen = values if train.scale_on == "all" else values[:train_rows]
    if train.target == "close":
        kind, offset, scale = "minmax", seen.min(), np.ptp(seen)
    else:
        kind, offset, scale = "standard", seen.mean(), seen.std()
    if scale == 0:
        raise DataError(
            N_("The prices never move in the training part, so they cannot be scaled; choose earlier or more dates.")
        )
    return Scaler(float(offset), float(scale), kind, train.scale_on)

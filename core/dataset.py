"""From bars to tensors' worth of arrays: target, chronological split, scaler, windows.

The split is by the *target's* day: no target of the test part is ever seen in training, and under
`scale_on="train"` no day after the last training target is seen by the scaler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.config import Experiment, TrainConfig
from core.errors import ConfigError, DataError, TooShortError
from core.sentence import N_
from core.values import Array, Scaler, windows_of

SMALLEST_PART = 2  # pairs; below this a part has neither a loss nor a score


@dataclass(frozen=True)
class Dataset:
    """N pairs of one window (the days before) and one target (the day after), oldest first.

    Attributes:
        windows: scaled inputs (N, T, F), oldest day first.
        targets: scaled targets (N,).
        series: the scaled inputs the windows are cut from, one row a day (D, F); `dates` its days (D,).
        values: the target's series in its own units (D,): closes, log returns or log ranges.
        inputs: what the F columns hold and how each was scaled, in their order; the target's own series comes first.
        first_value: row of `closes` that `series[0]` belongs to (1 for returns, which need a day before).
        closes: every close (C,).
        train_pairs: the first so many pairs are the training part.
    """

    windows: Array
    targets: Array
    series: Array
    dates: pd.DatetimeIndex
    values: Array
    inputs: dict[str, Scaler]
    first_value: int
    closes: Array
    train_pairs: int

    @property
    def scaler(self) -> Scaler:
        """How the target was scaled."""
        return next(iter(self.inputs.values()))

    @property
    def target_dates(self) -> pd.DatetimeIndex:
        """The targets' days, (N,)."""
        return self.dates[-len(self.targets) :]


def inputs_of(experiment: Experiment) -> tuple[str, ...]:
    """What the network reads each day, by name in INPUTS; the target's own series comes first."""
    return (experiment.train.target,)


def build_dataset(experiment: Experiment, bars: pd.DataFrame) -> Dataset:
    """Cut `bars` (ascending, columns open high low close volume) into the pairs that `experiment` asks for.

    Raises:
        TooShortError: the history does not fill one window and both parts.
        DataError: an input needs columns that are missing, or does not move at all.
        ConfigError: `test_start` leaves one part empty.
    """
    values, first_value = _whole_rows({name: INPUTS[name](bars) for name in inputs_of(experiment)})
    dates = pd.DatetimeIndex(bars.index[first_value:])
    window = experiment.model.window
    pairs = len(dates) - window
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
    inputs = {
        name: _fit_scaler(experiment.train, name, column, window + train_pairs) for name, column in values.items()
    }
    series = np.column_stack([scaler.transform(values[name]) for name, scaler in inputs.items()])  # (D, F)
    return Dataset(
        windows=windows_of(series, window)[:-1],  # the last one has no day after it
        targets=series[window:, 0],
        series=series,
        dates=dates,
        values=values[experiment.train.target],
        inputs=inputs,
        first_value=first_value,
        closes=_column(bars, "close"),
        train_pairs=train_pairs,
    )


def _whole_rows(columns: dict[str, Array]) -> tuple[dict[str, Array], int]:
    """The columns from the first day on which all have a value, and that day's row."""
    known = np.logical_and.reduce([np.isfinite(column) for column in columns.values()])
    first = int(known.argmax()) if known.any() else len(known)
    columns = {name: column[first:] for name, column in columns.items()}
    if any(len(column) > 1 and np.ptp(column) == 0 for column in columns.values()):
        raise DataError(N_("The prices never move in these dates, so there is nothing to predict; choose other dates."))
    return columns, first


def _column(bars: pd.DataFrame, name: str) -> Array:
    return bars[name].to_numpy(dtype=np.float64)


def _log_returns(bars: pd.DataFrame) -> Array:
    """ln(C_t / C_t-1); the first day has none."""
    return np.concatenate([[np.nan], np.diff(np.log(_column(bars, "close")))])


def _log_parkinson(bars: pd.DataFrame) -> Array:
    """ln[ ln(high/low) / sqrt(4 ln 2) ], the log of Parkinson's range estimate of the daily standard deviation (1980).

    A day whose high equals its low takes half the smallest positive range so far known, because its logarithm would be
    minus infinity.
    """
    high, low = _column(bars, "high"), _column(bars, "low")
    if np.isnan(high).any() or np.isnan(low).any():
        raise DataError(N_("Volatility is computed from each day's high and low, which these prices do not have."))
    sigma = np.log(high / low) / np.sqrt(4 * np.log(2))
    if not (sigma > 0).any():
        raise DataError(N_("Every day's high equals its low, so there is no range to predict; choose another target."))
    smallest = np.minimum.accumulate(np.where(sigma > 0, sigma, np.inf))  # what was known by that day: no leak
    smallest = np.where(np.isfinite(smallest), smallest, sigma[sigma > 0][0])
    return np.log(np.where(sigma > 0, sigma, smallest / 2))


# An input by name: one value for each bar (C,), from the bars up to it alone; NaN at the start where it needs more.
INPUTS: dict[str, Callable[[pd.DataFrame], Array]] = {
    "close": lambda bars: _column(bars, "close"),
    "return": _log_returns,
    "volatility": _log_parkinson,
}


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


def _fit_scaler(train: TrainConfig, name: str, values: Array, train_rows: int) -> Scaler:
    """Min-max for prices, standardisation for returns and ranges, on `values[:train_rows]` or on all."""
    seen = values if train.scale_on == "all" else values[:train_rows]
    if name == "close":
        kind, offset, scale = "minmax", seen.min(), np.ptp(seen)
    else:
        kind, offset, scale = "standard", seen.mean(), seen.std()
    if scale == 0:
        raise DataError(
            N_("The prices never move in the training part, so they cannot be scaled; choose earlier or more dates.")
        )
    return Scaler(float(offset), float(scale), kind, train.scale_on)

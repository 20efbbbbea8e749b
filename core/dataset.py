"""From bars to tensors' worth of arrays: target, chronological split, scaler, windows.

The split is by the *target's* day: no target of the test part is ever seen in training, and under
`scale_on="train"` no day after the last training target is seen by the scaler.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.config import Experiment, TrainConfig
from core.errors import ConfigError, DataError, TooShortError
from core.inputs import column, filled, values_of
from core.sentence import N_, Sentence
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
        train_pairs: so many pairs come before the test part.
        validation_pairs: the last so many of those are held out of training and of the scaler.
        notes: what was done so that every input has a value on every day.
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
    validation_pairs: int = 0
    notes: tuple[Sentence, ...] = ()

    @property
    def scaler(self) -> Scaler:
        """How the target was scaled."""
        return next(iter(self.inputs.values()))

    @property
    def target_dates(self) -> pd.DatetimeIndex:
        """The targets' days, (N,)."""
        return self.dates[-len(self.targets) :]


def build_dataset(experiment: Experiment, bars: pd.DataFrame) -> Dataset:
    """Cut `bars` (ascending, columns open high low close volume) into the pairs that `experiment` asks for.

    Raises:
        TooShortError: the history does not fill one window and each part.
        DataError: an input needs columns that are missing, lacks too many days, or does not move at all.
        ConfigError: `test_start` leaves one part empty.
    """
    values, first_value, notes = _read(experiment, bars)
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
    held_out = _held_out(experiment.train, train_pairs)
    fitted = window + train_pairs - held_out  # days
    inputs = {name: _fit_scaler(experiment.train, name, column, fitted) for name, column in values.items()}
    series = np.column_stack([scaler.transform(values[name]) for name, scaler in inputs.items()])  # (D, F)
    return Dataset(
        windows=windows_of(series, window)[:-1],  # the last one has no day after it
        targets=series[window:, 0],
        series=series,
        dates=dates,
        values=values[experiment.train.target],
        inputs=inputs,
        first_value=first_value,
        closes=column(bars, "close"),
        train_pairs=train_pairs,
        validation_pairs=held_out,
        notes=notes,
    )


def _read(experiment: Experiment, bars: pd.DataFrame) -> tuple[dict[str, Array], int, tuple[Sentence, ...]]:
    """The inputs from the first day on which all have a value, that day's row, and what was done for it."""
    target, *further = experiment.reads
    own, first_of_own = _whole_rows({target: values_of(target, bars)})
    columns, notes = {target: values_of(target, bars)}, list[Sentence]()
    if further and experiment.model.layout == "article":
        told = N_(
            "As published the article's layout reads the window of one input; here it reads those of all {count}, side "
            "by side, at every step."
        )
        notes.append(Sentence(told, count=1 + len(further)))
    for name in further:
        columns[name], count = filled(name, values_of(name, bars))
        if count:
            notes.append(
                Sentence(
                    N_("The input {input} has no value on {count} days; they take that of the day before."),
                    input=name,
                    count=count,
                )
            )
    values, first = _whole_rows(columns) if further else (own, first_of_own)
    if first_of_own < first < len(bars):
        notes.append(
            Sentence(
                N_("The days begin on {date}, the first on which every input has a value."),
                date=bars.index[first].date(),
            )
        )
    return values, first, tuple(notes)


def _whole_rows(columns: dict[str, Array]) -> tuple[dict[str, Array], int]:
    """The columns from the first day on which all have a value, and that day's row."""
    known = np.logical_and.reduce([np.isfinite(column) for column in columns.values()])
    first = int(known.argmax()) if known.any() else len(known)
    columns = {name: column[first:] for name, column in columns.items()}
    target = next(iter(columns.values()))
    if len(target) > 1 and np.ptp(target) == 0:
        raise DataError(N_("The prices never move in these dates, so there is nothing to predict; choose other dates."))
    return columns, first


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


def _held_out(train: TrainConfig, train_pairs: int) -> int:
    """How many of the pairs before the test part are the validation part."""
    if train.validation == 0:
        return 0
    if train_pairs < 2 * SMALLEST_PART:
        raise TooShortError(
            N_(
                "A validation part needs at least {needed} days with a target before the test part, but there are "
                "{given}; choose more days, a larger training share, or no validation part."
            ),
            needed=2 * SMALLEST_PART,
            given=train_pairs,
        )
    return max(int(train.validation * train_pairs), SMALLEST_PART)


def _fit_scaler(train: TrainConfig, name: str, values: Array, train_rows: int) -> Scaler:
    """Min-max for prices, standardisation for returns and ranges, on `values[:train_rows]` or on all."""
    seen = values if train.scale_on == "all" else values[:train_rows]
    if name == "close":
        kind, offset, scale = "minmax", seen.min(), np.ptp(seen)
    else:
        kind, offset, scale = "standard", seen.mean(), seen.std()
    if scale == 0 and name != train.target:
        raise DataError(
            N_("The input {input} never moves in the training part, so it cannot be scaled; leave it out."), input=name
        )
    if scale == 0:
        raise DataError(
            N_("The prices never move in the training part, so they cannot be scaled; choose earlier or more dates.")
        )
    return Scaler(float(offset), float(scale), kind, train.scale_on)

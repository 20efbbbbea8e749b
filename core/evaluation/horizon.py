"""Days beyond the data: a one-step model fed with its own forecasts, with intervals for every step."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.evaluation.conformal import LEAST_SHARE, LEVELS, MEMORY, adaptive_ahead, fewest_residuals
from core.evaluation.figures import percent
from core.introspect.predictor import Predict, Start
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array, windows_of

LONGEST = 30  # trading days
STARTS = 2 * MEMORY  # days of the test part that the recursion is tried on
FEWEST_CHECKED = 30  # days; a share of fewer says little


@dataclass(frozen=True)
class Horizon:
    """The next K days, in prices or log Parkinson ranges.

    Attributes:
        path: the forecast (K,).
        bounds: level -> lower and upper bounds (K,), each (low, high); a level that cannot be given is left out.
        why: the reason the lowest of the levels that are left out is, and with it all above.
        held: level -> share of the test part's forecasts of these K days that lay within the interval they would have
            had; a level that was checked on fewer than 30 days is left out.
        checked: level -> days of the test part whose forecasts were checked.
        told: what the intervals rest on.
        measured: what all of that was worked out from.
        held_inputs: what the inputs beside the target's own series are beyond the data; None where there are none.
    """

    path: Array
    bounds: dict[float, tuple[Array, Array]]
    why: Sentence | None = None
    held: dict[float, float] = field(default_factory=dict)
    checked: dict[float, int] = field(default_factory=dict)
    told: Sentence | None = None
    measured: Measured | None = None
    held_inputs: Sentence | None = None

    def first(self, count: int) -> Horizon:
        """The first `count` days alone, with what held on those; a short way may have levels that a long one lacks."""
        if self.measured is None:
            cut = {level: (low[:count], high[:count]) for level, (low, high) in self.bounds.items()}
            return replace(self, path=self.path[:count], bounds=cut)
        return replace(_horizon(self.path[:count], self.measured, self.told), held_inputs=self.held_inputs)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """What the intervals rest on, how often each held, and why one is missing."""
        held = [
            Sentence(
                N_("The {level:.0%} interval held {held} of the forecasts from {days} days there."),
                level=level,
                held=percent(share),
                days=self.checked[level],
            )
            for level, share in self.held.items()
        ]
        unchecked = [level for level in self.bounds if level not in self.held]
        if unchecked:
            reason = N_(
                "How often the {level:.0%} interval holds is not known: too few days of the test part are left."
            )
            held.append(Sentence(reason, level=min(unchecked)))
        told = [self.told] if self.told and self.bounds else []
        told = [self.held_inputs, *told] if self.held_inputs else told
        return (*told, *held, *([self.why] if self.why else []))


@dataclass(frozen=True)
class Measured:
    """Half-widths of every level and day, and whether earlier ones held.

    Attributes:
        levels: ascending.
        radii: level -> half-width on each day of the way (K,); NaN where too few errors are known.
        hits: level -> for each day of the way, whether the test part's forecasts lay within theirs, (starts,).
        known: errors of each day of the way (K,).
        logarithmic: whether half-widths are shares of a price.
    """

    levels: tuple[float, ...]
    radii: dict[float, Array]
    hits: dict[float, tuple[NDArray[np.bool_], ...]]
    known: NDArray[np.int64]
    logarithmic: bool


def beyond(run: Run, start: Start, steps: int, levels: tuple[float, ...] = LEVELS) -> Horizon:
    """Forecast `steps` trading days after the last one, recursively.

    The bounds are adaptive conformal ones for each day of the way by itself, taken from days the network was not
    trained on: the same recursion is started on each of the last 500 days of the test part, and what it got wrong after
    k days there, as far as it was known by then, is the error expected after k days next. So each of those forecasts
    has an interval too, and how often it held is told. Prices are measured in logarithms, as shares of the price.

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
    rows = np.arange(max(trained, here - STARTS), here)
    ahead = forecasts(run, start, rows, steps)
    known = [max(len(rows) - day, 0) for day in range(steps)]  # starts of which the outcome so many days on is known
    errors = [happened(run, rows[:count], day) - ahead[:count, day] for day, count in enumerate(known)]
    logarithmic = run.task.target != "volatility"
    told = _TOLD if run.scaler.fitted_on == "train" else _TOLD_SCALED
    found = _horizon(
        np.exp(path) if logarithmic else path, _measured(errors, tuple(sorted(levels)), logarithmic), Sentence(told)
    )
    return replace(found, held_inputs=Sentence(_HELD) if len(run.inputs) > 1 else None)


_HELD = N_(
    "Beyond the data only the target's own series is forecast; every other input stays at its last value, here and in "
    "the forecasts the intervals rest on."
)

_TOLD = N_(
    "Intervals: what the same recursion got wrong on the test part, whose days the network was not trained on; they "
    "widen after a miss and narrow after a hit (adaptive conformal inference)."
)
_TOLD_SCALED = N_(
    "Intervals: what the same recursion got wrong on the test part, whose days the network was not trained on, though "
    "its scaler was; they widen after a miss and narrow after a hit (adaptive conformal inference)."
)


def _measured(errors: list[Array], levels: tuple[float, ...], logarithmic: bool) -> Measured:
    radii: dict[float, Array] = {level: np.full(len(errors), np.nan) for level in levels}
    hits: dict[float, list[NDArray[np.bool_]]] = {level: [] for level in levels}
    for day, known in enumerate(errors):
        below = np.zeros(1)  # half-widths of the level below: a higher level is never the narrower one
        for level in levels:
            first = fewest_residuals(level)
            if len(known) < first:
                hits[level].append(np.empty(0, dtype=bool))
                continue
            widths = adaptive_ahead(known, level, first, delay=day + 1)
            below = np.maximum(widths, below[-len(widths) :])  # all end with the forecast that starts now
            radii[level][day] = below[-1]
            judged = np.abs(known[first + day :])  # starts that had an interval: `first` errors were known by then
            hits[level].append(judged <= below[: len(judged)])
    counts = np.array([len(known) for known in errors])
    return Measured(levels, radii, {level: tuple(held) for level, held in hits.items()}, counts, logarithmic)


def _horizon(path: Array, measured: Measured, told: Sentence | None) -> Horizon:
    """The days of `path` (k,), which may be fewer than were measured."""
    count, bounds, held, checked, why = len(path), {}, {}, {}, None
    for level in measured.levels:
        radii, hits = measured.radii[level][:count], measured.hits[level][:count]
        if np.isnan(radii).any():
            reason = N_(
                "No interval of {level:.0%} or above: its last day needs {needed} past errors on the test part, "
                "but there are {given}."
            )
            given = int(measured.known[count - 1])
            why = Sentence(reason, level=level, needed=fewest_residuals(level), given=given)
            break
        half = np.exp(radii) if measured.logarithmic else radii
        bounds[level] = (path / half, path * half) if measured.logarithmic else (path - half, path + half)
        if len(hits[-1]) >= FEWEST_CHECKED:
            held[level] = float(np.concatenate(hits).mean())
            checked[level] = len(hits[0])
    return Horizon(path, bounds, why, held, checked, told, measured)


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
    if run.task.target == "volatility":
        return values
    last = run.task.values[rows - 1 + _shift(run)][:, None]  # the close before each start
    if run.task.target == "return":
        return np.asarray(np.log(last) + np.cumsum(values, axis=1))
    return np.asarray(np.log(np.maximum(values, LEAST_SHARE * last)))


def happened(run: Run, rows: NDArray[np.int64], day: int) -> Array:
    """What came `day` days after each row of the series: log prices or log ranges (n,)."""
    values = run.task.values[rows + day + _shift(run)]
    return values if run.task.target == "volatility" else np.asarray(np.log(values))


def _shift(run: Run) -> int:
    """Rows by which the scored values lead the series: returns start a day after the first close."""
    return 1 if run.task.target == "return" else 0

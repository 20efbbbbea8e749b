"""The measures of a forecast, each a number or the reason why there is none."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from core.evaluation.figures import MOST_TIMES
from core.sentence import N_, Sentence
from core.values import Array, Scores

Measure = float | Sentence
MEASURES = ("rmse", "mae", "mape", "r2", "mase", "theil_u2", "direction", "skill")
NORMAL_975 = NormalDist().inv_cdf(0.975)
OF_RANGES = ("rmse", "qlike", "mae", "r2", "mase", "direction", "skill")  # logarithms have no errors in per cent


def measures_of(target: str) -> tuple[str, ...]:
    """The measures that say something of forecasts of this target, in the order of a table."""
    return OF_RANGES if target == "volatility" else MEASURES


def scores(
    actual: Array, predicted: Array, previous: Array, naive_error: float | None = None, target: str = "close"
) -> Scores:
    """Score predictions against what happened: by MEASURES, and by `measures_of(target)`.

    Args:
        actual, predicted: (n,), in the same units.
        previous: the last value known when each prediction was made, (n,).
        naive_error: mean absolute day-to-day change of the training series, the unit of MASE.
        target: "volatility" for log ranges.
    """
    actual, predicted, previous = (np.asarray(a, dtype=np.float64) for a in (actual, predicted, previous))
    n = len(actual)
    reason = _unusable(predicted)
    if reason:
        return unscored(reason, target)
    measured: dict[str, Measure] = {
        "rmse": rmse(actual, predicted),
        "mae": float(np.abs(predicted - actual).mean()),
        "mape": mape(actual, predicted),
        "r2": r2(actual, predicted),
        "mase": mase(actual, predicted, naive_error),
        "theil_u2": theil_u2(actual, predicted, previous),
        "skill": skill(actual, predicted, previous),
    }
    if target == "volatility":
        measured["qlike"] = qlike(actual, predicted)
    hits, calls = hits_and_calls(actual, predicted, previous)
    low, high = wilson(hits, calls) if calls else (None, None)
    measured["direction"] = hits / calls if calls else Sentence(N_("No day has both a move and a predicted move."))
    numbers = {name: value for name, value in measured.items() if not isinstance(value, Sentence)}
    why = {name: value for name, value in measured.items() if isinstance(value, Sentence)}
    return Scores(n=n, **numbers, direction_low=low, direction_high=high, calls=calls, still=n - calls, why=why)


def unscored(reason: Sentence, target: str = "close") -> Scores:
    """Scores of which no measure can be computed."""
    return Scores(n=0, why=dict.fromkeys((*MEASURES, *measures_of(target)), reason))


def _unusable(predicted: Array) -> Sentence | None:
    if len(predicted) == 0:
        return Sentence(N_("This part holds no day with a prediction."))
    unusable = int((~(np.abs(predicted) < LARGEST)).sum())
    if unusable:
        return Sentence(N_("The prediction is not a usable number on {count} days."), count=unusable)
    return None


LARGEST = 1e50  # its fourth power, in a variance of squared errors, is still a float
ROUNDING = 1e-9
_LARGEST_LOG = 100.0  # of a ratio of variances
SMALLEST = 1 / LARGEST  # below this a value counts as zero


def rmse(actual: Array, predicted: Array) -> float:
    """Root of the mean squared error."""
    return float(np.sqrt(np.square(predicted - actual).mean()))


def mape(actual: Array, predicted: Array) -> Measure:
    """Mean absolute percentage error, as a share; only for values above zero."""
    if actual.min() < SMALLEST:
        return Sentence(N_("Errors in per cent need values above zero."))
    return _within(float(np.abs(predicted / actual - 1).mean()), MOST_TIMES)


def qlike(actual: Array, predicted: Array) -> Measure:
    """Mean of s^2/h - ln(s^2/h) - 1, with s^2 = exp(2 actual) and h = exp(2 predicted) from log ranges; 0 is perfect.

    Patton 2011: of the usual losses of variance forecasts the one, beside squared error, whose ranking does not turn
    round because a range is only a noisy proxy; a forecast too low costs more than one as much too high.
    """
    logs = 2 * (actual - predicted)
    if logs.max() > _LARGEST_LOG:
        return too_far(MOST_TIMES)
    return _within(float((np.exp(logs) - logs - 1).mean()), MOST_TIMES**2)


def r2(actual: Array, predicted: Array) -> Measure:
    """1 - squared error / squared deviation from the mean."""
    spread = float(np.square(actual - actual.mean()).sum())
    if spread < SMALLEST**2:
        return Sentence(N_("The values do not move in this part, so there is nothing to explain."))
    return _within(float(1 - np.square(predicted - actual).sum() / spread), MOST_TIMES**2)


def mase(actual: Array, predicted: Array, naive_error: float | None) -> Measure:
    """MAE / `naive_error`, the mean absolute change of the training series."""
    if naive_error is None or naive_error < SMALLEST:
        return Sentence(N_("The training part does not move, so it gives no unit to measure errors in."))
    return _within(float(np.abs(predicted - actual).mean() / naive_error), MOST_TIMES)


def theil_u2(actual: Array, predicted: Array, previous: Array) -> Measure:
    """sqrt(sum ((p_t - y_t) / y_t-1)^2 / sum ((y_t - y_t-1) / y_t-1)^2); only for values above zero."""
    if previous.min() < SMALLEST:
        return Sentence(N_("Errors in per cent need values above zero."))
    moved = float(np.square((actual - previous) / previous).sum())
    if moved < SMALLEST**2:
        return no_moves()
    return _within(math.sqrt(float(np.square((predicted - actual) / previous).sum()) / moved), MOST_TIMES)


def skill(actual: Array, predicted: Array, previous: Array) -> Measure:
    """1 - RMSE / RMSE of persistence."""
    reference = rmse(actual, previous)
    return _within(1 - rmse(actual, predicted) / reference, MOST_TIMES) if reference > SMALLEST else no_moves()


def hits_and_calls(actual: Array, predicted: Array, previous: Array) -> tuple[int, int]:
    """Moves foreseen, and days with both a move and a predicted move."""
    happened, foreseen = (np.sign(values - previous) * ~alike(values, previous) for values in (actual, predicted))
    calls = (happened != 0) & (foreseen != 0)
    return int((calls & (happened == foreseen)).sum()), int(calls.sum())


def wilson(hits: int, calls: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, z = hits / calls, NORMAL_975
    middle = (share + z**2 / (2 * calls)) / (1 + z**2 / calls)
    reach = z / (1 + z**2 / calls) * math.sqrt(share * (1 - share) / calls + z**2 / (4 * calls**2))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def alike(one: Array, other: Array) -> NDArray[np.bool_]:
    """Where two values differ by nothing but rounding, as after scaling there and back."""
    return np.abs(one - other) <= ROUNDING * np.abs(other)


def mean_change(values: Array) -> float | None:
    """Mean absolute change from one value to the next, the unit of MASE; None without a change to average."""
    return float(np.abs(np.diff(values)).mean()) if len(values) > 1 else None


def _within(value: float, most: float) -> Measure:
    """The value, unless it is so far out that its digits say nothing and do not fit on a page."""
    return value if abs(value) < most else too_far(MOST_TIMES)


def too_far(most: float) -> Sentence:
    """Why a measure that compares errors is left out."""
    return Sentence(N_("Its error is more than {most:.0f} times what it is compared with."), most=most)


def no_moves() -> Sentence:
    """Why nothing can be compared with "same as yesterday"."""
    return Sentence(N_("The values do not move in this part, so “same as yesterday” makes no error to compare with."))

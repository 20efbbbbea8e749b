"""The error over time: a forecast against "same as yesterday" in a window that rolls over the days."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from core.evaluation.comparable import unusable
from core.evaluation.measures import SMALLEST, no_moves
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array

WINDOW = 60  # days: about a quarter of trading


def error_ratio(actual: Array, predicted: Array, previous: Array, window: int = WINDOW) -> Array | Sentence:
    """RMSE / RMSE of persistence over the last `window` days, one value a day from the `window`-th on.

    1 minus it is the skill within the window; the ratio is what can be drawn, as skills of -1 and 0.5 are equally far
    from "no difference" and lie at one distance from 1 on a logarithmic axis only as ratios.

    Args:
        actual, predicted: (n,), in the same units.
        previous: the last value known when each prediction was made, (n,).

    Returns:
        (n - window + 1,), NaN where the values do not move within the window; or why there is none.
    """
    if len(actual) < window:
        reason = N_("There are {given} test days; the error over {needed} days needs at least as many.")
        return Sentence(reason, given=len(actual), needed=window)
    if broken := unusable(predicted, previous):
        return Sentence(N_("The prediction is not a usable number on {count} days."), count=broken)
    ours, theirs = (
        np.sqrt(sliding_window_view(np.square(each - actual), window).mean(axis=1)) for each in (predicted, previous)
    )
    moving = theirs > SMALLEST
    return np.divide(ours, theirs, out=np.full_like(ours, np.nan), where=moving) if moving.any() else no_moves()


def rolling_error(run: Run) -> pd.Series | Sentence:
    """The error over that of "same as yesterday" in a rolling window, by its last test day; or why there is none."""
    tested = run.tested
    actual, predicted, previous = (tested[name].to_numpy(float) for name in ("actual", "predicted", "persistence"))
    ratio = error_ratio(actual, predicted, previous)
    if isinstance(ratio, Sentence):
        return ratio
    return pd.Series(ratio, index=pd.DatetimeIndex(tested["date"].iloc[-len(ratio) :]))

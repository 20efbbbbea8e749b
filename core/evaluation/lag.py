"""Whether a forecast repeats an earlier day: its moves against those of the days before."""

from __future__ import annotations

import math

import numpy as np

from core.evaluation.badge import PREDICT_RETURNS, Badge
from core.evaluation.comparable import FEWEST
from core.evaluation.measures import ROUNDING
from core.evaluation.verdict import BETTER, WORSE
from core.sentence import N_, Sentence
from core.values import Array

LONGEST_SHIFT = 10  # days
CHANCE = 3.0  # correlations of noise are smaller than so many / sqrt(n)
_LAG = Sentence(N_("Lag"))


def lag_badge(actual: Array, predicted: Array, target: str, kind: str) -> Badge:
    """The shift s that maximises the correlation of predicted changes p_t - p_t-1 with actual y_t-s - y_t-s-1.

    Changes, not levels: prices of neighbouring days correlate by 0.99 at every shift, changes hardly at all, so that a
    repetition stands out (1.0 at s = 1 for "same as yesterday") and neither trend nor bias can hide it. But every good
    forecast of a persistent series leans on yesterday too, and a predicted return starts from the last close by design:
    there it alarms only where the verdict is bad. A correlation of n moves that have nothing to do with each other is
    of the order of 1 / sqrt(n), and the largest of eleven always lies somewhere: a shift is named only where it exceeds
    3 / sqrt(n), and shift 0's by as much.

    Args:
        actual, predicted: the test part (n,).
        kind: the verdict on them.
    """
    correlations = shifted_correlations(actual, predicted)
    if isinstance(correlations, Sentence):
        return Badge("lag", _LAG, False, None, correlations)
    shift, chance = int(correlations.argmax()), CHANCE / math.sqrt(len(actual) - 1 - LONGEST_SHIFT)
    if correlations[shift] < chance or 0 < correlations[shift] - correlations[0] < chance:
        text = _NO_DAY if correlations[shift] < chance else _NO_OTHER_DAY
        values = {"there": _two_digits(correlations[shift]), "today": _two_digits(correlations[0]), "chance": chance}
        return Badge("lag", _LAG, False, None, Sentence(text, shift=shift, **values))
    fine = shift == 0 or kind == BETTER or (target == "return" and kind != WORSE)
    text = _lag_text(shift, fine, target)
    found = Sentence(text, shift=shift, there=_two_digits(correlations[shift]), today=_two_digits(correlations[0]))
    label = Sentence(N_("Lag {days} d"), days=shift) if shift else _LAG
    return Badge("lag", label, not fine, shift, found, PREDICT_RETURNS if not fine and target != "volatility" else None)


_NO_DAY = N_(
    "Its moves fit no day's: neither the day's it predicts ({today:.2f}) nor an earlier one's (correlation {there:.2f} "
    "at most; chance alone reaches {chance:.2f})."
)
_NO_OTHER_DAY = N_(
    "Its moves fit those of {shift} days before (correlation {there:.2f}) hardly better than the same day's "
    "({today:.2f}; chance alone makes {chance:.2f} of difference): no lag is to be told."
)


def _lag_text(shift: int, fine: bool, target: str) -> str:
    if shift == 0:
        return N_("Its moves fit the same day's best (correlation {there:.2f}): it does not trail behind.")
    if fine and target == "return":
        return N_(
            "Its price is yesterday's and a small move (shift {shift}, correlation {there:.2f}): "
            "a forecast of returns starts from the last close."
        )
    if fine:
        return N_(
            "It leans on the past (shift {shift}, correlation {there:.2f}), as it must where one day resembles "
            "the last, and still does better than repeating yesterday."
        )
    if shift == 1:
        return N_(
            "It repeats yesterday: its moves fit those of the day before (correlation {there:.2f}), "
            "not those of the day it predicts ({today:.2f})."
        )
    return N_(
        "It trails {shift} days behind: its moves fit the moves then (correlation {there:.2f}), "
        "not those of the day it predicts ({today:.2f})."
    )


def shifted_correlations(actual: Array, predicted: Array) -> Array | Sentence:
    """Correlation of predicted with actual changes at shifts of 0 to 10 days (11,), or why there is none."""
    if len(actual) < FEWEST:
        return Sentence(
            N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck."),
            given=len(actual),
            needed=FEWEST,
        )
    happened, foreseen = np.diff(actual), np.diff(predicted)[LONGEST_SHIFT:]
    shifted = np.lib.stride_tricks.sliding_window_view(happened, len(foreseen))[::-1]  # row s: s days earlier
    least = ROUNDING * float(np.abs(actual).max())
    if np.ptp(foreseen) <= least or (np.ptp(shifted, axis=1) <= least).any():
        return Sentence(N_("The values or the predictions never change, so no shift can be found."))
    return np.array([np.corrcoef(foreseen, row)[0, 1] for row in shifted])


def _two_digits(correlation: float) -> float:
    return round(correlation, 2) + 0.0  # never "-0.00"

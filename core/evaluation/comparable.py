"""Whether two forecasts can be compared by their errors at all."""

from __future__ import annotations

import numpy as np

from core.evaluation.measures import LARGEST, ROUNDING, SMALLEST, alike, rmse
from core.sentence import N_, Sentence
from core.values import Array

FEWEST = 30  # pairs, and days on which something happens; below this no test means anything


def unusable(predicted: Array, rival: Array) -> int:
    """Days on which a forecast is no number to compute with."""
    return int((~((np.abs(predicted) < LARGEST) & (np.abs(rival) < LARGEST))).sum())


def incomparable(actual: Array, predicted: Array, rival: Array) -> Sentence | None:
    """Why `predicted` and `rival`, both (n,), cannot be told apart by what they got wrong; None where they can."""
    n = len(predicted)
    if n < FEWEST:
        return Sentence(
            N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck."),
            given=n,
            needed=FEWEST,
        )
    if broken := unusable(predicted, rival):
        return Sentence(N_("The prediction is not a usable number on {count} days."), count=broken)
    if alike(predicted, rival).all():
        return Sentence(N_("Both forecasts are the same, so there is no difference to test."))
    if rmse(actual, rival) < SMALLEST:
        return Sentence(N_("The rival makes no error at all, so no share of it can be saved."))
    return _uneventful(actual, predicted, rival)


def _uneventful(actual: Array, predicted: Array, rival: Array) -> Sentence | None:
    """Why days on which next to nothing happens cannot tell two forecasts apart."""
    happening = int((~alike(rival, actual)).sum())
    if happening < FEWEST:
        reason = N_("The rival errs on only {given} of {n} days; at least {needed} are needed to tell skill from luck.")
        return Sentence(reason, given=happening, n=len(actual), needed=FEWEST)
    ours, theirs = np.square(predicted - actual), np.square(rival - actual)
    if np.ptp(ours - theirs) <= ROUNDING * float((ours + theirs).mean()):
        return Sentence(N_("Their errors differ by the same amount every day, so chance cannot be measured."))
    return None

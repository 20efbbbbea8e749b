"""Whether a model foresees anything that a rival nested in it does not: Clark and West 2007."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.evaluation.longrun import mean_variance
from core.values import Array

SURE = 0.05  # one-sided, as in the paper


@dataclass(frozen=True)
class ClarkWest:
    """The test of a model against a rival that it contains.

    Attributes:
        statistic: above zero when the model's forecasts move with what the rival leaves over.
        p_value: one-sided, from the normal distribution.
    """

    n: int
    statistic: float
    p_value: float

    @property
    def found(self) -> bool:
        """Whether the model foresees something, at 5 %."""
        return self.p_value < SURE


def adjusted_differences(actual: Array, predicted: Array, rival: Array) -> Array:
    """(y - rival)^2 - [(y - model)^2 - (rival - model)^2], (n,); where the model has nothing to say, their mean is 0.

    The last term gives back what the noise of a model that estimates more than its rival costs it (their equation 2.1).
    """
    noise = np.square(rival - predicted)
    return np.asarray(np.square(actual - rival) - (np.square(actual - predicted) - noise))


def clark_west(actual: Array, predicted: Array, rival: Array, lags: int | None = None) -> ClarkWest | None:
    """Clark and West's test of `predicted` against `rival`, both (n,), one step ahead; None where nothing varies.

    It asks another question than Diebold and Mariano's: not whether these forecasts err less, but whether there is
    anything in them. A model may foresee something and still err more, because its noise costs more than it knows.
    """
    from scipy.special import ndtr

    days = adjusted_differences(actual, predicted, rival)
    variance = mean_variance(days, lags)
    if variance <= np.finfo(float).tiny:
        return None
    statistic = float(days.mean()) / math.sqrt(variance)
    return ClarkWest(len(days), statistic, float(ndtr(-statistic)))

"""A history and what came after it: the later bars of a longer one, in the unit of the shorter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.schema import PRICES
from core.errors import DataError
from core.sentence import N_

_ROUNDING = 1e-9  # of prices that were multiplied and divided by one factor


@dataclass(frozen=True)
class Later:
    """A run's own bars and those that came after them.

    Attributes:
        bars: the run's own, to the bit, then the later ones in the same unit.
        count: how many came after.
        factor: by which the later ones were multiplied; 1 but for prices adjusted to their last day.
    """

    bars: pd.DataFrame
    count: int
    factor: float

    @property
    def days(self) -> pd.DatetimeIndex:
        """Those that came after, (A,)."""
        return pd.DatetimeIndex(self.bars.index[len(self.bars) - self.count :])


def later(own: pd.DataFrame, whole: pd.DataFrame) -> Later:
    """The bars of `whole` after the last one of `own`, which it must begin with.

    Front-adjusted prices hang on their last day, so a longer history has the same ones times one factor; it is taken
    out again.

    Raises:
        DataError: the days before differ in more than a factor, so those after are no continuation of them.
    """
    same, after = whole.loc[: own.index[-1]], whole.loc[whole.index > own.index[-1]]
    if not same.index.equals(own.index):
        raise DataError(
            N_("The history at hand has {given} days up to {last}, and this run was trained on {own}: they cannot be "
               "joined. Fetch the prices again, and train anew."),
            given=len(same), last=own.index[-1].date(), own=len(own),
        )  # fmt: skip
    columns = list(PRICES)
    ours, theirs = own[columns].to_numpy(dtype=np.float64), same[columns].to_numpy(dtype=np.float64)
    shared = [name for name in own.columns if name in after.columns]  # an input that lacks one refuses it
    if np.array_equal(ours, theirs, equal_nan=True):
        return Later(pd.concat([own[shared], after[shared]]), len(after), 1.0)
    factor = float(own["close"].iloc[-1] / same["close"].iloc[-1])
    if not np.allclose(ours, factor * theirs, rtol=_ROUNDING, atol=0.0, equal_nan=True):
        raise DataError(
            N_("The prices up to {last} are others now than those this run was trained on, and not by one factor: the "
               "days after cannot be joined to them. Fetch the prices again, and train anew."),
            last=own.index[-1].date(),
        )  # fmt: skip
    scaled = after[shared].assign(**{name: after[name] * factor for name in columns})
    return Later(pd.concat([own[shared], scaled]), len(after), factor)

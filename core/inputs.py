"""What each input is: a number for every bar, computed from the bars up to it and none after.

NaN at the start where it needs more days. A day in the middle that lacks what an input is computed from takes the value
of the last day that has one, which was known by then; where more than a tenth of the days lack it, it is refused.
RSI, MACD and the average true range are TA-Lib's, with their usual lengths (Wilder 1978; Appel 1979).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import talib
from numpy.typing import NDArray

from core.errors import DataError
from core.input_names import AMOUNT, COLUMN, OTHER
from core.sentence import N_
from core.values import Array

Mask = NDArray[np.bool_]

MEAN_DAYS = 20  # that volume and amount are measured against: a month of trading
WILDER_DAYS = 14  # of RSI and the average true range, as Wilder took them
MOST_FILLED = 0.1  # share of the days of an input that may be filled from the day before


def column(bars: pd.DataFrame, name: str) -> Array:
    return bars[name].to_numpy(dtype=np.float64)


def log_returns(bars: pd.DataFrame) -> Array:
    """ln(C_t / C_t-1); the first day has none."""
    return np.concatenate([[np.nan], np.diff(np.log(column(bars, "close")))])


def log_parkinson(bars: pd.DataFrame) -> Array:
    """ln[ ln(high/low) / sqrt(4 ln 2) ], the log of Parkinson's range estimate of the daily standard deviation (1980).

    A day whose high equals its low takes half the smallest positive range so far known, because its logarithm would be
    minus infinity.
    """
    high, low = column(bars, "high"), column(bars, "low")
    if np.isnan(high).any() or np.isnan(low).any():
        raise DataError(N_("Volatility is computed from each day's high and low, which these prices do not have."))
    sigma = np.log(high / low) / np.sqrt(4 * np.log(2))
    if not (sigma > 0).any():
        raise DataError(N_("Every day's high equals its low, so there is no range to predict; choose another target."))
    smallest = np.minimum.accumulate(np.where(sigma > 0, sigma, np.inf))  # what was known by that day: no leak
    smallest = np.where(np.isfinite(smallest), smallest, sigma[sigma > 0][0])
    return np.log(np.where(sigma > 0, sigma, smallest / 2))


def _range(bars: pd.DataFrame) -> Array:
    """`log_parkinson`, of the days from the first one on whose high lies above its low."""
    needed(bars, "range", "high", "low")
    high, low = column(bars, "high"), column(bars, "low")
    begun = np.maximum.accumulate(high > low)  # a comparison with NaN is false
    if not begun.any():
        raise DataError(N_("Every day's high equals its low, so there is no range to read; leave it out."))
    return _of_days(begun & np.isfinite(high) & np.isfinite(low), lambda days: log_parkinson(bars[days]))


def _gap(bars: pd.DataFrame) -> Array:
    """ln(O_t / C_t-1): what happened between the close before and the open."""
    needed(bars, "gap", "open")
    before = np.concatenate([[np.nan], column(bars, "close")[:-1]])
    return np.asarray(np.log(column(bars, "open") / before))


def _against_mean(name: str) -> Callable[[pd.DataFrame], Array]:
    """ln(v_t / mean of the last 20 days with any, t among them): levels drift over the years, this does not."""

    def found(bars: pd.DataFrame) -> Array:
        needed(bars, name, name)
        values = column(bars, name)

        def of(days: Mask) -> Array:
            there = pd.Series(values[days])
            return np.asarray(np.log(there / there.rolling(MEAN_DAYS).mean()))

        return _of_days(values > 0, of)

    return found


def _average(days: int) -> Callable[[pd.DataFrame], Array]:
    """ln(C_t / mean of the last closes, t among them)."""
    return lambda bars: np.log(column(bars, "close") / talib.SMA(column(bars, "close"), days))


def _macd(bars: pd.DataFrame) -> Array:
    """The histogram of MACD(12, 26, 9), as a share of the close."""
    close = column(bars, "close")
    return np.asarray(talib.MACD(close, 12, 26, 9)[2] / close)


def _true_range(bars: pd.DataFrame) -> Array:
    """ln(average true range / close), over the days that have a high and a low."""
    needed(bars, "atr", "high", "low")
    known = np.isfinite(column(bars, "high")) & np.isfinite(column(bars, "low"))

    def of(days: Mask) -> Array:
        high, low, close = (column(bars, name)[days] for name in ("high", "low", "close"))
        with np.errstate(divide="ignore"):  # a market that stood still for so long has no range
            found = np.log(talib.ATR(high, low, close, WILDER_DAYS) / close)
        return np.where(np.isfinite(found), found, np.nan)

    return _of_days(known, of)


def _weekday(part: Callable[[Array], Array]) -> Callable[[pd.DataFrame], Array]:
    """The day of the week as a point on a circle of seven, so that Sunday is as near to Monday as Monday to Tuesday."""
    return lambda bars: part(2 * np.pi * pd.DatetimeIndex(bars.index).day_of_week.to_numpy(dtype=np.float64) / 7)


def _pause(bars: pd.DataFrame) -> Array:
    """Calendar days since the bar before."""
    days = np.diff(bars.index.to_numpy(dtype="datetime64[D]")).astype(np.float64)
    return np.concatenate([[np.nan], days])


# An input by name: one value for each bar (C,), from the bars up to it alone; NaN where it has none.
INPUTS: dict[str, Callable[[pd.DataFrame], Array]] = {
    "close": lambda bars: column(bars, "close"),
    "return": log_returns,
    "volatility": log_parkinson,
    "range": _range,
    "gap": _gap,
    "volume": _against_mean("volume"),
    AMOUNT: _against_mean(AMOUNT),
    "average5": _average(5),
    "average20": _average(20),
    "average60": _average(60),
    "rsi": lambda bars: np.asarray(talib.RSI(column(bars, "close"), WILDER_DAYS)),
    "macd": _macd,
    "atr": _true_range,
    "weekday_sin": _weekday(np.sin),
    "weekday_cos": _weekday(np.cos),
    "pause": _pause,
}


def values_of(name: str, bars: pd.DataFrame) -> Array:
    """One number a bar of the input called `name`, (C,); NaN where it has none.

    Raises:
        DataError: it is computed from columns that these bars do not have.
    """
    if name.startswith((COLUMN, OTHER)):
        needed(bars, name, name)
        return column(bars, name)
    return INPUTS[name](bars)


def filled(name: str, values: Array) -> tuple[Array, int]:
    """`values` (C,) with each gap after the first value filled from the last one before it, and how many were.

    Raises:
        DataError: more than a tenth of the days after the first value have none.
    """
    known = np.isfinite(values)
    if not known.any():
        raise DataError(
            N_("The input {input} has no value on any of these days; leave it out, or choose more days."), input=name
        )
    first = int(known.argmax())
    lacking = int((~known[first:]).sum())
    if lacking > MOST_FILLED * (len(values) - first):
        raise DataError(
            N_("The input {input} has no value on {count} of {days} days; at most a tenth may be filled from the day "
               "before. Leave it out, or choose other days."),
            input=name,
            count=lacking,
            days=len(values) - first,
        )  # fmt: skip
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))  # the last row with a value
    return np.where(last >= 0, values[np.maximum(last, 0)], np.nan), lacking


def needed(bars: pd.DataFrame, name: str, *columns: str) -> None:
    """Raises DataError where one of the columns an input is computed from is not there, or empty."""
    lacking = [each for each in columns if each not in bars.columns or not bars[each].notna().any()]
    if lacking:
        raise DataError(
            N_("The input {input} is computed from {columns}, which these prices do not have; leave it out, or choose "
               "other prices."),
            input=name,
            columns=", ".join(lacking),
        )  # fmt: skip


def _of_days(known: Mask, of: Callable[[Mask], Array]) -> Array:
    """What `of` gives for the days that are known alone, at their places; NaN on the others: (C,)."""
    found = np.full(len(known), np.nan)
    if known.any():
        found[known] = of(known)
    return found

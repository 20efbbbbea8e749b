"""Bars on their way out: the dates asked for, then the adjustment asked for."""

from __future__ import annotations

import pandas as pd

from core.config import DataQuery
from core.data.schema import FACTOR, PRICES
from core.errors import N_, DataError


def between(bars: pd.DataFrame, query: DataQuery) -> pd.DataFrame:
    """The rows from `query.start` to `query.end`, both inclusive, None being open.

    Raises:
        DataError: there are none; the sentence says which dates there are.
    """
    first, last = (None if day is None else pd.Timestamp(day) for day in (query.start, query.end))
    part = bars.loc[first:last]
    if part.empty:
        raise DataError(
            N_("{ticker} has no prices from {start} to {end}; there are prices from {first} to {last}."),
            ticker=query.ticker,
            start=query.start or "…",
            end=query.end or "…",
            first=bars.index[0].date(),
            last=bars.index[-1].date(),
        )
    return part.copy()


def adjusted(bars: pd.DataFrame, how: str) -> pd.DataFrame:
    """Bars as traded, with `factor`, as bars adjusted for splits and dividends; without `factor`.

    "hfq" multiplies prices by the day's factor: the first day of trading keeps its price. "qfq" divides that by the
    last row's factor: the last row keeps its price, so the same query gives the same prices whatever else is kept.
    """
    prices = bars.drop(columns=FACTOR, errors="ignore")
    if how != "none":
        factor = bars[FACTOR] if how == "hfq" else bars[FACTOR] / bars[FACTOR].iloc[-1]
        prices[list(PRICES)] = prices[list(PRICES)].mul(factor, axis=0)
    return prices

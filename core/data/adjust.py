"""Bars on their way out: the dates asked for, then the adjustment asked for."""

from __future__ import annotations

import pandas as pd

from core.data.schema import FACTOR, PRICES


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

"""Prices made with a known truth: the next return depends on today's volume, or on nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.inputs import values_of

R2 = 0.04  # share of the next return's variance that the volume tells
WARM = 20  # days before the volume has a mean to be measured against


def told_by_volume(seed: int, days: int = 1500, r2: float = R2, shuffled: bool = False) -> pd.DataFrame:
    """Bars whose next log return is sqrt(r2) times today's volume, as the input reads it, and chance for the rest.

    `shuffled`: the same prices, with the volumes in another order, which tell nothing.
    """
    random = np.random.default_rng(seed)
    index = pd.bdate_range("2015-01-01", periods=days, name="date")
    bars = pd.DataFrame({"close": 1.0, "volume": 1e6 * np.exp(0.5 * random.normal(size=days))}, index=index)
    read = values_of("volume", bars)
    known = np.nan_to_num((read - np.nanmean(read)) / np.nanstd(read))
    noise = random.normal(size=days)
    returns = 0.01 * (np.sqrt(r2) * np.concatenate([[0.0], known[:-1]]) + np.sqrt(1 - r2) * noise)
    bars["close"] = 100 * np.exp(np.cumsum(returns))
    if shuffled:
        bars["volume"] = random.permutation(bars["volume"].to_numpy())
    return bars

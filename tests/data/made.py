"""Bars made up for tests, a visitor's waits shortened, and a store before the local server."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from wire import Wire

from core.config import DataQuery
from core.data.retries import Patience
from core.data.store import Store
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.folders import data_folder

QUICK = Patience(timeout=1.0, pauses=(0.01, 0.02), total=4.0)  # seconds; a visitor's waits, shortened


def made_bars(first: str, last: str, seed: int = 0, *, factor: bool = False) -> pd.DataFrame:
    """A random walk over weekdays, to the cent, with a factor that steps up once a year where asked for."""
    days = pd.bdate_range(first, last, name="date").as_unit("us")
    draw = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(draw.normal(0, 0.01, len(days)))), 2)
    bars = pd.DataFrame({"open": close, "high": close + 1.25, "low": close - 1.5, "close": close}, index=days)
    bars["volume"] = draw.integers(1, 10**6, len(days)).astype(float)
    if factor:
        bars["factor"] = 1.0 + 0.125 * (days.year - days[0].year)
    return bars


SHARE = DataQuery(ticker="600519.SH", start="2019-01-02", end="2020-12-31")
LATER = datetime(2024, 6, 3, 12, tzinfo=UTC)  # 20:00 in Shanghai


def store(wire: Wire, *, refresh: bool = False, now: datetime = LATER) -> Store:
    """A store before Tushare Pro as `wire` speaks it, at that moment."""
    source = TushareProvider(Token("any"), wire.tushare_url, QUICK)
    return Store(source, refresh=refresh, clock=lambda: now, lock_wait=60)


def the_file() -> Path:
    """Where `store` keeps SHARE."""
    return data_folder() / "tushare" / "600519.SH.parquet"

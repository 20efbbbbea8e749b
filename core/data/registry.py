"""Which provider answers a query.

A new provider is one new file with a class that has `name` and `fetch`, one line in `PROVIDERS`, and one parameter of
the contract test.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from core.config import DataQuery
from core.data.provider import Provider, Report, silent
from core.data.sample import TICKER as SAMPLE_TICKER
from core.data.sample import SampleProvider
from core.errors import N_, ConfigError, DataError, ProviderError

PROVIDERS: dict[str, Callable[[], Provider]] = {"sample": SampleProvider}


def provider(name: str) -> Provider:
    """The provider registered under `name`.

    Raises:
        ConfigError: there is none of that name; the sentence lists those there are.
    """
    if name not in PROVIDERS:
        raise ConfigError(
            N_("{field} is {value}, but must be one of: {options}."),
            field="source",
            value=name,
            options=", ".join(PROVIDERS),
        )
    return PROVIDERS[name]()


def load_bars(query: DataQuery, report: Report = silent, token: str | None = None) -> pd.DataFrame:
    """Daily bars of `query`, dates inclusive, as `schema.checked` returns them; `provenance(bars)` says whence.

    Source "auto" is the offline sample for AAPL, otherwise a live provider.

    Raises:
        ProviderError: the source has no such prices, or cannot be asked.
        DataError: it has none in those dates, or they cannot be used.
    """
    if query.source == "upload":
        raise DataError(N_("The source is a file, and none was given; choose a file or another source."))
    name = query.source
    if name == "auto":
        if query.ticker.strip().upper() != SAMPLE_TICKER:
            raise ProviderError(
                N_("No live source is set up yet; the offline sample holds {only}."), only=SAMPLE_TICKER
            )
        name = "sample"
    return between(provider(name).fetch(query, report), query)


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

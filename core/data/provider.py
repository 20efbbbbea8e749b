"""The seam to the outside: one method, and a report of how far it is.

A provider turns a query into bars, or raises one of `core.errors`' ProviderErrors. An empty frame is never an answer,
and no foreign error passes this line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pandas as pd

from core.config import DataQuery

Report = Callable[[float, str], None]  # share done in 0..1, what is being fetched


def silent(share: float, what: str) -> None:
    """A Report that nobody reads."""


class Provider(Protocol):
    """One source of daily bars."""

    name: str

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        """Daily bars of `query.ticker` from `query.start` to `query.end`, both inclusive, as `schema.checked` has them,
        with their `Provenance`.

        A live provider gives prices as traded, and a `factor` column where `query.adjust` asks for adjusted ones;
        adjusting and leaving out an unfinished day are `store.Store`'s work.

        Raises:
            ProviderError: there are none, and why.
        """
        ...

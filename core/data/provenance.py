"""Where bars came from, travelling with them: it survives slicing, copying, pickling and Parquet."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from core.sentence import Sentence

_KEY = "provenance"


@dataclass(frozen=True)
class Provenance:
    """The source of bars.

    Attributes:
        source: the provider's name in the registry, or "upload".
        origin: who made the prices, an English label marked for translation.
        fetched_at: when they were last asked for, UTC; None where nothing was fetched.
        notes: what a reader of the chart should know.
    """

    source: str
    origin: str
    fetched_at: datetime | None = None
    notes: tuple[Sentence, ...] = ()


def in_words(told: Sentence) -> list[Any]:
    """A sentence as Parquet can carry it; places with a format specification want their value formatted before."""
    return [told.template, {name: str(value) for name, value in told.values.items()}]


def from_words(words: list[Any]) -> Sentence:
    """The sentence that `in_words` took apart."""
    template, values = words
    return Sentence(template, **values)


def stamped(bars: pd.DataFrame, source: Provenance) -> pd.DataFrame:
    """`bars` with its provenance attached, in place: in words and numbers only, which Arrow and Parquet can carry."""
    told = dataclasses.asdict(source)
    told["fetched_at"] = source.fetched_at and source.fetched_at.isoformat()
    told["notes"] = [in_words(each) for each in source.notes]
    bars.attrs[_KEY] = told
    return bars


def provenance(bars: pd.DataFrame) -> Provenance | None:
    """Where `bars` came from; None for a frame made by hand."""
    told = bars.attrs.get(_KEY)
    if told is None:
        return None
    fetched = told["fetched_at"] and datetime.fromisoformat(told["fetched_at"])
    notes = tuple(from_words(each) for each in told["notes"])
    return Provenance(told["source"], told["origin"], fetched or None, notes)

"""Where bars came from, travelling with them: it survives slicing, copying, pickling and Parquet."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from core.errors import shorten

_KEY = "provenance"


@dataclass(frozen=True)
class Note:
    """A sentence about the data: English `template` with {named} places, and what fills them."""

    template: str
    values: tuple[tuple[str, Any], ...] = ()

    def sentence(self, template: str | None = None) -> str:
        """`template` (this note's own when left out, or its translation) filled in."""
        return (template or self.template).format(**{name: shorten(value) for name, value in self.values})


def note(template: str, **values: Any) -> Note:
    """A Note from keywords."""
    return Note(template, tuple(values.items()))


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
    notes: tuple[Note, ...] = ()


def stamped(bars: pd.DataFrame, source: Provenance) -> pd.DataFrame:
    """`bars` with its provenance attached, in place: in words and numbers only, which Arrow and Parquet can carry."""
    told = dataclasses.asdict(source)
    told["fetched_at"] = source.fetched_at and source.fetched_at.isoformat()
    told["notes"] = [[each.template, {name: str(value) for name, value in each.values}] for each in source.notes]
    bars.attrs[_KEY] = told
    return bars


def provenance(bars: pd.DataFrame) -> Provenance | None:
    """Where `bars` came from; None for a frame made by hand."""
    told = bars.attrs.get(_KEY)
    if told is None:
        return None
    fetched = told["fetched_at"] and datetime.fromisoformat(told["fetched_at"])
    notes = tuple(note(template, **values) for template, values in told["notes"])
    return Provenance(told["source"], told["origin"], fetched or None, notes)

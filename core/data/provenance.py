"""Where bars came from, travelling with them: it survives slicing, copying and pickling."""

from __future__ import annotations

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
    """`bars` with its provenance attached, in place."""
    bars.attrs[_KEY] = source
    return bars


def provenance(bars: pd.DataFrame) -> Provenance | None:
    """Where `bars` came from; None for a frame made by hand."""
    found = bars.attrs.get(_KEY)
    return found if isinstance(found, Provenance) else None

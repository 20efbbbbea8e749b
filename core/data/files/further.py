"""Columns of a file that are no prices, but numbers: kept, so that an input may read them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.files.columns import Columns, Rows, parts
from core.data.files.headings import Heading
from core.data.files.numbers import is_blank, taken_apart
from core.input_names import AMOUNT, COLUMN, column_input, is_further
from core.sentence import N_, Sentence

MOST = 20  # columns; a workbook of factors may have hundreds
FEWEST = 0.5  # share of the rows that must hold a number
AMOUNTS = frozenset(
    (
        "amount",
        "turnover",
        "money",
        "quote volume",
        "value traded",
        "成交额",
        "成交金额",
        "总金额",
        "成交額",
        "金额",
        "额",
    )
)


def further_columns(heading: Heading, columns: Columns, rows: Rows, decimal: str) -> dict[str, NDArray[np.float64]]:
    """Each column of numbers beside the prices by the name of the input that reads it, (rows,); at most 20, the first.

    A percent sign is dropped, what is no number is NaN. Of two columns of one name the first counts. What is called as
    the money traded is becomes "amount".

    Args:
        decimal: the decimal mark of the file's numbers.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for at, name in _candidates(heading, columns):
        if name in found or len(found) == MOST:
            continue
        cells = [cells[at] for _, cells in rows]
        values = np.array([_number(cell, decimal) for cell in cells], dtype=np.float64)
        if np.isfinite(values).sum() >= max(FEWEST * len(cells), 1):
            found[name] = values
    return found


def further_at(heading: Heading, columns: Columns, bars: pd.DataFrame) -> tuple[int, ...]:
    """Where in the file the columns stand that `further_columns` has taken into these bars."""
    at: dict[str, int] = {}
    for place, name in _candidates(heading, columns):
        if name in bars.columns:
            at.setdefault(name, place)
    return tuple(at.values())


def further_told(bars: pd.DataFrame) -> tuple[Sentence, ...]:
    """Which of a file's bars there are, in as many sentences as the names need."""
    names = [str(name).removeprefix(COLUMN) for name in bars.columns if is_further(str(name))]
    return tuple(
        Sentence(N_("Columns of the file that an input can read: {columns}."), columns=part) for part in parts(names)
    )


def _candidates(heading: Heading, columns: Columns) -> Iterator[tuple[int, str]]:
    used = {*columns.at.values(), *columns.codes}
    for at, title in enumerate(heading.names):
        word = heading.words[at]
        if at in used or not title or (word and word.field in ("time", "date", "code")):
            continue
        plain = title.split("(")[0].split("（")[0].replace("_", " ").strip().casefold()
        yield at, AMOUNT if plain in AMOUNTS else column_input(title)


def _number(cell: str, decimal: str) -> float:
    text = cell.strip().removesuffix("%").removesuffix("％")
    written = None if is_blank(text) else taken_apart(text)
    value = np.nan if written is None else written.value(decimal)
    return value if np.isfinite(value) else np.nan

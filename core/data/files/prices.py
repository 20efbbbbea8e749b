"""Cells to a frame of prices: days without trading left out, the day's range adjusted with the close."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.files.columns import Columns, Rows
from core.data.files.dates import days_of
from core.data.files.further import further_columns
from core.data.files.grid import Grid
from core.data.files.headings import Heading
from core.data.files.numbers import no_price, numbers_of
from core.data.schema import COLUMNS, PRICES
from core.errors import FileError
from core.sentence import N_, Sentence

Values = dict[str, NDArray[np.float64]]


class Answers(Protocol):
    """See `core.data.files.reading.Answers`."""

    @property
    def dates(self) -> str: ...
    @property
    def decimal(self) -> str: ...


@dataclass(frozen=True)
class Prices:
    """Rows in the file's order, indexed by day; `adjusted` are closes adjusted for splits, beside those as traded."""

    frame: pd.DataFrame
    adjusted: pd.Series[float] | None
    notes: list[Sentence]


def prices_of(grid: Grid, heading: Heading, columns: Columns, rows: Rows, answers: Answers) -> Prices:
    """Days and numbers of the chosen columns.

    Raises:
        FileError: as `days_of` and `numbers_of`; or a day has no close.
    """
    top = heading.top + 1  # line of the first row below the heading
    lines = [line for line, _ in rows]
    cells = {name: [row[at] for _, row in rows] for name, at in columns.at.items()}
    utc = re.search(r"\b(?:utc|gmt)\b", heading.label(columns.at["date"]), re.IGNORECASE) is not None
    days, notes = days_of(cells["date"], lines, top, answers.dates, utc)
    read = numbers_of(
        {name: column for name, column in cells.items() if name != "date"}, lines, top, grid.separator, answers.decimal
    )
    keep = _traded(read.values)
    for at in np.flatnonzero(np.isnan(read.values["close"]) & keep):
        raise no_price(cells["close"], lines, top, int(at), "close")
    if heading.missing and "high" in read.values:
        _in_order(read.values, lines)
    values, told = _scaled(read.values, heading, columns)
    notes = [*notes, *read.notes, *told, *_suspended(days[~keep])]
    further = {} if heading.missing else further_columns(heading, columns, rows, read.decimal)
    kept = {name: values[name] for name in COLUMNS if name in values} | further
    frame = pd.DataFrame(kept, index=days)[keep]
    beside = "adjusted" in values and columns.at["adjusted"] != columns.at["close"]
    return Prices(frame, pd.Series(values["adjusted"], index=days)[keep] if beside else None, notes)


def _traded(values: Values) -> NDArray[np.bool_]:
    """Rows with trading: not those whose four prices and volume are all 0 or blank, as suspended days are written."""
    if not all(name in values for name in PRICES):
        return np.ones(len(values["close"]), dtype=bool)
    there = [values[name] for name in COLUMNS if name in values]
    traded: NDArray[np.bool_] = np.any([np.nan_to_num(each, nan=0.0) != 0 for each in there], axis=0)
    return traded


def _suspended(days: pd.DatetimeIndex) -> list[Sentence]:
    if days.empty:
        return []
    return [
        Sentence(
            N_("Days without trading (all prices 0 or blank) that are left out: {count}, the first is {date}."),
            count=len(days),
            date=days.min().date(),
        )
    ]


def _scaled(values: Values, heading: Heading, columns: Columns) -> tuple[Values, list[Sentence]]:
    """Open, high and low times what the chosen close is of the close as traded, where both are there."""
    if "traded" not in values:
        return values, []
    factor = values["close"] / values["traded"]
    scaled: Values = {name: values[name] * factor for name in ("open", "high", "low") if name in values}
    told = Sentence(
        N_("The close is {column}; open, high and low are multiplied by its ratio to {traded}."),
        column=heading.label(columns.at["close"]),
        traded=heading.label(columns.at["traded"]),
    )
    return values | scaled, [told] if scaled else []


def _in_order(values: Values, lines: list[int]) -> None:
    """Where no heading says it, the second and third price must be the day's highest and lowest."""
    prices = np.array([values[name] for name in PRICES])
    wrong = np.flatnonzero((values["high"] < prices.max(axis=0)) | (values["low"] > prices.min(axis=0)))
    if len(wrong):
        raise FileError(
            N_("The file has no heading, and on line {line} the second and third price are not the highest and the "
               "lowest; put a heading above that says what each column is."),
            line=lines[int(wrong[0])],
        )  # fmt: skip

"""`read_bars`: from a file to bars with their calendar, and all that a reader of them should know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.data.calendar import with_calendar
from core.data.files.columns import Columns, Rows, columns_of, unused
from core.data.files.further import further_at, further_told
from core.data.files.grid import Grid, grid_of, heads_of, sheets_of, texts_of
from core.data.files.headings import Heading, heading_of
from core.data.files.market import calendar_of_file
from core.data.files.prices import Prices, prices_of
from core.data.files.rows import body_of
from core.data.files.unpack import Content, content_of
from core.data.jumps import jumps_of, told
from core.data.provenance import Provenance, stamped
from core.data.schema import checked
from core.errors import FileError
from core.sentence import N_, Sentence

SLACK = 0.005  # share by which a close may lie outside low and high: vendors round


@dataclass(frozen=True)
class Answers:
    """What a visitor said where a file leaves it open; "" lets the file say it.

    Attributes:
        close: heading of the column to take for the close. One adjusted for splits scales open, high and low with it.
        dates: "day first", "month first" or "year first"; "as written" or "next day" for moments in
            UTC; both, with a comma between, where both were asked.
        decimal: the decimal mark, "." or ",".
        calendar: name of a calendar, one of `core.data.exchanges.choices()`.
    """

    close: str = ""
    dates: str = ""
    decimal: str = ""
    calendar: str = ""


def read_bars(source: str | Path | bytes, name: str = "", answers: Answers | None = None) -> pd.DataFrame:
    """Bars from a path or from a file's bytes, as `schema.checked` returns them.

    `provenance(bars).notes` say what a reader should know, `core.data.calendar.calendar_of` gives their calendar.

    Args:
        source: a path, or what the file holds.
        name: the file's name where only its bytes are given; a code in it tells the market.
        answers: to what an earlier call asked.

    Raises:
        FileQuestion: it can be read in more than one way; `values["option"]` names the field of `answers` that decides.
        FileError: it is not there, too large, or not prices; the sentence names the row where there is one.
    """
    said = answers or Answers()
    content = content_of(source, name)
    grid, heading = _workbook(content) if content.workbook else _text(content)
    body = body_of(grid, heading)
    columns = columns_of(heading, body.rows, said.close)
    codes = _codes(columns, body.rows)
    prices = prices_of(grid, heading, columns, body.rows, said)
    bars = checked(prices.frame, content.name or "CSV", error=FileError)
    evidence = [*codes, columns.symbol, *_above(grid, heading), content.name]
    calendar, told = calendar_of_file(pd.DatetimeIndex(bars.index), filter(None, evidence), said.calendar)
    left = unused(heading, columns, body.rows, further_at(heading, columns, bars))
    notes = (
        *body.notes, *_heading_told(heading), *left, *further_told(bars),
        *prices.notes, *told, *_jumps_told(bars, prices, heading, columns), *_outside(bars),
    )  # fmt: skip
    return stamped(with_calendar(bars, calendar), Provenance("upload", N_("a file of your own"), None, notes))


def _text(content: Content) -> tuple[Grid, Heading]:
    """The text in the encoding, cut by the separator, that gives the best heading."""
    best: tuple[int, str, str] | None = None
    for text in texts_of(content.data):
        for head in heads_of(text):
            heading = heading_of(head)
            worth = 100 * heading.complete + 10 * len(heading.fields) + min(len(heading.names), 9)
            if best is None or worth > best[0]:
                best = worth, text, head.separator
    if best is None:
        raise FileError(N_("The file is not a table with one row a day: {reason}."), reason="—")
    grid = grid_of(best[1], best[2])
    return grid, heading_of(grid)


def _workbook(content: Content) -> tuple[Grid, Heading]:
    """The one sheet with prices; where none has any, the first says what is missing."""
    sheets = [(sheet, heading_of(sheet)) for sheet in sheets_of(content.data)]
    able = [(sheet, heading) for sheet, heading in sheets if heading.complete]
    if len(able) > 1:
        raise FileError(
            N_("The workbook has prices on more than one sheet, {names}; keep one."),
            names=", ".join(sheet.sheet for sheet, _ in able),
        )
    if not sheets:
        raise FileError(N_("The file is empty; it needs a heading and at least two rows with a date and a close."))
    return (able or sheets)[0]


def _codes(columns: Columns, rows: Rows) -> list[str]:
    """What the columns of codes say, the same in every row.

    Raises:
        FileError: there are several securities below one another.
    """
    found = []
    for at in columns.codes:
        codes = dict.fromkeys(cells[at] for _, cells in rows if cells[at])
        if len(codes) > 1:
            raise FileError(
                N_("The file holds the prices of {count} securities, {names}; keep the rows of one."),
                count=len(codes),
                names=", ".join(list(codes)[:3]),
            )
        found += list(codes)
    return found


def _above(grid: Grid, heading: Heading) -> Iterator[str]:
    """The lines above the heading, where a vendor writes whose prices they are."""
    return (" ".join(filter(None, row)) for row in grid.rows[: heading.row])


def _heading_told(heading: Heading) -> Iterator[Sentence]:
    if heading.missing:
        columns = ", ".join(word.field for word in heading.words if word)
        yield Sentence(N_("The file has no heading; its columns are read as {columns}."), columns=columns)
    if heading.guessed is not None:
        yield Sentence(
            N_("The column {column} holds nothing but dates and is taken for the date."),
            column=heading.label(heading.guessed),
        )


def _jumps_told(bars: pd.DataFrame, prices: Prices, heading: Heading, columns: Columns) -> tuple[Sentence, ...]:
    if prices.adjusted is None:
        return told(jumps_of(bars["close"]))
    adjusted = prices.adjusted[~prices.adjusted.index.duplicated()].reindex(bars.index)
    return told(jumps_of(bars["close"], adjusted), heading.label(columns.at["adjusted"]))


def _outside(bars: pd.DataFrame) -> Iterator[Sentence]:
    """Closes above the day's high or below its low: columns mixed up, or prices adjusted in part."""
    close = bars["close"]
    days = bars.index[(close > bars["high"] * (1 + SLACK)) | (close < bars["low"] * (1 - SLACK))]
    if len(days):
        yield Sentence(
            N_("Days on which the close lies outside low and high: {count}, the first is {date}."),
            count=len(days),
            date=days[0].date(),
        )

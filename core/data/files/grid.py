"""A file as rows of cells, numbered as a spreadsheet numbers them: text in any usual dress, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.data.files.workbook import WorkbookError, cells_of
from core.errors import FileError
from core.sentence import N_

SPACES = "  "  # two or more: columns set out with spaces
SEPARATORS = ("\t", ";", "|", ",", SPACES)
HEAD = 200  # lines by which separator and encoding are chosen
HEAD_CHARACTERS = 64_000  # of them
MOST_ROWS = 60_000  # two centuries of trading days are 53,000
MOST_COLUMNS = 1_000
LONGEST_LINE = 20_000  # characters


@dataclass(frozen=True)
class Grid:
    """Rows of stripped cells, blank ones included: row i is line i + 1 of the file.

    Attributes:
        rows: as many cells as the row has.
        separator: what stands between the fields; "" in a workbook.
        sheet: the workbook's sheet.
    """

    rows: list[list[str]]
    separator: str = ""
    sheet: str = ""


def texts_of(content: bytes) -> list[str]:
    """The texts that bytes may be, the likeliest first.

    Raises:
        FileError: they are no text in an encoding that is read, or have too many lines, or too long ones.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030", "big5", "cp1252")
    found = []
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            continue
        found.append(text)
        if encoding.startswith("utf"):  # no other encoding is valid UTF-8 by chance
            break
    printable = [text for text in found if not any(ord(each) < 9 for each in text[:4096])]
    if not printable:
        raise FileError(N_("The file is not text in UTF-8 or GB18030; save it as CSV in one of them."))
    _text_bounded(printable[0])  # the others are the same bytes
    return printable


def _text_bounded(text: str) -> None:
    _bounded(text.count("\n") + text.replace("\r\n", "").count("\r"), 1)
    if (longest := max(map(len, _lines(text)), default=0)) > LONGEST_LINE:
        template = N_("The file is not a table with one row a day: a line of it has {length} characters.")
        raise FileError(template, length=longest)


def heads_of(text: str) -> Iterator[Grid]:
    """The first lines of a text as each separator would cut them."""
    lines = itertools.islice(_lines(text), HEAD)
    ends = itertools.takewhile(lambda end: end <= HEAD_CHARACTERS, itertools.accumulate(map(len, lines)))
    head = "".join(itertools.islice(_lines(text), max(1, sum(1 for _ in ends))))
    for separator in SEPARATORS:
        try:
            yield Grid(_rows(head, separator, strict=False), separator)
        except csv.Error:
            continue


def grid_of(text: str, separator: str) -> Grid:
    """The whole text.

    Raises:
        FileError: a quotation mark is left open, or the like; or there are too many columns.
    """
    try:
        rows = _rows(text, separator, strict=True)
    except csv.Error as reason:
        raise FileError(N_("The file is not a table with one row a day: {reason}."), reason=str(reason)) from None
    _bounded(len(rows), max(map(len, rows), default=0))
    return Grid(rows, separator)


def _lines(text: str) -> io.StringIO:
    """The lines of a text, whatever ends them."""
    return io.StringIO(text, newline=None)


def _rows(text: str, separator: str, *, strict: bool) -> list[list[str]]:
    lines = _lines(text)
    if separator == SPACES:
        return [re.split(r"[ \u3000]{2,}", line.strip()) for line in lines]
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)
    ]


def sheets_of(content: bytes) -> list[Grid]:
    """Every sheet of a workbook.

    Raises:
        FileError: it cannot be opened, or has too many rows or columns.
    """
    try:
        sheets = cells_of(content)
    except WorkbookError as error:
        if not str(error):
            template = N_("The workbook takes too much time or memory to open; save its sheet with prices as CSV.")
            raise FileError(template) from None
        raise FileError(N_("The workbook cannot be opened: {reason}."), reason=str(error)) from None
    for _, rows in sheets:
        _bounded(len(rows), max(map(len, rows), default=0))
    return [Grid(rows, sheet=name) for name, rows in sheets]


def _bounded(rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        template = N_("The file has {rows} rows; at most {most} can be read, one a day.")
        raise FileError(template, rows=rows, most=MOST_ROWS)
    if columns > MOST_COLUMNS:
        template = N_("The file has {columns} columns; keep those of date, prices and volume.")
        raise FileError(template, columns=columns)

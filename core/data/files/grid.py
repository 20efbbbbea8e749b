"""A file as rows of cells, numbered as a spreadsheet numbers them: text in any usual dress, or a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from core.errors import FileError
from core.sentence import N_

SPACES = "  "  # two or more: columns set out with spaces
SEPARATORS = ("\t", ";", "|", ",", SPACES)
HEAD = 200  # lines by which separator and encoding are chosen


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
        FileError: they are no text in an encoding that is read.
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
    return printable


def heads_of(text: str) -> Iterator[Grid]:
    """The first lines of a text as each separator would cut them."""
    head = "".join(text.splitlines(keepends=True)[:HEAD])
    for separator in SEPARATORS:
        try:
            yield Grid(_rows(head, separator, strict=False), separator)
        except csv.Error:
            continue


def grid_of(text: str, separator: str) -> Grid:
    """The whole text.

    Raises:
        FileError: a quotation mark is left open, or the like.
    """
    try:
        return Grid(_rows(text, separator, strict=True), separator)
    except csv.Error as reason:
        raise FileError(N_("The file is not a table with one row a day: {reason}."), reason=str(reason)) from None


def _rows(text: str, separator: str, *, strict: bool) -> list[list[str]]:
    lines = io.StringIO(text, newline=None)  # any line ending
    if separator == SPACES:
        return [re.split(r"[ \u3000]{2,}", line.strip()) for line in lines]
    return [
        [cell.strip() for cell in row]
        for row in csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict)
    ]


def sheets_of(content: bytes) -> list[Grid]:
    """Every sheet of a workbook.

    Raises:
        FileError: it cannot be opened.
    """
    import python_calamine  # only where a workbook comes

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            Grid([[_cell(each) for each in row] for row in sheet.to_python(skip_empty_area=False)], sheet=name)
            for name, sheet in ((name, book.get_sheet_by_name(name)) for name in book.sheet_names)
        ]
    except Exception as reason:  # calamine raises its own and, for some damage, Rust's panics as plain exceptions
        raise FileError(N_("The workbook cannot be opened: {reason}."), reason=str(reason)) from None


def _cell(value: object) -> str:
    """A cell as it would stand in a CSV: whole numbers without a fraction, dates in ISO's way."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()

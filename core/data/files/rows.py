"""Which rows hold prices: not the blank ones, nor the lines a vendor writes below."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.data.files.columns import Rows
from core.data.files.forms import is_date
from core.data.files.grid import Grid
from core.data.files.headings import Heading
from core.data.files.numbers import taken_apart
from core.errors import FileError
from core.sentence import N_, Sentence

MOST_CELLS = 2_000_000
_FOOTER = re.compile(
    r"[:：©]|来源|來源|说明|备注|免责|合计|平均|\b(?:source|copyright|data|provided|downloaded|exported|disclaimer|total|"
    r"average|highest|lowest|end of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Body:
    """The rows of prices with their lines, and what was left out around them."""

    rows: Rows
    notes: list[Sentence]


def body_of(grid: Grid, heading: Heading) -> Body:
    """Rows below the heading.

    Raises:
        FileError: a row has more cells than the heading, which would shift its numbers into other columns; or there are
            more cells than any file of prices has.
    """
    rows = [(at + 1, grid.rows[at]) for at in range(heading.top, len(grid.rows)) if any(grid.rows[at])]
    below = []
    while rows and _is_footer(rows[-1][1]):
        below.append(rows.pop())
    above = [(at + 1, grid.rows[at]) for at in range(heading.row) if any(grid.rows[at])]
    width = len(heading.names)
    if width * len(rows) > MOST_CELLS:
        template = N_("The file has {columns} columns; keep those of date, prices and volume.")
        raise FileError(template, columns=width)
    for line, cells in rows:
        if any(cells[width:]):
            raise FileError(
                N_("The file is not a table with one row a day: row {row} (line {line}) has more fields than its "
                   "heading; are there commas inside the numbers?"),
                row=line - heading.top, line=line,
            )  # fmt: skip
    padded = [(line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in rows]
    return Body(padded, [_left_out(*each) for each in (*above, *reversed(below))])


def _left_out(line: int, cells: list[str]) -> Sentence:
    text = " ".join(filter(None, cells))
    return Sentence(N_("Line {line} of the file is no row of prices and is left out: {text}."), line=line, text=text)


def _is_footer(cells: list[str]) -> bool:
    """Whether a row at the end speaks of the file: words that say so, no date, no number beside them."""
    filled = [cell for cell in cells if cell]
    first, others = filled[0], filled[1:]
    return bool(_FOOTER.search(first)) and not is_date(first) and not any(taken_apart(cell) for cell in others)

"""Where the heading is: below title lines, in one row or in the three that pandas writes, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.data.files.forms import is_date
from core.data.files.grid import HEAD, Grid
from core.data.files.words import Word, understood

DEEPEST = 60  # lines in which the heading is looked for
LEVELS = 3  # rows a heading of several levels may have above its last
_SAMPLE = 5  # rows below a heading that tell a column of dates


@dataclass(frozen=True)
class Heading:
    """The columns of a grid.

    Attributes:
        row: index of the heading's first row; rows above it are no prices.
        top: index of the first row below it.
        names: each column's heading as written, "" where there is none.
        words: what each means; None where it is not known.
        missing: there is no heading, `names` are what the columns must be.
        guessed: column that was taken for the date because it holds nothing but dates.
    """

    row: int
    top: int
    names: tuple[str, ...]
    words: tuple[Word | None, ...]
    missing: bool = False
    guessed: int | None = None

    @property
    def fields(self) -> set[str]:
        return {word.field for word in self.words if word}

    @property
    def complete(self) -> bool:
        """Whether dates and closes are among the columns."""
        return "date" in self.fields and bool(self.fields & {"close", "adjusted"})

    def label(self, column: int) -> str:
        """What to call a column: its heading, or the letter a spreadsheet gives it."""
        return (self.names[column] if column < len(self.names) else "") or letter(column)


def letter(column: int) -> str:
    """A, B, ..., Z, AA, ... as spreadsheets do."""
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)


def heading_of(grid: Grid) -> Heading:
    """The first row that names a date and a close; else the row that names most, or the first."""
    best = Heading(0, 1, (), ())
    for at, row in enumerate(grid.rows[:DEEPEST]):
        if not any(row):
            continue
        found = _levels(grid, at) or _one_row(grid, at)
        if found.complete:
            return found
        if not best.names or len(found.fields) > len(best.fields):
            best = found
    return _without(grid) or best


def _one_row(grid: Grid, at: int) -> Heading:
    names = tuple(grid.rows[at])
    words = tuple(understood(name) if name else None for name in names)
    heading = Heading(at, at + 1, names, words)
    if "date" in heading.fields or not heading.fields & {"close", "adjusted"}:
        return heading
    guessed = _only_dates(grid, heading)
    if guessed is None:
        return heading
    return replace(heading, words=_put(words, guessed, Word("date", 0)), guessed=guessed)


def _only_dates(grid: Grid, heading: Heading) -> int | None:
    """The one column without a known heading that holds dates: the unnamed one, if it is among several."""
    below = [row for row in grid.rows[heading.top : heading.top + HEAD] if sum(map(bool, row)) > 1][:_SAMPLE]
    unknown = [at for at, word in enumerate(heading.words) if word is None]
    dates = [at for at in unknown if below and all(at < len(row) and is_date(row[at]) for row in below)]
    unnamed = [at for at in dates if not heading.names[at]]
    for found in (unnamed, dates):
        if len(found) == 1:
            return found[0]
    return None


def _levels(grid: Grid, at: int) -> Heading | None:
    """A heading in rows of which the last holds but the name of the dates: fields in one row, tickers in the others."""
    for end in range(at + 1, min(at + 1 + LEVELS, len(grid.rows))):
        last = grid.rows[end]
        word = understood(last[0]) if last and last[0] else None
        if len(last) > 1 and word and word.field == "date" and not any(last[1:]):
            return _joined(grid.rows[at:end], at, end, last[0])
    return None


def _joined(rows: Sequence[Sequence[str]], at: int, end: int, date: str) -> Heading:
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    words = [[understood(cell) if cell else None for cell in row[1:]] for row in padded]
    fields = max(range(len(rows)), key=lambda level: len({word.field for word in words[level] if word}))
    others = [row for level, row in enumerate(padded) if level != fields]
    joined: list[Word | None] = [Word("date", 0)]
    for column, word in enumerate(words[fields], 1):
        symbol = " ".join(filter(None, (row[column] for row in others)))
        joined.append(replace(word, symbol=symbol) if word else None)
    return Heading(at, end + 1, (date, *padded[fields][1:]), tuple(joined))


def _without(grid: Grid) -> Heading | None:
    """Columns of a file that begins with prices: date, maybe a time, then open, high, low, close, maybe a volume, or
    a close alone. Whether high and low are the highest and the lowest is for the reader to check."""
    first = next((at for at, row in enumerate(grid.rows) if any(row)), 0)
    row = grid.rows[first] if grid.rows else []
    if not row or not is_date(row[0]):
        return None
    before = 2 if len(row) > 2 and ":" in row[1] else 1
    fields = {1: ("close",), 4: ("open", "high", "low", "close"), 5: ("open", "high", "low", "close", "volume")}
    named = fields.get(len(row) - before, ())
    words = (Word("date", 0), *[Word("time", 0)] * (before - 1), *(Word(field, 0) for field in named))
    if not named:
        return Heading(first, first, tuple(row), (*words, *[None] * (len(row) - len(words))), missing=True)
    return Heading(first, first, ("",) * len(words), words, missing=True)


def _put(words: tuple[Word | None, ...], at: int, word: Word) -> tuple[Word | None, ...]:
    return (*words[:at], word, *words[at + 1 :])

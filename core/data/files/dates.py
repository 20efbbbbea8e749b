"""Days from the ways they are written: one order of day, month and year for the whole file, or a question.

A moment in UTC is the trading day it belongs to: midnight in Shanghai is the evening before in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from core.data.files.forms import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Written, day_of, written
from core.errors import FileError, FileQuestion
from core.sentence import N_, Sentence

AS_WRITTEN, NEXT_DAY = "as written", "next day"
EVENING = 11 * 60  # minutes after midnight UTC; a midnight east of Greenwich is not earlier on the day before
MIDNIGHTS = 13 * 60  # those before are New Zealand's, and the end of trading in Riyadh, which works on Sundays


def days_of(
    cells: Sequence[str], lines: Sequence[int], top: int, choice: str, utc: bool = False
) -> tuple[pd.DatetimeIndex, list[Sentence]]:
    """The day of each cell.

    Args:
        cells: as written.
        lines: each one's line in the file; `top` is that of the first row of prices.
        choice: what a question was answered with, "" for none.
        utc: the heading says that times without an offset are in UTC.

    Raises:
        FileQuestion: nothing in the file says what is the day and what the month, or which day a moment belongs to.
        FileError: a cell is no date; the sentence names its row.
    """
    found = [written(cell) for cell in cells]
    for at, each in enumerate(found):
        if each is None:
            raise _no_date(cells, lines, top, at)
    known = [each for each in found if each is not None]
    order, notes = _order(known, cells, lines, choice)
    days = []
    for at, each in enumerate(known):
        day = day_of(each, order)
        if day is None:
            raise _no_date(cells, lines, top, at)
        days.append(day)
    index = pd.DatetimeIndex(days).as_unit("us")
    if utc:
        known = [replace(each, utc=each.utc or not each.offset) for each in known]
    shift, told = _shift(index, known, cells, choice)
    return index + pd.Timedelta(days=shift), [*notes, *told]


def _no_date(cells: Sequence[str], lines: Sequence[int], top: int, at: int) -> FileError:
    return FileError(
        N_(
            "The file's row {row} has {value} for a date (line {line} of the file); write dates like 2021-10-28 or "
            "20211028."
        ),
        row=lines[at] - top + 1,
        line=lines[at],
        value=cells[at] or "—",
    )


def _order(known: list[Written], cells: Sequence[str], lines: Sequence[int], choice: str) -> tuple[str, list[Sentence]]:
    """What comes first in dates whose year is last: the one order that makes dates of all of them."""
    unsure = [at for at, each in enumerate(known) if not each.ordered]
    if not unsure:
        return YEAR_FIRST, []
    if (pair := _two_ways(known)) is not None:
        at, other = pair
        raise FileError(
            N_("The file writes dates in two ways: {one} on line {line}, {other} on line {other_line}; write all in "
               "one."),
            one=cells[at], line=lines[at], other=cells[other], other_line=lines[other],
        )  # fmt: skip
    orders = [order for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST) if order in choice] or [
        DAY_FIRST, MONTH_FIRST, YEAR_FIRST,
    ]  # fmt: skip
    good = {order: sum(day_of(each, order) is not None for each in known) for order in orders}
    able = [order for order in orders if good[order] == len(known)]
    if not able:
        return max(orders, key=lambda order: good[order]), []  # the first cell that is none is then named
    if len(able) > 1 and any(len({day_of(each, order) for order in able}) > 1 for each in known):
        at = next(at for at, each in enumerate(known) if len({day_of(each, order) for order in able}) > 1)
        raise FileQuestion(
            N_("Nothing in the file says whether {value} (line {line}) has the day or the month first; say which."),
            value=cells[at], line=lines[at], option="dates", answers=tuple(able),
        )  # fmt: skip
    told = {
        DAY_FIRST: N_("The dates are read with the day first."),
        MONTH_FIRST: N_("The dates are read with the month first."),
        YEAR_FIRST: N_("The dates are read with the year first."),
    }
    return able[0], [Sentence(told[able[0]])]


def _two_ways(known: list[Written]) -> tuple[int, int] | None:
    """Two dates that are not written alike, where the year is last: a spreadsheet that took some of them for dates, day
    and month exchanged, and left the others as text."""
    first: dict[int, tuple[str, int]] = {}
    for at, each in enumerate(known):
        for place, seen in enumerate(each.style):
            if not seen and place > 0:
                continue
            before, where = first.setdefault(place, (seen, at))
            if before != seen:
                return where, at
    return None


def _shift(
    days: pd.DatetimeIndex, known: list[Written], cells: Sequence[str], choice: str
) -> tuple[int, list[Sentence]]:
    """Days by which moments lie before the trading day they belong to: 0, or 1 for midnights east of Greenwich."""
    late = [at for at, each in enumerate(known) if each.minutes is not None and each.minutes >= EVENING]
    if not late or len(late) < len(known):
        return 0, []
    if not all(each.utc for each in known):  # a time on somebody's clock: the date that stands with it
        return 0, []
    told = [Sentence(N_("The file's moments are midnights of the day after; each bar is dated that day."))]
    if NEXT_DAY in choice:
        return 1, told
    as_written, next_day = (_on_weekdays(days + pd.Timedelta(days=shift)) for shift in (0, 1))
    if AS_WRITTEN in choice or (as_written and not next_day):
        return 0, []
    midnights = all(each.minutes is not None and each.minutes >= MIDNIGHTS and not each.minutes % 30 for each in known)
    if midnights and next_day and not as_written and (days.day_of_week == 6).any():
        return 1, told
    raise FileQuestion(
        N_("{value} is a moment in UTC: nothing in the file says whether its trading day is that date or the next; "
           "say which."),
        value=cells[0], option="dates", answers=(AS_WRITTEN, NEXT_DAY),
    )  # fmt: skip


def _on_weekdays(days: pd.DatetimeIndex) -> bool:
    return not (days.day_of_week >= 5).any()

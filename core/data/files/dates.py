"""Days from the ways they are written: one order of day, month and year for the whole file, or a question.

A moment in UTC is the trading day it belongs to: midnight in Shanghai is the evening before in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from core.errors import FileError, FileQuestion
from core.sentence import N_, Sentence

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"
AS_WRITTEN, NEXT_DAY = "as written", "next day"
EVENING = 11 * 60  # minutes after midnight UTC; a midnight east of Greenwich is not earlier on the day before
MIDNIGHTS = 13 * 60  # those before are New Zealand's, and the end of trading in Riyadh, which works on Sundays

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<word>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = (
    r"(?:(?:T|,?\s+)(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]m)?"
    r"\s*(?P<zone>Z|UTC|GMT)?\s*(?P<offset>[+-]\d{1,2}:?\d{2})?)?(?:\s*\[[\w/]+\])?"
)
_WEEKDAY = r"(?:\s*[(（]?(?:周|星期|週)[一二三四五六日天][)）]?)?"
_FORMS = tuple(
    re.compile(f"{form}{_WEEKDAY}{_TIME}", re.IGNORECASE)
    for form in (
        r"(?P<y>\d{4})(?P<mark>[-/.]|\s?年\s?)(?P<m>\d{1,2})(?:[-/.]|\s?月\s?)(?P<d>\d{1,2})(?:\s?日)?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\.0)?",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second_>\d{1,2})(?P=mark)(?P<last>\d{4}|\d{2})",
        rf"(?:[a-z]{{3,9}},?\s+)?{_MONTH}[\s-]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(?P<y>\d{{4}})",
        rf"(?:[a-z]{{3,9}},?\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*{_MONTH},?[\s./-]*(?P<y>\d{{4}}|\d{{2}})",
        rf"(?P<y>\d{{4}})[\s./-]*{_MONTH}[\s./-]*(?P<d>\d{{1,2}})",
    )
)
_EPOCH = re.compile(r"[1-9]\d{8}|1[0-8]\d{8}|[1-9]\d{11}|1[0-8]\d{11}|1[0-8]\d{14}|1[0-8]\d{17}")
_COMPACT = re.compile(r"((?:19|20)\d{6})(\d{2})(\d{2})(\d{2})?")


@dataclass(frozen=True)
class Written:
    """One date as written: `parts` are year, month, day, or three numbers in an unknown order.

    `minutes` after midnight, None without a time; `utc` whether it is a moment in UTC.
    """

    parts: tuple[int, int, int]
    ordered: bool
    short: bool = False  # the year has two digits
    minutes: int | None = None
    utc: bool = False


def is_date(text: str) -> bool:
    """Whether a cell is a date by its looks; a count of seconds has none."""
    found = None if text.isdigit() and len(text) != 8 else written(text)
    if found is None:
        return False
    return any(_day(found, order) is not None for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST))


def written(text: str) -> Written | None:
    """Take a date apart; None where it is none."""
    plain = text.strip().lstrip("'").strip()
    if _EPOCH.fullmatch(plain) and not (len(plain) == 12 and _COMPACT.fullmatch(plain)):
        return _epoch(int(plain))
    if compact := _COMPACT.fullmatch(plain):
        plain = f"{compact[1]} {compact[2]}:{compact[3]}:{compact[4] or '00'}"
    for form in _FORMS:
        if match := form.fullmatch(plain):
            return _taken(match.groupdict())
    return None


def _epoch(count: int) -> Written:
    """Seconds, or thousandths, millionths, ... of them, since 1970."""
    while count >= 10**11:
        count //= 1000
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=count)
    return Written((at.year, at.month, at.day), True, minutes=at.hour * 60 + at.minute, utc=True)


def _taken(found: dict[str, str | None]) -> Written | None:
    minutes, utc = _minutes(found), False
    if minutes is not None:
        if minutes < 0:
            return None
        offset = found["offset"]
        utc = not re.search("[1-9]", offset) if offset else bool(found["zone"])
    if found.get("first"):
        last = str(found["last"])
        parts = (int(found["first"] or 0), int(found["second_"] or 0), int(last))
        return Written(parts, False, len(last) == 2, minutes, utc)
    word = str(found.get("word") or "")[:3].casefold()
    month = _MONTHS.index(word) + 1 if word else int(found["m"] or 0)
    year = str(found["y"])
    return Written((_century(int(year)) if len(year) == 2 else int(year), month, int(found["d"] or 0)), True, False,
                   minutes, utc)  # fmt: skip


def _minutes(found: dict[str, str | None]) -> int | None:
    """Minutes after midnight; None without a time, -1 where it is none."""
    if found["hour"] is None:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"].casefold() == "pm" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else -1


def _century(year: int) -> int:
    """Two digits as POSIX has them: 69 to 99 are the 1900s."""
    return year + (1900 if year >= 69 else 2000)


def _day(found: Written, order: str) -> date | None:
    a, b, c = found.parts
    if found.ordered:
        year, month, day = a, b, c
    elif order == YEAR_FIRST:
        if not found.short:
            return None
        year, month, day = _century(a), b, c
    else:
        year = _century(c) if found.short else c
        day, month = (a, b) if order == DAY_FIRST else (b, a)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def days_of(
    cells: Sequence[str], lines: Sequence[int], top: int, choice: str
) -> tuple[pd.DatetimeIndex, list[Sentence]]:
    """The day of each cell.

    Args:
        cells: as written.
        lines: each one's line in the file; `top` is that of the first row of prices.
        choice: what a question was answered with, "" for none.

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
        day = _day(each, order)
        if day is None:
            raise _no_date(cells, lines, top, at)
        days.append(day)
    index = pd.DatetimeIndex(days).as_unit("us")
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
    if len(unsure) < len(known):
        sure = next(at for at, each in enumerate(known) if each.ordered)
        raise FileError(
            N_("The file writes dates in two ways: {one} on line {line}, {other} on line {other_line}; write all in "
               "one."),
            one=cells[unsure[0]], line=lines[unsure[0]], other=cells[sure], other_line=lines[sure],
        )  # fmt: skip
    orders = [order for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST) if order in choice] or [
        DAY_FIRST, MONTH_FIRST, YEAR_FIRST,
    ]  # fmt: skip
    good = {order: sum(_day(each, order) is not None for each in known) for order in orders}
    able = [order for order in orders if good[order] == len(known)]
    if not able:
        return max(orders, key=lambda order: good[order]), []  # the first cell that is none is then named
    if len(able) > 1 and any(len({_day(each, order) for order in able}) > 1 for each in known):
        at = next(at for at, each in enumerate(known) if len({_day(each, order) for order in able}) > 1)
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

"""The ways a date is written: taken apart into year, month and day, or three numbers in an unknown order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST = 80  # characters of a date with its time, zone and weekday
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day first", "month first", "year first"

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
    `style` of numbers in an unknown order: the mark between them with the figures of the year, and of the first two
    whether a single figure stands alone ("1"), behind a zero ("0"), or cannot be seen ("").
    """

    parts: tuple[int, int, int]
    ordered: bool
    short: bool = False  # the year has two digits
    minutes: int | None = None
    utc: bool = False
    offset: bool = False  # a time with an offset from UTC, on a clock that is told
    style: tuple[str, str, str] = ("", "", "")


def is_date(text: str) -> bool:
    """Whether a cell is a date by its looks; a count of seconds has none."""
    found = None if text.isdigit() and len(text) != 8 else written(text)
    if found is None:
        return False
    return any(day_of(found, order) is not None for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST))


def written(text: str) -> Written | None:
    """Take a date apart; None where it is none."""
    if len(text) > LONGEST:
        return None
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
    minutes, utc, ahead = _minutes(found), False, False
    if minutes is not None:
        if minutes < 0:
            return None
        offset = found["offset"]
        ahead = bool(offset and re.search("[1-9]", offset))
        utc = not ahead if offset else bool(found["zone"])
    if found.get("first"):
        last = str(found["last"])
        one, two = str(found["first"]), str(found["second_"])
        style = (f"{found['mark']}{len(last)}", _figures(one), _figures(two))
        return Written((int(one), int(two), int(last)), False, len(last) == 2, minutes, utc, ahead, style)
    word = str(found.get("word") or "")[:3].casefold()
    month = _MONTHS.index(word) + 1 if word else int(found["m"] or 0)
    year = str(found["y"])
    return Written((_century(int(year)) if len(year) == 2 else int(year), month, int(found["d"] or 0)), True, False,
                   minutes, utc, ahead)  # fmt: skip


def _figures(text: str) -> str:
    return text[0] if text.startswith("0") else "1" if len(text) == 1 else ""


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


def day_of(found: Written, order: str) -> date | None:
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

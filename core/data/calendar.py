"""When there is a bar: the calendar bars follow, the days they lack, and the days that come next.

Sessions of exchanges come from `exchange_calendars`. Bars of a file carry their calendar with them, found by
`core.data.rhythm` from a code or from the days; those of a live source have that of their ticker.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

from core.data.exchanges import EVERY_DAY, EXCHANGES, LABELS, MONTHLY, UNKNOWN, WEEKDAYS, WEEKLY, named
from core.data.provenance import from_words, in_words
from core.data.sample import TICKER as SAMPLE
from core.sentence import N_, Sentence

_KEY = "calendar"
_EARLIEST = pd.Timestamp("1990-01-01")
_YEARS = 10  # whole years over which an exchange's sessions a year are counted
_BY_CONVENTION = {EVERY_DAY: 365.0, WEEKLY: 52.0, MONTHLY: 12.0}  # bars a year


@dataclass(frozen=True)
class Calendar:
    """When there is a bar.

    Attributes:
        name: an exchange's in `exchange_calendars` (XSHG, ...), "24/7", "24/5", "weekdays", "weekly", "monthly" or
            "unknown".
        why: what says so.
        step: pandas' offset for the next bar where no exchange gives it: W-FRI, BME, B, 30D, ...
        seen: bars a year counted in the bars themselves; None where they cover less than a year.
    """

    name: str
    why: Sentence
    step: str = "B"
    seen: float | None = None

    @property
    def label(self) -> str:
        """What it is called, in English, marked for translation."""
        return LABELS[self.name]

    @property
    def exchange(self) -> str | None:
        """The exchange whose sessions these are; None where none is claimed."""
        return self.name if self.name in EXCHANGES else None

    @property
    def rhythm(self) -> str:
        """How often: "daily", "weekly", "monthly" or "unknown"."""
        return self.name if self.name in (WEEKLY, MONTHLY, UNKNOWN) else "daily"

    @property
    def periods_per_year(self) -> float | None:
        """Bars a year, by which a variance is annualised; None where nothing is claimed.

        A range or standard deviation of one bar times the square root of this is a year's. An exchange's is the mean of
        its last ten whole years, 24/7 has 365, a week 52, a month 12.
        """
        if self.exchange:
            return _sessions_a_year(self.name)
        return _BY_CONVENTION.get(self.name, self.seen if self.name == WEEKDAYS else None)

    @property
    def beyond(self) -> Sentence:
        """What the days are that `next_days` marks as estimated."""
        if self.exchange:
            return Sentence(N_("Monday to Friday where the exchange's calendar ends"))
        if self.name == WEEKDAYS:
            return Sentence(N_("Monday to Friday; the holidays are not known"))
        if self.name in (WEEKLY, MONTHLY):
            return Sentence(N_("as regular as the file's; a holiday may move them"))
        return Sentence(N_("as far apart as the file's days are"))


def of_ticker(ticker: str) -> Calendar:
    """The calendar of a ticker: that of the market its code names, New York's for the sample, else none is claimed."""
    found = named(ticker)
    name = "XNYS" if ticker.upper() == SAMPLE else found[1] if found else WEEKDAYS
    if name == WEEKDAYS:
        return Calendar(name, Sentence(N_("The ticker {ticker} does not say where it is traded."), ticker=ticker))
    return Calendar(name, Sentence(N_("The ticker {ticker} says where it is traded."), ticker=ticker))


def with_calendar(bars: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """A copy of `bars` that carries `calendar`; it survives slicing, copying, pickling and Parquet."""
    carrying = bars.copy()
    told = {"name": calendar.name, "why": in_words(calendar.why), "step": calendar.step, "seen": calendar.seen}
    carrying.attrs = {**bars.attrs, _KEY: told}
    return carrying


def calendar_of(bars: pd.DataFrame, ticker: str) -> Calendar:
    """The calendar that `bars` carry; where they carry none they come from a live source, and `ticker` says it."""
    told = bars.attrs.get(_KEY)
    return Calendar(**{**told, "why": from_words(told["why"])}) if told else of_ticker(ticker)


def chosen(name: str, seen: Calendar) -> Calendar:
    """The calendar a visitor chose in the place of the one `seen`, whose step it keeps where it has none of its own."""
    steps = {WEEKLY: "W-FRI", MONTHLY: "BME"}
    step = seen.step if seen.name == name else steps.get(name, "B" if name != UNKNOWN else seen.step)
    return Calendar(name, Sentence(N_("You chose this calendar.")), step, seen.seen)


@lru_cache(maxsize=len(LABELS))
def sessions(name: str) -> pd.DatetimeIndex:
    """Every session of an exchange that is known, from 1990 on at the earliest."""
    import exchange_calendars  # its import is slow, and most pages do without

    with warnings.catch_warnings():  # the library's own use of pandas, not ours to mend
        warnings.simplefilter("ignore")
        kind: Any = type(exchange_calendars.get_calendar(name))
        begins = max(_EARLIEST, kind.bound_min() or _EARLIEST)
        found: Any = exchange_calendars.get_calendar(name, start=begins)
    return pd.DatetimeIndex(found.sessions).as_unit("us")


@lru_cache(maxsize=len(LABELS))
def _sessions_a_year(name: str) -> float:
    known = sessions(name)
    last = min(known[-1], pd.Timestamp.today()).year - 1
    return float(round(((known.year > last - _YEARS) & (known.year <= last)).sum() / _YEARS))


def missing_days(bars: pd.DataFrame, calendar: Calendar | str) -> pd.DatetimeIndex:
    """Days between the first and the last bar on which `calendar` has one and `bars` do not.

    Of a week or month without a bar the day it would be dated. Empty where the calendar does not reach or claims
    nothing.
    A ticker stands for the calendar the bars carry, or that of a live source.
    """
    days = pd.DatetimeIndex(bars.index)
    calendar = calendar_of(bars, calendar) if isinstance(calendar, str) else calendar
    if calendar.exchange or calendar.name == EVERY_DAY:
        known = sessions(calendar.name)
        lacking = known[(known >= days[0]) & (known <= days[-1])].difference(days)
    elif calendar.name in (WEEKLY, MONTHLY):
        there = _regular(days, calendar)
        lacking = pd.date_range(there[0], there[-1], freq=calendar.step).difference(there)
    else:
        lacking = days[:0]
    return lacking.as_unit("us").rename("date")


def _regular(days: pd.DatetimeIndex, calendar: Calendar) -> pd.DatetimeIndex:
    """The regular day each bar stands for: the nearest such weekday, or the month's."""
    step: Any = pd.tseries.frequencies.to_offset(calendar.step)
    if calendar.name == MONTHLY:
        return pd.DatetimeIndex([step.rollforward(day) for day in days.to_period("M").to_timestamp()])
    return pd.DatetimeIndex([step.rollforward(day - pd.Timedelta(days=3)) for day in days])


def last_session(ticker: str, day: date) -> date:
    """The last trading day on or before `day`; outside the calendar, or where there is none, the last weekday."""
    at, name = pd.Timestamp(day), of_ticker(ticker).exchange
    known = sessions(name) if name else pd.DatetimeIndex([])
    if len(known) and known[0] <= at <= known[-1]:
        return pd.Timestamp(known[known <= at][-1]).date()
    return pd.offsets.BDay().rollback(at).date()


def next_days(calendar: Calendar | str, after: date | pd.Timestamp, count: int) -> list[tuple[date, bool]]:
    """The days of the next `count` bars after a day: (day, estimated); `Calendar.beyond` says what the estimated are.

    A ticker may stand for the calendar of a live source.
    """
    found = of_ticker(calendar) if isinstance(calendar, str) else calendar
    day = pd.Timestamp(after).normalize()
    if found.name == EVERY_DAY:
        return [(each.date(), False) for each in pd.date_range(day + pd.Timedelta(days=1), periods=count)]
    if found.exchange:
        return _next_sessions(found.name, day, count)
    if found.name in (WEEKLY, MONTHLY):
        day = _regular(pd.DatetimeIndex([day]), found)[0]
    if found.step.endswith("D"):  # a number of days, counted from the last bar
        coming = pd.date_range(day, periods=count + 1, freq=found.step)[1:]
    else:
        coming = pd.date_range(day + pd.Timedelta(days=1), periods=count, freq=found.step)
    return [(each.date(), True) for each in coming]


def _next_sessions(name: str, day: pd.Timestamp, count: int) -> list[tuple[date, bool]]:
    """Outside the calendar Monday to Friday, marked as estimated: holidays there are not published yet."""
    known = sessions(name)
    reached = day >= known[0]
    coming = known[known > day][:count] if reached else known[:0]
    beyond = max(day, known[-1]) if reached else day
    guessed = pd.bdate_range(beyond + pd.Timedelta(days=1), periods=count - len(coming))
    return [(each.date(), False) for each in coming] + [(each.date(), True) for each in guessed]

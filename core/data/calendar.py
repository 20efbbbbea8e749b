"""Trading days from `exchange_calendars`: gaps in bars, and the days that come next."""

from __future__ import annotations

import warnings
from datetime import date
from functools import lru_cache
from typing import Any

import pandas as pd

_CHINA = (".SH", ".SZ", ".BJ", ".CSI")
_SHANGHAI_OPENED = "1990-12-19"


def exchange(ticker: str) -> str:
    """The calendar of a ticker by its suffix: XSHG for .SH, .SZ, .BJ and .CSI, XNYS for everything else."""
    return "XSHG" if ticker.upper().endswith(_CHINA) else "XNYS"


@lru_cache(maxsize=4)
def _sessions(name: str) -> pd.DatetimeIndex:
    import exchange_calendars  # its import is slow, and most pages do without

    start = _SHANGHAI_OPENED if name == "XSHG" else None
    with warnings.catch_warnings():  # the library's own use of pandas, not ours to mend
        warnings.simplefilter("ignore")
        calendar: Any = exchange_calendars.get_calendar(name, start=start)
    return pd.DatetimeIndex(calendar.sessions).as_unit("us")


def missing_days(bars: pd.DataFrame, ticker: str) -> pd.DatetimeIndex:
    """Sessions of the exchange between the first and the last bar that have no bar, as far as the calendar reaches."""
    days, sessions = pd.DatetimeIndex(bars.index), _sessions(exchange(ticker))
    within = sessions[(sessions >= days[0]) & (sessions <= days[-1])]
    return within.difference(days).rename("date")


def last_session(ticker: str, day: date) -> date:
    """The last trading day on or before `day`; outside the calendar the last weekday."""
    sessions, at = _sessions(exchange(ticker)), pd.Timestamp(day)
    if sessions[0] <= at <= sessions[-1]:
        return pd.Timestamp(sessions[sessions <= at][-1]).date()
    return pd.offsets.BDay().rollback(at).date()


def next_days(ticker: str, after: date | pd.Timestamp, count: int) -> list[tuple[date, bool]]:
    """The next `count` trading days after a day: (day, estimated).

    Outside the calendar Monday to Friday, marked as estimated: holidays there are not published yet.
    """
    day, sessions = pd.Timestamp(after).normalize(), _sessions(exchange(ticker))
    reached = day >= sessions[0]
    known = sessions[sessions > day][:count] if reached else sessions[:0]
    beyond = max(day, sessions[-1]) if reached else day
    guessed = pd.bdate_range(beyond + pd.Timedelta(days=1), periods=count - len(known))
    return [(each.date(), False) for each in known] + [(each.date(), True) for each in guessed]

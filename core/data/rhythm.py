"""How often there is a bar, and on whose trading days: read from the days, or from a code they agree with."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.calendar import Calendar, sessions
from core.data.exchanges import EVERY_DAY, EXCHANGES, MONTHLY, UNKNOWN, WEEKDAYS, WEEKLY
from core.sentence import N_, Sentence

FEWEST = 6  # days from which a rhythm is read
REGULAR = 0.9  # share of the gaps that keep a week's or a month's rhythm
STRANGE = 0.01  # share of bars outside the sessions that is a vendor's slip, not another market
LACKING = 0.25  # share of sessions without a bar: a share may be suspended for long
MARGIN = 2  # days by which one exchange must fit better than any other
_SLOW = ("XKRX",)  # half a second to set up: taken from a code only
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")


def from_days(days: pd.DatetimeIndex) -> Calendar:
    """The calendar of ascending days, or none: nothing is claimed that the days do not show."""
    if len(days) < FEWEST:
        return Calendar(UNKNOWN, Sentence(N_("There are too few days to tell how often there is a bar.")), _step(days))
    gaps, middle = _gaps(days), _middle_gap(days)
    if middle == 7 and np.mean((gaps >= 4) & (gaps <= 10)) >= REGULAR:
        common = int(np.bincount(days.day_of_week, minlength=7).argmax())
        return Calendar(WEEKLY, Sentence(N_("The days are a week apart.")), f"W-{_WEEKDAYS[common]}")
    if 28 <= middle <= 31 and np.mean((gaps >= 20) & (gaps <= 40)) >= REGULAR:
        return Calendar(MONTHLY, Sentence(N_("The days are a month apart.")), _month(days))
    if middle > 1:
        return Calendar(UNKNOWN, Sentence(N_("The days keep no rhythm of a day, a week or a month.")), _step(days))
    weekend = days.day_of_week >= 5
    if weekend.any():
        return _with_weekends(days, gaps)
    return _one_exchange(days)


def from_code(code: str, name: str, days: pd.DatetimeIndex) -> Calendar | None:
    """The calendar a code names; None where the days do not agree with it, or are no daily ones."""
    if name == EVERY_DAY:
        agree = from_days(days).name == EVERY_DAY or (len(days) < FEWEST and _middle_gap(days) == 1)
    else:
        agree = _middle_gap(days) <= 4 and _strange(days, name) <= STRANGE * len(days)
    if not agree:
        return None
    return Calendar(name, Sentence(N_("The code {code} says where it is traded."), code=code))


def _with_weekends(days: pd.DatetimeIndex, gaps: NDArray[np.int64]) -> Calendar:
    every_weekday = len(np.unique(days.day_of_week)) == 7
    if every_weekday and np.mean(gaps == 1) >= REGULAR:
        return Calendar(EVERY_DAY, Sentence(N_("There are bars on all seven days of the week.")))
    return Calendar(UNKNOWN, Sentence(N_("There are bars on weekends, but not on all of them.")), "1D")


def _one_exchange(days: pd.DatetimeIndex) -> Calendar:
    """The exchange whose sessions these weekdays are, if there is just one."""
    apart = sorted((_strange(days, name) + _lacking(days, name), name) for name in EXCHANGES if name not in _SLOW)
    best, name = apart[0]
    if (
        apart[1][0] - best >= MARGIN
        and _strange(days, name) <= STRANGE * len(days)
        and _lacking(days, name) <= LACKING * len(days)
    ):
        return Calendar(name, Sentence(N_("Of all exchanges, only this one's trading days agree with the file's.")))
    told = Sentence(N_("The days are weekdays, but fit no exchange's trading days better than all others'."))
    return Calendar(WEEKDAYS, told, seen=_a_year(days))


def _strange(days: pd.DatetimeIndex, name: str) -> int:
    """Bars on days that are no session, as far as the calendar reaches; all of them where it does not."""
    known = sessions(name)
    within = days[(days >= known[0]) & (days <= known[-1])]
    return len(within.difference(known)) if len(within) else len(days)


def _lacking(days: pd.DatetimeIndex, name: str) -> int:
    known = sessions(name)
    return len(known[(known >= days[0]) & (known <= days[-1])].difference(days))


def _a_year(days: pd.DatetimeIndex) -> float | None:
    years = (days[-1] - days[0]).days / 365.25
    return float(round(len(days) / years)) if years >= 1 else None


def _month(days: pd.DatetimeIndex) -> str:
    """Whether bars are dated at the start or the end of the month, by trading days or by the calendar."""
    on_weekdays = "B" if not (days.day_of_week >= 5).any() else ""
    return f"{on_weekdays}{'MS' if np.median(days.day) <= 15 else 'ME'}"


def _step(days: pd.DatetimeIndex) -> str:
    """About how far apart irregular days are, for estimates."""
    middle = round(_middle_gap(days))
    return f"{middle}D" if middle > 4 else "B"


def _gaps(days: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Days from each bar to the next, (D - 1,)."""
    return np.diff(days.to_numpy().astype("datetime64[D]")).astype(np.int64)


def _middle_gap(days: pd.DatetimeIndex) -> float:
    return float(np.median(_gaps(days))) if len(days) > 1 else 1.0

"""Another ticker's or file's return as an input: joined to the bars before anything is hashed, so that keys cover it.

Only what was known at the close of a bar's own day is read. A market that closes later counts a day later; where it is
not known when one of the two closes, the other's bar counts from the day after it on.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from core.config import DataQuery, Experiment
from core.data.calendar import Calendar, calendar_of
from core.data.exchanges import EVERY_DAY, EXCHANGES
from core.errors import DataError
from core.input_names import other_of
from core.sentence import N_, Sentence

Fetch = Callable[[DataQuery], pd.DataFrame]
BEFORE = timedelta(days=30)  # fetched before the first bar, so that its day has a return too
USUALLY = 0.95  # share of the days by which a rule is named; what is read goes by each day's own closes
LATEST = timedelta(days=15)  # that the other's last bar may lie before the last one here


@dataclass(frozen=True)
class Joined:
    """Bars with a column for each other ticker that the experiment reads, and by which rule each was aligned."""

    bars: pd.DataFrame
    told: tuple[Sentence, ...] = ()


def others_of(experiment: Experiment) -> dict[str, DataQuery]:
    """What an experiment reads of others: the input's name -> the prices it needs, in its own dates and adjustment."""
    asked = {name: other_of(name) for name in experiment.model.inputs}
    own = experiment.data
    start = own.start and own.start - BEFORE
    return {name: own.replace(source=found[0], ticker=found[1], start=start) for name, found in asked.items() if found}


def with_others(bars: pd.DataFrame, experiment: Experiment, fetch: Fetch) -> Joined:
    """`bars` and, as a column called like the input, the log return of each other ticker that `experiment` reads.

    A day's value is ln(last close known at its own close / last close known at the close before): where the other had
    no new session it is 0, where it had two it is both. The first days are NaN where the other begins later.
    `bars` themselves are left alone, and given back where nothing else is read or all of it is there already.

    Args:
        fetch: gives the bars of a query, such as `core.data.load_bars`; an own file's come by source "upload" and name.

    Raises:
        DataError: the other's prices cannot be had, or end long before these.
    """
    wanted = {name: query for name, query in others_of(experiment).items() if name not in bars.columns}
    if not wanted:
        return Joined(bars)
    joined, told = bars.copy(), []
    own = calendar_of(bars, experiment.data.ticker)
    for name, query in wanted.items():
        other = fetch(query)
        if other.index[-1] < bars.index[-1] - LATEST:
            raise DataError(
                N_(
                    "{other} has prices up to {last}, but these go on to {end}; leave it out, or choose an earlier end."
                ),
                other=query.ticker,
                last=other.index[-1].date(),
                end=bars.index[-1].date(),
            )
        joined[name], rule = _known_returns(bars, own, other, calendar_of(other, query.ticker), query.ticker)
        told.append(rule)
    joined.attrs = dict(bars.attrs)
    return Joined(joined, tuple(told))


def _known_returns(
    bars: pd.DataFrame, own: Calendar, other: pd.DataFrame, theirs: Calendar, ticker: str
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], Sentence]:
    """The other's log return as far as it was known at each close (C,), and the rule."""
    days, known = pd.DatetimeIndex(bars.index), pd.DatetimeIndex(other.index)
    ours, its = _closes(days, own), _closes(known, theirs)
    if ours is None or its is None:
        last = known.searchsorted(days, side="left") - 1  # the last bar of a day before
        rule = N_("{other}: when it closes is not known, so its bar counts from the day after it on.")
    else:
        last = its.searchsorted(ours, side="right") - 1
        same = last[np.isin(days, known)] == known.searchsorted(days[np.isin(days, known)])
        share = float(same.mean()) if len(same) else 0.0
        if share > USUALLY:
            rule = N_("{other} closes no later on the same day, so its return of that day is read.")
        elif share < 1 - USUALLY:
            rule = N_("{other} closes later on the same day, so its return counts a day later.")
        else:
            rule = N_("{other} closes before or after, by season: its return counts on the day if it closed by then.")
    closes = np.log(other["close"].to_numpy(dtype=np.float64))
    at = np.where(last >= 0, closes[np.maximum(last, 0)], np.nan)
    before = last[0] - 1  # what was new on the first day is not known; its last session's return stands for it
    first = closes[before] if before >= 0 else np.nan
    return np.diff(at, prepend=first), Sentence(rule, other=ticker)


def _closes(days: pd.DatetimeIndex, calendar: Calendar) -> pd.DatetimeIndex | None:
    """When each day's session closes, in UTC, short days too as far as they are known; None where it is not known."""
    if calendar.name == EVERY_DAY:
        return days + pd.Timedelta(days=1)
    if calendar.name not in EXCHANGES:
        return None
    zone, at, known = _hours(calendar.name)
    usual = (days + at).tz_localize(zone, nonexistent="shift_forward", ambiguous=False).tz_convert(None)
    exact = known.reindex(days).to_numpy()
    return pd.DatetimeIndex(np.where(np.isnat(exact), usual.to_numpy(), exact))


@lru_cache(maxsize=len(EXCHANGES))
def _hours(name: str) -> tuple[Any, pd.Timedelta, pd.Series[Any]]:
    """An exchange's time zone, its usual hour of closing, and the closes of the sessions that are known, in UTC."""
    import exchange_calendars  # its import is slow, and most runs do without

    with warnings.catch_warnings():  # the library's own use of pandas, not ours to mend
        warnings.simplefilter("ignore")
        calendar: Any = exchange_calendars.get_calendar(name)
        _, usual = calendar.close_times[-1]
        closes = calendar.closes
    hour = pd.Timedelta(hours=usual.hour, minutes=usual.minute)
    return calendar.tz, hour + pd.Timedelta(days=calendar.close_offset), pd.Series(closes.dt.tz_localize(None))

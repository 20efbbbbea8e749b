"""What bars are, and the one gate every frame passes on its way in.

Bars: ascending tz-naive DatetimeIndex called `date` (midnight, unique), float64 columns open, high, low, close, volume;
optionally `factor`, by which prices as traded are multiplied for back-adjusted ones, and columns that only inputs read
(core.input_names.is_further), whose numbers may be any.

What is wrong with a frame is either mended without loss or refused with the row's date:

| found | done |
|---|---|
| newest first, unsorted | sorted |
| a day twice with the same numbers | kept once |
| a day twice with different numbers | refused |
| a close that is missing, zero, negative or infinite | refused |
| open, high or low missing or 0 (how vendors write a suspended day) | NaN, the close stands |
| open, high, low or volume negative or infinite; high below low | refused |
| columns that are not there | NaN |
| no row, or fewer than asked for | refused |
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.config import DataQuery
from core.errors import DataError
from core.input_names import is_further
from core.sentence import N_

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume")
FACTOR = "factor"
EARLIEST, LATEST = pd.Timestamp("1800-01-01"), pd.Timestamp("2199-12-31")


def checked(frame: pd.DataFrame, what: str, *, fewest: int = 2, error: type[DataError] = DataError) -> pd.DataFrame:
    """A copy of `frame` as bars, mended where that loses nothing; `frame.attrs` is kept.

    Args:
        frame: indexed by date, with at least a `close`.
        what: whose prices these are, for the sentence.
        fewest: rows needed.
        error: the class to raise.

    Raises:
        DataError: (as `error`) what cannot be mended, naming the first such day.
    """
    if "close" not in frame.columns:
        raise error(N_("{what}: there are no closing prices."), what=what)
    bars = _columns(frame)
    bars.index = _days(bars.index, what, error)
    bars = _once_a_day(bars.sort_index(), what, error)
    if len(bars) < fewest:
        raise error(
            N_("{what}: number of rows with prices: {rows}; at least {fewest} are needed."),
            what=what,
            rows=len(bars),
            fewest=fewest,
        )
    _refuse_bad_numbers(bars, what, error)
    bars[list(PRICES)] = bars[list(PRICES)].replace(0.0, np.nan)
    bars.attrs = dict(frame.attrs)
    return bars


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    further = [str(name) for name in frame.columns if is_further(str(name))]
    wanted = [*COLUMNS, *([FACTOR] if FACTOR in frame.columns else []), *further]
    given = {name: pd.to_numeric(frame[name], errors="coerce") for name in wanted if name in frame.columns}
    bars = pd.DataFrame(given, index=frame.index).reindex(columns=wanted).astype(np.float64)
    bars[further] = bars[further].replace([np.inf, -np.inf], np.nan)
    return bars


def _days(index: pd.Index, what: str, error: type[DataError]) -> pd.DatetimeIndex:
    days = pd.DatetimeIndex(pd.to_datetime(index, errors="coerce")).tz_localize(None).normalize()
    unreadable = days.isna()
    if unreadable.any():
        raise error(
            N_("{what}: a row has {value} for a date, which cannot be read."), what=what, value=index[unreadable][0]
        )
    outside = (days < EARLIEST) | (days > LATEST)
    if outside.any():
        raise error(
            N_("{what}: a row is dated {date}; dates from 1800 to 2199 can be used."),
            what=what,
            date=days[outside][0].date(),
        )
    return pd.DatetimeIndex(days.as_unit("us").to_numpy(), name="date")  # without the frequency pandas may guess


def _once_a_day(bars: pd.DataFrame, what: str, error: type[DataError]) -> pd.DataFrame:
    repeated = bars.index.duplicated(keep=False)
    if not repeated.any():
        return bars
    prices = bars[[name for name in bars.columns if not is_further(name)]]
    distinct = bars[~prices.reset_index().duplicated().to_numpy()]
    again = distinct.index.duplicated()
    if again.any():
        raise error(
            N_("{what}: {date} is there more than once, with different prices; keep one row a day."),
            what=what,
            date=distinct.index[again][0].date(),
        )
    return distinct


def _refuse_bad_numbers(bars: pd.DataFrame, what: str, error: type[DataError]) -> None:
    close = bars["close"]
    for column, bad in (
        ("close", ~(np.isfinite(close) & (close > 0))),
        *((name, (bars[name] < 0) | np.isinf(bars[name])) for name in ("open", "high", "low", "volume")),
    ):
        if bad.any():
            _refuse_negative(bars, column, what, error)
            raise error(
                N_("{what}: {column} on {date} is {value}; it must be a positive number."),
                what=what,
                column=column,
                date=bars.index[bad][0].date(),
                value=bars.loc[bad, column].iloc[0],
            )
    crossed = (bars["high"] < bars["low"]) & (bars["high"] > 0)
    if crossed.any():
        raise error(
            N_("{what}: on {date} the high, {high}, lies below the low, {low}."),
            what=what,
            date=bars.index[crossed][0].date(),
            high=bars.loc[crossed, "high"].iloc[0],
            low=bars.loc[crossed, "low"].iloc[0],
        )


def _refuse_negative(bars: pd.DataFrame, column: str, what: str, error: type[DataError]) -> None:
    """Prices below zero that turn positive for good, as those adjusted by subtracting every dividend since do."""
    below = bars.index[(bars[list(PRICES)] < 0).any(axis=1)]
    here = bars.index[bars[column] < 0]
    if column not in PRICES or here.empty or below[-1] == bars.index[-1]:
        return
    raise error(
        N_("{what}: {column} on {date} is {value}. Prices adjusted backwards from today by subtraction fall below zero "
           "like this: take back-adjusted prices, or the days from {start} on."),
        what=what,
        column=column,
        date=here[0].date(),
        value=bars.loc[here[0], column],
        start=bars.index[bars.index > below[-1]][0].date(),
    )  # fmt: skip


def between(bars: pd.DataFrame, query: DataQuery) -> pd.DataFrame:
    """The rows from `query.start` to `query.end`, both inclusive, None being open.

    Raises:
        DataError: there are none; the sentence says which dates there are.
    """
    first, last = (None if day is None else pd.Timestamp(day) for day in (query.start, query.end))
    part = bars.loc[first:last]
    if part.empty:
        raise DataError(
            N_("{ticker} has no prices from {start} to {end}; there are prices from {first} to {last}."),
            ticker=query.ticker,
            start=query.start or "…",
            end=query.end or "…",
            first=bars.index[0].date(),
            last=bars.index[-1].date(),
        )
    return part.copy()

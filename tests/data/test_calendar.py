"""Gaps and next days, against the exchanges' own published closures."""

from __future__ import annotations

from datetime import date

import pandas as pd

from core.config import DataQuery
from core.data import load_bars
from core.data.calendar import last_session, missing_days, next_days


def test_real_prices_have_no_gaps(index_bars: pd.DataFrame, sample_bars: pd.DataFrame) -> None:
    assert missing_days(index_bars, "000001.SH").empty
    assert missing_days(sample_bars, "AAPL").empty


def test_a_day_taken_away_is_found() -> None:
    bars = load_bars(DataQuery())
    gaps = missing_days(bars.drop(bars.index[[10, 700]]), "AAPL")
    assert list(gaps) == [bars.index[10], bars.index[700]]
    assert gaps.name == "date"


def test_holidays_are_no_trading_days() -> None:
    """Spring Festival 2023 closed Shanghai from 21 to 29 January; New York closed on 25 December 2023 only."""
    assert next_days("000001.SH", date(2023, 1, 20), 2) == [(date(2023, 1, 30), False), (date(2023, 1, 31), False)]
    assert next_days("AAPL", date(2023, 12, 22), 2) == [(date(2023, 12, 26), False), (date(2023, 12, 27), False)]
    assert last_session("600519.SH", date(2023, 1, 28)) == date(2023, 1, 20)


def test_beyond_the_calendar_days_are_an_estimate() -> None:
    """exchange_calendars publishes no Shanghai session before 1990-12-19, and none a century ahead."""
    days = next_days("000001.SH", date(2126, 7, 5), 6)
    assert all(estimated for _, estimated in days)
    assert [day.weekday() for day, _ in days] == [0, 1, 2, 3, 4, 0]
    assert next_days("000001.SH", date(1985, 1, 4), 1) == [(date(1985, 1, 7), True)]
    assert last_session("000001.SH", date(2126, 7, 7)) == date(2126, 7, 5)


def test_the_seam_between_known_and_estimated_has_no_gap_and_no_step_back() -> None:
    days = next_days("000001.SH", date(2026, 12, 1), 400)
    marks = [estimated for _, estimated in days]
    assert marks == sorted(marks)
    assert not marks[0]
    assert marks[-1]
    only = [day for day, _ in days]
    assert only == sorted(set(only))
    assert len(only) == 400


def test_gaps_are_only_told_where_the_calendar_reaches() -> None:
    days = pd.DatetimeIndex(["1985-01-07", "1986-01-07"], name="date")
    assert missing_days(pd.DataFrame({"close": 1.0}, index=days), "000001.SH").empty

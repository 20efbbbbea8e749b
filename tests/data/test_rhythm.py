"""The calendar of bars: from a code the days agree with, else from the days, else none is claimed."""

from __future__ import annotations

import pickle
import warnings
from datetime import date
from pathlib import Path

import exchange_calendars
import numpy as np
import pandas as pd
import pytest

from core.data import read_bars
from core.data.calendar import Calendar, calendar_of, missing_days, next_days, of_ticker, with_calendar
from core.data.exchanges import EXCHANGES, LABELS, choices, named
from core.data.files import Answers
from core.data.rhythm import from_code, from_days
from core.errors import FileError


def sessions(name: str, first: str, last: str) -> pd.DatetimeIndex:
    with warnings.catch_warnings():  # the library's own use of pandas
        warnings.simplefilter("ignore")
        return exchange_calendars.get_calendar(name).sessions_in_range(first, last)


def written(days: pd.DatetimeIndex, name: str = "") -> pd.DataFrame:
    rows = [f"{day:%Y-%m-%d},{100 + at % 7}" for at, day in enumerate(days)]
    return read_bars("\n".join(["date,close", *rows]).encode(), name)


@pytest.mark.parametrize("name", ["XSHG", "XHKG", "XTAI", "XTKS", "XNYS", "XTSE", "XLON", "XSWX", "XASX", "XBOM"])
def test_two_years_of_an_exchange_are_its_own(name: str) -> None:
    days = sessions(name, "2022-01-03", "2023-12-20")
    assert from_days(days).name == name
    bars = written(days.delete([50, 300]))
    assert list(missing_days(bars, "file")) == [days[50], days[300]]


def test_nothing_is_claimed_that_the_days_do_not_show() -> None:
    """In the second half of August 2023 no large exchange was closed on a weekday."""
    assert from_days(sessions("XNYS", "2023-08-16", "2023-08-25")).exchange is None
    assert from_days(pd.bdate_range("2024-01-01", periods=5)).name == "unknown"
    irregular = ["2024-01-01", "2024-01-13", "2024-03-01", "2024-03-04", "2024-07-01", "2024-07-20"]
    assert from_days(pd.DatetimeIndex(irregular)).periods_per_year is None
    assert missing_days(written(pd.bdate_range("2023-08-14", "2023-08-25")), "file").empty
    assert from_days(sessions("XETR", "2022-01-03", "2023-12-20")).exchange is None  # as Paris and Madrid
    assert from_days(sessions("XETR", "2010-01-04", "2023-12-20")).exchange == "XETR"


def test_a_suspended_share_is_still_on_its_exchange() -> None:
    days = sessions("XSHG", "2022-01-04", "2023-12-29")
    assert from_days(days.delete(range(100, 160))).name == "XSHG"


@pytest.mark.parametrize(
    ("days", "name", "step"),
    [
        (pd.date_range("2023-01-06", periods=30, freq="W-FRI"), "weekly", "W-FRI"),
        (pd.date_range("2023-01-01", periods=30, freq="W-MON"), "weekly", "W-MON"),
        (pd.date_range("2020-01-31", periods=30, freq="ME"), "monthly", "ME"),
        (pd.date_range("2020-01-31", periods=30, freq="BME"), "monthly", "BME"),
        (pd.date_range("2020-01-01", periods=30, freq="BMS"), "monthly", "BMS"),
        (pd.date_range("2024-02-01", periods=20, freq="D"), "24/7", "B"),
        (pd.bdate_range("2020-01-01", "2022-12-31"), "24/5", "B"),
    ],
)
def test_rhythms(days: pd.DatetimeIndex, name: str, step: str) -> None:
    found = from_days(days[:-3])
    assert (found.name, found.step) == (name, step)
    assert [day for day, _ in next_days(found, days[-4], 3)] == [day.date() for day in days[-3:]]
    bars = pd.DataFrame({"close": 1.0}, index=days)
    assert missing_days(bars, found).empty
    assert list(missing_days(bars.drop(days[5]), found)) == [days[5]]


def test_a_week_that_ends_early_is_followed_by_the_next_week() -> None:
    """Good Friday 2024 was 29 March: that week's bar is dated the Thursday."""
    fridays = pd.date_range("2024-01-05", "2024-03-22", freq="W-FRI")
    days = fridays.append(pd.DatetimeIndex(["2024-03-28"]))
    found = from_days(days)
    assert next_days(found, days[-1], 2) == [(date(2024, 4, 5), True), (date(2024, 4, 12), True)]
    assert missing_days(pd.DataFrame({"close": 1.0}, index=days), found).empty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sh.600000", "XSHG"), ("SH#600000.txt", "XSHG"), ("600519.SS", "XSHG"), ("999999", "XSHG"),
        ("'600998", "XSHG"),
        ("000001.XSHE.csv", "XSHG"), ("600997_qfq.csv", "XSHG"), ("sz000001", "XSHG"), ("0700.HK", "XHKG"),
        ("VOD.L", "XLON"), ("7203.T.csv", "XTKS"), ("aapl.us.txt", "XNYS"), ("BTCUSDT", "24/7"),
        ("BTC-USD.csv", "24/7"),
        ("EURUSD=X", "24/5"), ("prices_202406.csv", None), ("240101", None), ("stock.csv", None), ("BRK-B", None),
        ("HistoricalData_1700000000000.csv", None), ("my.data.csv", None), ("20240304.csv", None), ("12.600519", None),
    ],
)  # fmt: skip
def test_codes(text: str, expected: str | None) -> None:
    found = named(text)
    assert (found and found[1]) == expected


def test_a_code_is_not_believed_against_the_days() -> None:
    christmas = sessions("XSHG", "2023-12-18", "2024-01-05")
    assert from_code("VOD.L", "XLON", christmas) is None
    assert from_code("600519", "XSHG", christmas) is not None
    assert from_code("BTCUSDT", "24/7", christmas) is None
    bars = written(pd.date_range("2023-12-18", "2024-01-05"), "600519.csv")
    assert calendar_of(bars, "600519").name == "24/7"


def test_it_travels_with_the_bars(tmp_path: Path) -> None:
    bars = written(sessions("XSHG", "2023-01-03", "2023-12-29"), "600519.csv")
    kept = calendar_of(bars, "other")
    assert kept.exchange == "XSHG"
    assert str(kept.why) == "The code 600519 says where it is traded."
    bars.to_parquet(tmp_path / "bars.parquet")
    for other in (bars.loc["2023-03":], bars.copy(), pickle.loads(pickle.dumps(bars)),
                  pd.read_parquet(tmp_path / "bars.parquet"), bars[["close"]]):  # fmt: skip
        assert calendar_of(other, "other") == kept


def test_without_a_calendar_the_ticker_says_it_or_nobody() -> None:
    by_hand = pd.DataFrame({"close": 1.0}, index=pd.bdate_range("2024-09-25", "2024-10-11"))
    assert calendar_of(by_hand, "000001.SH").exchange == "XSHG"
    assert calendar_of(by_hand, "930050.CSI").exchange == "XSHG"
    assert calendar_of(by_hand, "AAPL").exchange == "XNYS"
    assert calendar_of(by_hand, "my-prices").exchange is None
    assert missing_days(by_hand, "my-prices").empty
    assert next_days("my-prices", date(2024, 9, 30), 1) == [(date(2024, 10, 1), True)]


def test_a_visitor_may_choose_another() -> None:
    text = "date,close\n" + "\n".join(f"2023-08-{day},1" for day in range(14, 19))
    bars = read_bars(text.encode(), answers=Answers(calendar="XTKS"))
    assert calendar_of(bars, "file").exchange == "XTKS"
    assert str(calendar_of(bars, "file").why) == "You chose this calendar."
    again = with_calendar(bars, Calendar("24/7", calendar_of(bars, "file").why))
    assert len(missing_days(again, "file")) == 0
    assert calendar_of(bars, "file").exchange == "XTKS"  # the first stays as it was
    with pytest.raises(FileError, match="no calendar called Mars"):
        read_bars(text.encode(), answers=Answers(calendar="Mars"))


def test_every_choice_can_be_used() -> None:
    bars = written(pd.bdate_range("2023-08-14", "2023-08-25"))
    for name in choices():
        taken = read_bars(bars[["close"]].to_csv().encode(), answers=Answers(calendar=name))
        calendar = calendar_of(taken, "file")
        assert calendar.label == LABELS[name]
        assert str(calendar.beyond)
        days = [day for day, _ in next_days(calendar, bars.index[-1], 3)]
        assert days == sorted(set(days))
        assert days[0] > bars.index[-1].date()
        missing_days(taken, calendar)


def test_bars_a_year_are_those_of_the_exchange() -> None:
    """The exchanges' own counts: 242 to 244 sessions a year in Shanghai, 250 to 252 in New York since 2010."""
    of = {
        name: Calendar(name, of_ticker("X").why).periods_per_year for name in (*EXCHANGES, "24/7", "weekly", "monthly")
    }
    assert 242 <= of["XSHG"] <= 244
    assert 250 <= of["XNYS"] <= 252
    assert (of["24/7"], of["weekly"], of["monthly"]) == (365, 52, 12)
    days = sessions("XSHG", "2014-01-01", "2023-12-31")
    assert of["XSHG"] == pytest.approx(len(days) / 10, abs=1.0)


def test_sundays_without_fridays_are_told() -> None:
    early = pd.bdate_range("2024-06-03", periods=20) - pd.Timedelta(days=1)
    from core.data import provenance

    assert any("a day early" in str(each) for each in provenance(written(early)).notes)
    assert np.all(written(early).index == early)

"""Files as vendors really write them, one case a folder, each read as its RIGHT.txt says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data import provenance, read_bars
from core.data.calendar import calendar_of, missing_days, next_days
from core.errors import FileError, FileQuestion

FIELD = Path(__file__).resolve().parents[2].parent / "shared" / "field"


def case(name: str) -> Path:
    folder = FIELD / name
    if not folder.is_dir():
        pytest.skip(f"needs the case at {folder}, which is not part of the project")
    return next(path for path in sorted(folder.iterdir()) if path.name != "RIGHT.txt")


def notes(bars: pd.DataFrame) -> str:
    return "\n".join(map(str, provenance(bars).notes))


READ = {  # case -> (days, what each column holds)
    "binance_coin_volume_us_dates": (
        ["2024-04-19", "2024-04-20", "2024-04-21", "2024-04-22"],
        {"close": [102.5, 103.1, 101.0, 105.5], "volume": [12.5, 11.0, 13.4, 15.1]},
    ),
    "choice_trade_time_footer": (
        ["2024-03-04", "2024-03-05", "2024-03-06"],
        {"close": [1.2150, 1.2280, 1.2060], "volume": [1204500, 1350100, 998700]},
    ),
    "decimal_comma_three_digits": (
        ["2024-03-04", "2024-03-05", "2024-03-06"],
        {"close": [150.510, 150.040, 149.370], "high": [150.57, 150.56, 150.08]},
    ),
    "investing_dates_in_words": (
        ["2019-06-12", "2019-06-13", "2019-06-14"],
        {"close": [12129.70, 12183.00, 12110.30], "volume": [70e6, 69.1e6, np.nan]},
    ),
    "investing_us_dates": (
        ["2024-03-11", "2024-03-12", "2024-03-13", "2024-03-14"],
        {"close": [1280.50, 1304.80, 1303.40, 1310.20], "volume": [np.nan, 1020000000, 876300, 2450000]},
    ),
    "investing_zh_high_low_lost": (
        ["2024-03-04", "2024-03-05", "2024-03-06"],
        {
            "high": [3055.00, 3063.30, 3060.00],
            "low": [3022.70, 3030.10, 3040.50],
            "close": [3050.40, 3059.00, 3051.20],
            "volume": [41.0e9, 38.9e9, 36.2e9],
        },
    ),
    "joinquant_unnamed_date": (["2024-03-04", "2024-03-05", "2024-03-06"], {"close": [3.15, 3.15, 3.22]}),
    "mt4_no_heading": (
        ["2012-08-06", "2012-08-07", "2012-08-08"],
        {
            "open": [6919.50, 6903.20, 6955.30],
            "high": [6926.50, 6988.80, 6970.80],
            "low": [6910.00, 6896.70, 6907.30],
            "close": [6922.00, 6955.90, 6940.50],
            "volume": [1327, 14831, 14652],
        },
    ),
    "nasdaq_dollar_us_dates": (
        ["2023-11-20", "2023-11-21", "2023-11-22"],
        {"close": [191.40, 190.60, 191.10], "volume": [46530000, 38130000, 39630000]},
    ),
    "netease_suspended_zero": (["2012-08-31", "2012-09-04", "2012-09-05"], {"close": [21.90, 21.95, 22.10]}),
    "spreadsheet_lines_above_heading": (["2024-03-04", "2024-03-05", "2024-03-06"], {"close": [10.1, 10.2, 10.0]}),
    "tdx_title_footer": (["2024-03-04", "2024-03-05", "2024-03-06"], {"close": [10.25, 10.38, 10.02]}),
    "utc_midnight_dates": (
        ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-06-14", "2024-06-17", "2024-06-18"],
        {"close": [101.0, 102.0, 104.0, 103.0, 100.0, 99.0, 98.0]},
    ),
    "yfinance_three_headings": (
        ["2024-03-04", "2024-03-05", "2024-03-06"],
        {"close": [51.5, 52.5, 50.9], "open": [51.0, 51.5, 52.5], "volume": [1000, 1200, 1500]},
    ),
}


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    days, columns = READ[name]
    bars = read_bars(case(name))
    assert [str(day.date()) for day in bars.index] == days
    for column, values in columns.items():
        np.testing.assert_array_equal(bars[column], values, err_msg=column)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("blank_rows_row_number", FileError, "row 6 has note for a date (line 7 of the file)"),
        ("investing_dates_ambiguous", FileQuestion, "the day or the month first"),
        ("two_close_columns", FileError, "more than one column called Close"),
        ("yfinance_three_headings_two_tickers", FileError, "Two securities stand side by side in the file, YYY, ZZZ"),
        ("negative_front_adjusted", FileError, "take back-adjusted prices, or the days from 2012-08-08 on"),
    ],
)
def test_refused(name: str, error: type[FileError], words: str) -> None:
    with pytest.raises(error) as caught:
        read_bars(case(name))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("binance_coin_volume_us_dates", ["Unix", "Volume USDT", "tradecount"]),
        ("choice_trade_time_footer", ["证券名称", "涨跌", "涨跌幅%", "成交额"]),
        ("investing_us_dates", ["Change %"]),
        ("investing_zh_high_low_lost", ["涨跌幅"]),
        ("joinquant_unnamed_date", ["money", "paused", "factor"]),
        ("netease_suspended_zero", ["名称", "前收盘", "涨跌额", "涨跌幅", "换手率", "成交金额"]),
        ("tdx_title_footer", ["成交额"]),
    ],
)
def test_every_column_beside_the_prices_is_named_once(name: str, columns: list[str]) -> None:
    """Among those an input can read or among those that are not used; money that was traded as the input it is."""
    bars = read_bars(case(name))
    named = [str(each.values["columns"]) for each in provenance(bars).notes if "columns" in each.values]
    money = ("成交额", "成交金额", "money")
    assert sorted(", ".join(named).split(", ")) == sorted("amount" if each in money else each for each in columns)


def test_what_was_left_out_is_said() -> None:
    assert "left out: 1, the first is 2012-09-03" in notes(read_bars(case("netease_suspended_zero")))
    told = notes(read_bars(case("tdx_title_footer")))
    assert "Line 1 of the file" in told
    assert "Line 6 of the file is no row of prices and is left out: 数据来源:通达信." in told
    assert "数据来源：东方财富Choice数据" in notes(read_bars(case("choice_trade_time_footer")))


def test_a_golden_week_is_no_gap() -> None:
    path = case("a_share_file_calendar")
    for bars in (read_bars(path), read_bars(path.read_bytes(), "prices.csv")):  # by its code, by its days
        calendar = calendar_of(bars, "prices")
        assert calendar.exchange == "XSHG"
        assert missing_days(bars, calendar).empty
        assert next_days(calendar, bars.index[-1], 1) == [(date(2024, 10, 21), False)]


def test_a_market_of_seven_days_goes_on_on_saturday() -> None:
    bars = read_bars(case("every_day_market"))
    calendar = calendar_of(bars, "coin")
    assert next_days(calendar, bars.index[-1], 2) == [(date(2024, 4, 27), False), (date(2024, 4, 28), False)]
    assert missing_days(bars, calendar).empty
    assert calendar.periods_per_year == 365


def test_weekly_bars_say_weekly() -> None:
    bars = read_bars(case("weekly_bars"))
    calendar = calendar_of(bars, "weekly")
    assert (calendar.rhythm, calendar.periods_per_year) == ("weekly", 52)
    assert next_days(calendar, bars.index[-1], 1)[0][0] == date(2024, 4, 26)
    assert "weekly" in notes(bars)


def test_prices_below_a_millionth_keep_every_digit() -> None:
    bars = read_bars(case("tiny_prices"))
    assert bars["close"].iloc[[0, -1]].tolist() == [4e-7, 4.36e-7]


def test_a_split_is_told_with_its_cure() -> None:
    bars = read_bars(case("unadjusted_split"))
    assert bars["close"].iloc[[0, -1]].tolist() == [400.0, 100.5]
    (told,) = [each for each in provenance(bars).notes if "“same as yesterday”" in each.template]
    assert "On 2024-03-29 the close moves by -75 %" in str(told)
    assert "take Adj Close for the close" in str(told)

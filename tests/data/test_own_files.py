"""Own files beyond the plain CSV: packed, in workbooks, with securities side by side, with questions to answer."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest

from core.data import provenance, read_bars
from core.data.files import LARGEST, Answers
from core.data.files.unpack import LARGEST_WORKBOOK
from core.errors import FileError, FileQuestion

PLAIN = "date,open,high,low,close,volume\n2021-10-27,3.5,3.7,3.4,3.6,100\n2021-10-28,3.6,3.8,3.5,3.7,200\n"


def plain() -> pd.DataFrame:
    return read_bars(PLAIN.encode())


def told(bars: pd.DataFrame) -> str:
    return "\n".join(map(str, provenance(bars).notes))


def zipped(**files: str | bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return held.getvalue()


def workbook(**sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


ROWS = [["Date", "Close"], [datetime(2021, 10, 27), 3.6], [datetime(2021, 10, 28), 3.7]]


def test_packed_files_are_read() -> None:
    pd.testing.assert_frame_equal(read_bars(gzip.compress(PLAIN.encode())), plain())
    pd.testing.assert_frame_equal(read_bars(zipped(prices__csv=PLAIN)), plain())
    with_company = zipped(**{"__MACOSX/._prices.csv": b"x", "prices__csv": PLAIN})
    pd.testing.assert_frame_equal(read_bars(with_company), plain())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(one__csv=PLAIN, two__csv=PLAIN), "holds 2 files, one.csv, two.csv"),
        (zipped(), "archive or a document"),
        (gzip.compress(bytes(LARGEST + 1)), "at most 5 MB"),
        (zipped(prices__csv=bytes(LARGEST + 1)), "at most 5 MB"),
        (gzip.compress(PLAIN.encode())[:-9], "damaged"),
        (zipped(prices__csv=PLAIN)[:60], "damaged"),
        (gzip.compress(gzip.compress(PLAIN.encode())), "archive or a document"),
        (b"%PDF-1.7 and so on", "archive or a document"),
        (b"PAR1 and so on", "archive or a document"),
        (zipped(**{"xl/workbook__xml": bytes(LARGEST_WORKBOOK + 1)}), "at most 64 MB"),
        (zipped(**{"xl/workbook__xml": b"<not a workbook"}), "cannot be opened"),
        (b"\xd0\xcf\x11\xe0 and no more", "cannot be opened"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",  # a packed file holds the time it was packed at
)
def test_what_cannot_be_unpacked_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_bars(content)


def test_a_header_that_lies_about_its_size_is_found_out() -> None:
    content = bytearray(zipped(**{"xl/workbook__xml": bytes(10**6)}))
    size = (10**6).to_bytes(4, "little")
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(FileError, match="damaged"):
        read_bars(bytes(content))


def test_workbooks() -> None:
    bars = read_bars(workbook(Notes=[["no prices"]], Prices=[["A title"], [], *ROWS]), "prices.xlsx")
    assert bars["close"].tolist() == [3.6, 3.7]
    assert [str(day.date()) for day in bars.index] == ["2021-10-27", "2021-10-28"]
    with pytest.raises(FileError, match="more than one sheet, One, Two"):
        read_bars(workbook(One=ROWS, Two=ROWS))
    as_text = [["日期", "收盘价"], ["2021/10/27", "1,003.5"], ["2021/10/28", "1,004.25"]]
    assert read_bars(workbook(Prices=as_text))["close"].tolist() == [1003.5, 1004.25]
    wrong = [*ROWS, [None, None], [datetime(2021, 10, 29), "soon"]]
    with pytest.raises(FileError, match=r"row 4 has soon for close.*line 5"):
        read_bars(workbook(Prices=wrong))


def test_two_securities_are_never_one() -> None:
    for heading in ("Date,AAA.Close,BBB.Close", "Date,Close_AAA,Close_BBB", "Date,Close,Close.1", "Date,close,Close"):
        with pytest.raises(FileError):
            read_bars(f"{heading}\n2021-10-27,1,5\n2021-10-28,2,6".encode())
    below = "code,date,close\n600519,2021-10-27,1\n600519,2021-10-28,2\n000001,2021-10-29,7\n"
    with pytest.raises(FileError, match="prices of 2 securities, 600519, 000001"):
        read_bars(below.encode())
    levels = "Ticker,AAA,AAA,BBB\nPrice,Open,Close,Close\nDate,,,\n2021-10-27,1,2,3\n2021-10-28,1,2,3\n"
    with pytest.raises(FileError, match="AAA, BBB"):
        read_bars(levels.encode())


@pytest.mark.parametrize(
    "heading",
    [
        "Price,Open,High,Low,Close,Volume\nTicker,V,V,V,V,V\nDate,,,,,",
        "Ticker,C,C,C,C,C\nPrice,Open,High,Low,Close,Volume\nDate,,,,,",
        ",Open,High,Low,Close,Volume\n,V,V,V,V,V\nDate,,,,,",
        "Date,\"('Open', 'V')\",\"('High', 'V')\",\"('Low', 'V')\",\"('Close', 'V')\",\"('Volume', 'V')\"",
        "Date,AAPL.Open,AAPL.High,AAPL.Low,AAPL.Close,AAPL.Volume",
        "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<TICKVOL>",
        "timestamp,1. open,2. high,3. low,4. close,5. volume",
        "Trddt,Opnprc,Hiprc,Loprc,Clsprc,Dnshrtrd",
        "Date,Opening price,High price,Low price,Closing price,Total volume",
        "Date,Open,High,Low,Close*,Volume (BTC)",
        "交易日期,今开,最高价(元),最低价(元),收盘价(元),成交量(手)",
        "t,o,h,l,c,v",
        "日 期,开 盘,最 高,最 低,收盘价/元,成交量/股",
    ],
)
def test_more_headings(heading: str) -> None:
    bars = read_bars(PLAIN.replace(PLAIN.split("\n")[0], heading).encode())
    pd.testing.assert_frame_equal(bars, plain())


def test_columns_set_out_with_spaces() -> None:
    text = "600999 示例 日线\n      日期     开盘     收盘\n2024/03/04   10.1   10.2\n2024/03/05   10.1   10.3\n"
    assert read_bars(text.encode("gbk"))["close"].tolist() == [10.2, 10.3]


def test_what_is_no_close_is_not_taken_for_one() -> None:
    for heading in ("prev close", "PREV CLOSE", "close time", "Change", "涨跌幅", "前收盘", "close change"):
        with pytest.raises(FileError, match="no column close"):
            read_bars(f"date,{heading},volume\n2021-10-27,1,5\n2021-10-28,2,6".encode())
    bars = read_bars(b"date,prev close,last,close\n2021-10-27,9,8,1\n2021-10-28,9,8,2")
    assert bars["close"].tolist() == [1.0, 2.0]
    assert "an input can read: prev close, last." in told(bars)


def test_the_close_is_asked_for_and_the_answer_taken() -> None:
    content = "日期,收盘,close\n2021-10-27,1,5\n2021-10-28,2,6".encode()
    with pytest.raises(FileQuestion) as caught:
        read_bars(content)
    assert caught.value.values["option"] == "close"
    assert caught.value.values["answers"] == ("收盘", "close")
    assert read_bars(content, answers=Answers(close="close"))["close"].tolist() == [5.0, 6.0]
    with pytest.raises(FileError, match="0 columns called Last"):
        read_bars(content, answers=Answers(close="Last"))
    same = "日期,收盘,close\n2021-10-27,1,1\n2021-10-28,2,2".encode()
    assert read_bars(same)["close"].tolist() == [1.0, 2.0]


def test_a_close_asked_for_by_name_is_not_sought_in_the_first_days_values() -> None:
    content = b"2024-01-02,5,6,7\n2024-01-03,5,6,8\n"  # no heading, and not as many columns as prices have
    with pytest.raises(FileError, match="columns called 5"):
        read_bars(content, answers=Answers(close="5"))


def test_adjusted_closes_carry_the_days_range_with_them() -> None:
    content = b"Date,Open,High,Low,Close,Adj Close\n2024-03-28,400,408,396,400,100\n2024-03-29,100,102,99,101,101\n"
    bars = read_bars(content, answers=Answers(close="Adj Close"))
    assert bars["close"].tolist() == [100.0, 101.0]
    assert bars["high"].tolist() == [102.0, 102.0]
    assert "multiplied by its ratio to Close" in told(bars)
    both = "日期,最高,最低,收盘,前复权价,后复权价\n2024-03-28,408,396,400,100,800\n2024-03-29,102,99,101,101,808\n"
    chosen = read_bars(both.encode(), answers=Answers(close="后复权价"))
    assert chosen["high"].tolist() == [816.0, 816.0]
    assert "an input can read: 前复权价." in told(chosen)
    only = read_bars(b"Date,Adj Close\n2024-03-28,100\n2024-03-29,101\n")
    assert only["close"].tolist() == [100.0, 101.0]


def test_a_volume_in_money_is_none() -> None:
    bars = read_bars(b"date,close,Volume USD\n2021-10-27,1,5\n2021-10-28,2,6")
    assert bars["volume"].isna().all()
    assert "an input can read: Volume USD" in told(bars)
    two = read_bars(b"date,symbol,close,Volume ETH,Volume BTC\n2021-10-27,ETHBTC,1,5,7\n2021-10-28,ETHBTC,2,6,8")
    assert two["volume"].tolist() == [5.0, 6.0]


def test_a_volume_that_cannot_be_read_is_told() -> None:
    bars = read_bars("date,close,volume\n2021-10-27,1,3.2万\n2021-10-28,2,many\n2021-10-29,3,-".encode())
    np.testing.assert_array_equal(bars["volume"], [32000, np.nan, np.nan])
    assert "count as missing: 1, the first, many, on line 3." in told(bars)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("28.4M", 28.4e6), ("1.02B", 1.02e9), ("876.30K", 876300.0), ("1.07K", 1070.0), ("3.2万", 32000.0),
        ("0.5亿", 5e7),
        ("1 204 500", 1204500.0), ("1'204'500", 1204500.0), ("12,34,567.5", 1234567.5), ("1.2e5", 120000.0),
        ("３．５", 3.5),
        ("100手", 100.0),
    ],
)  # fmt: skip
def test_volumes(text: str, value: float) -> None:
    bars = read_bars(f'date,close,volume\n2021-10-27,1.5,"{text}"\n2021-10-28,2.5,7'.encode())
    assert bars["volume"].tolist() == [value, 7.0]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("1.5", "2,5"), "numbers in two ways: 1.5 on line 2, 2,5 on line 3"),
        (("1,234,5", "2.5"), "has 1,234,5 for close"),
        (("1,23,45", "2.5"), "has 1,23,45 for close"),
        (("(1.5)", "2.5"), r"has \(1.5\) for close"),
        (("1.5%", "2.5"), "has 1.5% for close"),
        (("1.5-2", "2.5"), "has 1.5-2 for close"),
    ],
)
def test_prices_that_are_none(cells: tuple[str, str], words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_bars(f'date;close\n2021-10-27;"{cells[0]}"\n2021-10-28;"{cells[1]}"'.encode())


def test_the_decimal_mark_is_asked_for() -> None:
    content = b'date,close\n2021-10-27,"150,510"\n2021-10-28,"150,040"'
    with pytest.raises(FileQuestion) as caught:
        read_bars(content)
    assert caught.value.values["option"] == "decimal"
    assert read_bars(content, answers=Answers(decimal=","))["close"].tolist() == [150.51, 150.04]
    assert read_bars(content, answers=Answers(decimal="."))["close"].tolist() == [150510.0, 150040.0]
    assert "The comma" in told(read_bars(content, answers=Answers(decimal=",")))


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("27/10/2021", "10/28/2021", "has 10/28/2021 for a date"),
        ("27/10/2021", "2021-10-28", "dates in two ways: 27/10/2021 on line 2, 2021-10-28 on line 3"),
        ("3/4/2021", "13-03-2021", "dates in two ways: 3/4/2021 on line 2, 13-03-2021 on line 3"),
        ("3/4/2021", "13/03/2021", "dates in two ways"),
        ("13/03/21", "14/03/2021", "dates in two ways"),
        ("44496", "44497", "has 44496 for a date"),
        ("2021-10-27 25:00:00", "2021-10-28", "has 2021-10-27 25:00:00 for a date"),
        ("2021-13-01", "2021-10-28", "has 2021-13-01 for a date"),
        ("2021-10", "2021-11", "has 2021-10 for a date"),
    ],
)
def test_dates_that_are_none(one: str, other: str, words: str) -> None:
    with pytest.raises(FileError, match=words):
        read_bars(f"date,close\n{one},5\n{other},5".encode())


def days(*dates: str, answer: str = "") -> list[str]:
    text = "date,close\n" + "\n".join(f'"{day}",{at + 1}' for at, day in enumerate(dates))
    return [str(day.date()) for day in read_bars(text.encode(), answers=Answers(dates=answer)).index]


def test_answers_about_dates() -> None:
    assert days("03/04/2024", "04/04/2024", answer="day first") == ["2024-04-03", "2024-04-04"]
    assert days("03/04/2024", "03/05/2024", answer="month first") == ["2024-03-04", "2024-03-05"]
    assert days("24-03-04", "24-03-05", answer="year first") == ["2024-03-04", "2024-03-05"]
    with pytest.raises(FileQuestion) as caught:
        days("24-03-04", "24-03-05")
    assert caught.value.values["answers"] == ("day first", "year first")


def test_moments_in_utc() -> None:
    week = ["2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13", "2024-06-14"]
    assert days(*(f"{day}T00:00:00Z" for day in week)) == week
    assert days(*(f"{day} 04:00:00+00:00" for day in week)) == week  # midnight in New York
    assert days(*(f"{day} 20:00:00+00:00" for day in week)) == week  # its close: a day on would be a Saturday
    assert days(*(f"{day} 00:00:00+08:00" for day in week)) == week
    before = ["2024-06-09", "2024-06-10", "2024-06-11", "2024-06-12", "2024-06-13"]
    assert days(*(f"{day}T16:00:00+00:00" for day in before)) == week  # midnight in Shanghai
    assert days(*(f"{day}T18:30:00Z" for day in before)) == week  # in Mumbai
    assert days("1717948800", "1718035200", "1718121600", answer="next day") == week[:3]
    with pytest.raises(FileQuestion) as caught:
        days("2024-06-10T16:00:00Z", "2024-06-11T16:00:00Z")  # could be either
    assert caught.value.values["answers"] == ("as written", "next day")
    with pytest.raises(FileQuestion):
        days(*(f"{day}T12:00:00Z" for day in before))  # Riyadh works on Sundays


def test_a_heading_may_say_that_times_are_in_utc() -> None:
    rows = "".join(f"{day:02}.06.2024 22:00:00.000,{day}\n" for day in (9, 10, 11, 12, 13, 16, 17))
    read = read_bars(f"Gmt time,Close\n{rows}".encode())
    assert [day.day for day in read.index] == [10, 11, 12, 13, 14, 17, 18]
    clock = read_bars(f"Local time,Close\n{rows}".encode())
    assert [day.day for day in clock.index] == [9, 10, 11, 12, 13, 16, 17]
    assert "may be a day early" in told(clock)
    ahead = rows.replace(".000", ".000 GMT+0200")
    assert [day.day for day in read_bars(f"Gmt time,Close\n{ahead}".encode()).index] == [9, 10, 11, 12, 13, 16, 17]


@pytest.mark.parametrize(
    "text", ["HK$12.5", "US$12.5", "12.5元", "CNY 12.5", "12.5 EUR", "€12.5", "12.5 €", "'12.5", "+12.5"]
)
def test_signs_of_money(text: str) -> None:
    bars = read_bars(f"date,close\n2021-10-27,{text}\n2021-10-28,{text}".encode())
    assert bars["close"].tolist() == [12.5, 12.5]


def test_without_a_heading_only_what_must_be_is_read() -> None:
    bars = read_bars(b"2021-10-27,3.6\n2021-10-28,3.7\n")
    assert bars["close"].tolist() == [3.6, 3.7]
    assert "no heading; its columns are read as date, close" in told(bars)
    with pytest.raises(FileError, match="second and third price are not the highest and the lowest"):
        read_bars(b"2021-10-27,3.5,3.6,3.7,3.4\n2021-10-28,3.6,3.7,3.8,3.5\n")
    with pytest.raises(FileError, match="has no heading: its first line, 2021-10-27, 3.5, 3.6"):
        read_bars(b"2021-10-27,3.5,3.6\n2021-10-28,3.6,3.7\n")


def test_days_without_trading() -> None:
    heading = "Date,Open,High,Low,Close,Volume\n"
    rows = "2021-10-27,3.5,3.7,3.4,3.6,100\n2021-10-28,null,null,null,null,null\n2021-10-29,3.6,3.8,3.5,3.7,200\n"
    bars = read_bars((heading + rows).encode())
    assert len(bars) == 2
    assert "left out: 1, the first is 2021-10-28" in told(bars)
    with pytest.raises(FileError, match=r"close on 2021-10-28 is 0\.0"):
        read_bars((heading + rows.replace("null,null,null,null,null", "0,0,0,0,7")).encode())


def test_prices_negative_to_the_end_have_no_way_out() -> None:
    with pytest.raises(FileError) as caught:
        read_bars(b"date,close\n2021-10-27,5\n2021-10-28,-5")
    assert "days from" not in str(caught.value)
    with pytest.raises(FileError, match="low on 2021-10-27 is -1.*days from 2021-10-28 on"):
        read_bars(b"date,close,low\n2021-10-27,5,-1\n2021-10-28,5,1")


def test_a_close_outside_the_days_range_is_told() -> None:
    bars = read_bars(b"date,high,low,close\n2021-10-27,3,2,2.5\n2021-10-28,3,2,4")
    assert "outside low and high: 1, the first is 2021-10-28" in told(bars)


def test_many_columns_are_all_named() -> None:
    names = [f"a quite long heading number {at}" for at in range(30)]
    text = f"date,close,{','.join(names)}\n" + "".join(f"2021-10-2{at},1{',x' * 30}\n" for at in (7, 8))
    notes = told(read_bars(text.encode()))
    assert all(name in notes for name in names)
    assert "…" not in notes
    unnamed = read_bars(b"date,close,,\n2021-10-27,1,9,\n2021-10-28,2,9,\n")
    assert "not used: C." in told(unnamed)

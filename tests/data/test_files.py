"""Files that people have: read as they are, or refused with a sentence that says where it went wrong."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from core.config import DataQuery
from core.data import load_bars, provenance, read_bars
from core.data.files import LARGEST
from core.data.schema import COLUMNS
from core.errors import FileError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"

PLAIN = "date,open,high,low,close,volume\n2021-10-27,3.5,3.7,3.4,3.6,100\n2021-10-28,3.6,3.8,3.5,3.7,200\n"


def plain() -> pd.DataFrame:
    return read_bars(PLAIN.encode())


def test_a_vendors_chinese_export_loads_as_it_is(index_bars: pd.DataFrame) -> None:
    bars = read_bars(SHARED / "000001.SH.gb18030.csv")
    assert len(bars) == 7535
    apart = (bars["close"] - index_bars["close"]).dropna().abs()
    assert len(apart) == 7535
    different = apart[apart > 0.006]
    assert len(different) == 11
    assert different.index.max() < pd.Timestamp("2004-06-01")
    assert bars.index.is_monotonic_increasing
    assert provenance(bars).source == "upload"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encodings_and_separators(encoding: str, separator: str) -> None:
    text = PLAIN.replace("date", "日期").replace("close", "收盘价(元)").replace(",", separator)
    pd.testing.assert_frame_equal(read_bars(text.encode(encoding)), plain())


@pytest.mark.parametrize(
    "heading",
    [
        "date,open,high,low,close,volume",
        "Date,Open,High,Low,Close,Volume",
        "trade_date,open,high,low,close,vol",
        "日期,开盘价,最高价,最低价,收盘价,成交量",
        "日期,开盘,最高,最低,收盘,成交量",
        '"日期","开盘价(元)","最高价（元）","最低价 [元]"," 收盘价 ","成交量(股)"',
        "﻿date,open,high,low,close,volume",
    ],
)
def test_headings(heading: str) -> None:
    pd.testing.assert_frame_equal(read_bars(PLAIN.replace(PLAIN.split("\n")[0], heading).encode()), plain())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2021/10/27", "2021/10/28"),
        ("20211027", "20211028"),
        ("'20211027", "'20211028"),
        ("2021年10月27日", "2021年10月28日"),
        ("2021.10.27", "2021.10.28"),
        ("2021-10-27 15:00:00", "2021-10-28T15:00:00+08:00"),
    ],
)
def test_dates(one: str, other: str) -> None:
    pd.testing.assert_frame_equal(
        read_bars(PLAIN.replace("2021-10-27", one).replace("2021-10-28", other).encode()), plain()
    )


def test_single_figures_in_dates() -> None:
    assert list(read_bars(b"date,close\n2021/1/5,1\n2021/1/12,2").index.day) == [5, 12]


def test_newest_first_blank_lines_and_columns_nobody_knows() -> None:
    first, one, other = PLAIN.strip().split("\n")
    text = "\n".join((f"代码,{first},备注", "", f"'000001,{other},x", f"'000001,{one},", ",,,,,,,", ""))
    pd.testing.assert_frame_equal(read_bars(text.encode()), plain())


def test_thousands_separators_and_signs() -> None:
    bars = read_bars('date,close,volume\n20210104,"3,518.41","1,234,567"\n20210105,¥3519.5,-'.encode())
    assert bars["close"].tolist() == [3518.41, 3519.5]
    assert bars["volume"].iloc[0] == 1234567.0
    assert bars["volume"].isna().iloc[1]


def test_dates_and_closes_are_enough() -> None:
    bars = read_bars("日期,收盘\n20210105,2\n20210104,1".encode())
    assert list(bars.columns) == list(COLUMNS)
    assert bars["close"].tolist() == [1.0, 2.0]
    assert bars.drop(columns="close").isna().all(axis=None)


def test_a_suspended_day_keeps_its_close() -> None:
    bars = read_bars(b"date,open,high,low,close,volume\n20210104,1,1,1,1,5\n20210105,0,0,0,1,0")
    assert bars["close"].tolist() == [1.0, 1.0]
    assert bars[["open", "high", "low"]].iloc[1].isna().all()


def test_the_same_row_twice_is_one_row() -> None:
    pd.testing.assert_frame_equal(read_bars((PLAIN + PLAIN.split("\n")[2]).encode()), plain())


@pytest.mark.parametrize("separator", [",", "\t"])
def test_what_pandas_and_this_app_write_can_be_read(separator: str) -> None:
    bars = load_bars(DataQuery())
    pd.testing.assert_frame_equal(read_bars(bars.to_csv(sep=separator).encode()), bars)
    numbered = bars.reset_index().to_csv(sep=separator)  # its first heading is empty
    pd.testing.assert_frame_equal(read_bars(numbered.encode()), bars)


def zipped() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("prices.csv", PLAIN)
    return held.getvalue()


REFUSED = {
    "text": (b"It was a dark and stormy night;\nthe rain fell in torrents.\n", "no column date"),
    "empty": (b"", "The file is empty"),
    "blank": (b" \r\n\n", "The file is empty"),
    "only a heading": (b"date,close\n", "number of rows with prices: 0; at least 2"),
    "one row": (b"date,close\n2021-10-27,5", "number of rows with prices: 1; at least 2"),
    "binary": (bytes(range(256)), "not text in UTF-8 or GB18030"),
    "no close": (b"date,amount\n2021-10-27,5\n2021-10-28,5", "no column close; its headings are date, amount"),
    "nan": (b"date,close\n2021-10-27,5\n2021-10-28,nan", "row 2 has nan for close"),
    "nothing": (b"date,close\n2021-10-27,5\n2021-10-28,", "row 2 has — for close"),
    "a word": (b"date,close\n2021-10-27,five\n2021-10-28,5", "row 1 has five for close"),
    "a comma too many": (b"date,close\n2021-10-27,3,518.41\n2021-10-28,3,519.5", "more fields than its heading"),
    "a ragged row": (b"date,close\n2021-10-27,3\n2021-10-28,3,519.5", "not a table with one row a day"),
    "negative": (b"date,close\n2021-10-27,5\n2021-10-28,-5", "close on 2021-10-28 is -5.0"),
    "zero": (b"date,close\n2021-10-27,5\n2021-10-28,0", "close on 2021-10-28 is 0.0"),
    "infinite": (b"date,close\n2021-10-27,5\n2021-10-28,inf", "close on 2021-10-28 is inf"),
    "negative low": (b"date,close,low\n2021-10-27,5,-1\n2021-10-28,5,1", "low on 2021-10-27 is -1.0"),
    "high below low": (
        b"date,close,low,high\n2021-10-27,5,6,4\n2021-10-28,5,1,2",
        "high, 4.0, lies below the low, 6.0",
    ),
    "a day twice": (b"date,close\n2021-10-27,5\n2021-10-28,5\n2021-10-27,6", "2021-10-27 is there more than once"),
    "no such day": (b"date,close\n2021-10-27,5\n2021-02-30,5", "row 2 has 2021-02-30 for a date"),
    "another age": (b"date,close\n0999-10-27,5\n2021-10-28,5", "dates from 1800 to 2199"),
    "a quote left open": (b'date,close\n"2021-10-27,5\n2021-10-28,5', "not a table"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    for source in (content, path, str(path)):
        with pytest.raises(FileError) as caught:
            read_bars(source)
        assert words in str(caught.value)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    for source in (path, b"x" * (LARGEST + 1)):
        with pytest.raises(FileError, match="has 5.0 MB; at most 5 MB"):
            read_bars(source)


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "bad\0name"])
def test_a_path_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match="cannot be opened"):
        read_bars(tmp_path / name)

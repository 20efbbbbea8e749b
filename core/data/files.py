"""Prices from a file: what vendors, spreadsheets and this app itself export as text.

UTF-8 with or without BOM, UTF-16 with BOM, GB18030; comma, semicolon, tab or bar between the fields; Chinese or English
headings; newest first or last. Only a date and a close are needed. What cannot be read is refused with its row.
"""

from __future__ import annotations

import codecs
import io
import re
from pathlib import Path

import pandas as pd

from core.data.provenance import Provenance, stamped
from core.data.schema import COLUMNS, PRICES, checked
from core.errors import FileError
from core.sentence import N_

LARGEST = 5 * 1024 * 1024  # bytes; a century of daily bars is under 3 MB

HEADINGS = {
    "date": ("date", "日期", "交易日期", "trade_date", "tradedate", "datetime", "时间", "time", "day"),
    "close": ("close", "收盘价", "收盘", "close/last", "price", "最新价"),
    "open": ("open", "开盘价", "开盘", "今开"),
    "high": ("high", "最高价", "最高"),
    "low": ("low", "最低价", "最低"),
    "volume": ("volume", "成交量", "vol", "vol.", "成交股数"),
}
_DATE = r"^'?\s*(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T\s].*)?$"
_THOUSANDS = r"^[+-]?\d{1,3}(?:[,，]\d{3})+(?:\.\d*)?$"
_NOT_TEXT = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"Rar!", b"%PDF", b"PAR1")


def read_bars(source: str | Path | bytes) -> pd.DataFrame:
    """Bars from a path or from a file's bytes, as `schema.checked` returns them.

    Raises:
        FileError: it is not there, too large, not text, or not prices; the sentence names the row where there is one.
    """
    text = _decoded(_bytes(source))
    table = _table(text)
    columns = _recognised(table)
    dates = _dates(table[columns["date"]])
    numbers = {name: _numbers(table[columns[name]], name) for name in COLUMNS if name in columns}
    frame = pd.DataFrame({name: values.to_numpy() for name, values in numbers.items()}, index=dates)
    bars = checked(frame, "CSV" if isinstance(source, bytes) else Path(source).name, error=FileError)
    return stamped(bars, Provenance("upload", N_("a file of your own")))


def _bytes(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        content, size = source, len(source)
    else:
        try:
            with open(source, "rb") as file:
                content = file.read(LARGEST + 1)
                size = max(len(content), Path(source).stat().st_size)
        except (OSError, ValueError) as reason:
            raise FileError(
                N_("The file {name} cannot be opened: {reason}."),
                name=Path(source).name,
                reason=getattr(reason, "strerror", None) or reason,
            ) from None
    if size > LARGEST:
        raise FileError(
            N_("The file has {size} MB; at most {most} MB can be read."),
            size=f"{size / 2**20:.1f}",
            most=LARGEST // 2**20,
        )
    if not content.strip():
        raise FileError(N_("The file is empty; it needs a heading and at least two rows with a date and a close."))
    return content


def _decoded(content: bytes) -> str:
    if content.startswith(_NOT_TEXT):
        raise FileError(N_("The file is an archive or a workbook, not text; unpack it or save it as CSV."))
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileError(N_("The file is not text in UTF-8 or GB18030; save it as CSV in one of them."))


def _table(text: str) -> pd.DataFrame:
    """Every field as text; rows that are blank throughout are left out."""
    heading = text.lstrip("\r\n ").partition("\n")[0]
    separator = max(",;\t|", key=heading.count)
    try:
        table: pd.DataFrame = pd.read_csv(
            io.StringIO(text.lstrip("\r\n ")), sep=separator, dtype=str, keep_default_na=False, skipinitialspace=True
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as reason:
        told = re.sub(r"\s+", " ", str(reason)).removeprefix("Error tokenizing data. C error: ")
        raise FileError(N_("The file is not a table with one row a day: {reason}."), reason=told.rstrip(". ")) from None
    if not isinstance(table.index, pd.RangeIndex):  # pandas takes what stands before the first heading for labels
        raise FileError(N_("The file's rows have more fields than its heading; are there commas inside the numbers?"))
    for name in table.columns:
        table[name] = table[name].fillna("").str.strip()
    return table[(table != "").any(axis=1)]


def _recognised(table: pd.DataFrame) -> dict[str, str]:
    """Field -> heading of the column that holds it; a unit in brackets after a heading is ignored."""
    plain = {re.sub(r"[(（\[].*$", "", str(name)).strip(" '\"").lower(): str(name) for name in reversed(table.columns)}
    found = {field: plain[word] for field, words in HEADINGS.items() for word in reversed(words) if word in plain}
    for field, words in (("date", "date, trade_date, 日期"), ("close", "close, 收盘价, 收盘")):
        if field not in found:
            raise FileError(
                N_("The file has no column {field}; its headings are {headings}, one should be {words}."),
                field=field,
                headings=", ".join(map(str, table.columns)),
                words=words,
            )
    return found


def _dates(column: pd.Series[str]) -> pd.DatetimeIndex:
    parts = column.str.extract(_DATE)
    written = parts[0] + "-" + parts[1].fillna(parts[3]) + "-" + parts[2].fillna(parts[4])
    days = pd.to_datetime(written, format="%Y-%m-%d", errors="coerce")
    if days.isna().any():
        row = int(days.isna().to_numpy().argmax())
        raise FileError(
            N_("The file's row {row} has {value} for a date; write dates like 2021-10-28 or 20211028."),
            row=row + 1,
            value=column.iloc[row] or "—",
        )
    return pd.DatetimeIndex(days)


def _numbers(column: pd.Series[str], field: str) -> pd.Series[float]:
    """Numbers of one column. Prices that are not numbers are refused; a volume that is not counts as missing."""
    plain = column.str.lstrip("'$¥￥ ")
    grouped = plain.str.fullmatch(_THOUSANDS)
    plain = plain.where(~grouped, plain.str.replace("[,，]", "", regex=True))
    numbers = pd.to_numeric(plain, errors="coerce")
    blank = plain.str.lower().isin(["", "-", "--", "—", "nan", "none", "null", "n/a"])
    wrong = numbers.isna() & (~blank | (field == "close"))
    if field in PRICES and wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise FileError(
            N_("The file's row {row} has {value} for {field}, which is not a price."),
            row=row + 1,
            value=column.iloc[row] or "—",
            field=field,
        )
    return numbers

"""Files of prices in made-up dialects: what is true, and how a vendor might have written it."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import openpyxl
from hypothesis import strategies as st

FIELDS = ("open", "high", "low", "close", "volume")
HEADINGS = {  # name -> headings of date, open, high, low, close, volume
    "english": ("Date", "Open", "High", "Low", "Close", "Volume"),
    "plain": ("trade_date", "open", "high", "low", "close", "vol"),
    "words": ("Trading day", "Opening price", "High price", "Low price", "Closing price", "Vol."),
    "chinese": ("日期", "开盘价(元)", "最高价(元)", "最低价(元)", "收盘价(元)", "成交量(股)"),
    "short": ("交易时间", "开盘", "高", "低", "收盘", "交易量"),
    "taiwan": ("日期", "開盤價", "最高價", "最低價", "收盤價", "成交量"),
    "german": ("Datum", "Eröffnung", "Hoch", "Tief", "Schlusskurs", "Volumen"),
    "unnamed": ("", "open", "high", "low", "close", "volume"),
    "symbol": ("Date", "ZZZ.Open", "ZZZ.High", "ZZZ.Low", "ZZZ.Close", "ZZZ.Volume"),
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATES = {  # name -> (how a day is written, the answer it may need)
    "iso": (lambda day: day.isoformat(), ""),
    "slashes": (lambda day: f"{day.year}/{day.month}/{day.day}", ""),
    "dots": (lambda day: f"{day:%Y.%m.%d}", ""),
    "compact": (lambda day: f"{day:%Y%m%d}", ""),
    "quoted": (lambda day: f"'{day:%Y%m%d}", ""),
    "chinese": (lambda day: f"{day.year}年{day.month}月{day.day}日", ""),
    "weekday": (lambda day: f"{day.isoformat()} 周{'一二三四五六日'[day.weekday()]}", ""),
    "clock": (lambda day: f"{day.isoformat()} 15:00:00", ""),
    "american clock": (lambda day: f"{day.month}/{day.day}/{day.year} 4:00:00 PM", "month first"),
    "offset": (lambda day: f"{day.isoformat()}T00:00:00-05:00", ""),
    "utc midnight": (lambda day: f"{day.isoformat()} 00:00:00+00:00", ""),
    "shanghai in utc": (lambda day: f"{day - timedelta(1)}T16:00:00Z", "next day"),
    "berlin in utc": (lambda day: f"{day - timedelta(1)} 22:00:00+00:00", "next day"),
    "new york's close in utc": (lambda day: f"{day} 21:00:00+00:00", "as written"),
    "words": (lambda day: f"{MONTHS[day.month - 1]} {day.day:02}, {day.year}", ""),
    "british words": (lambda day: f"{day.day}-{MONTHS[day.month - 1]}-{day.year}", ""),
    "month first": (lambda day: f"{day:%m/%d/%Y}", "month first"),
    "month first, short": (lambda day: f"{day.month}/{day.day}/{day:%y}", "month first"),
    "day first": (lambda day: f"{day:%d/%m/%Y}", "day first"),
    "german": (lambda day: f"{day:%d.%m.%Y}", "day first"),
    "german, short": (lambda day: f"{day:%d.%m.%y}", "day first"),
    "seconds": (lambda day: str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())), ""),
    "milliseconds": (lambda day: str(1000 * int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())), ""),
}
EXTRA = ("Change %", "Amount", "turnover rate", "备注", "前收盘")


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    headings: str
    dates: str
    decimal: str
    thousands: str
    separator: str
    encoding: str
    ending: str
    money: str
    volumes: str
    order: str
    packed: str
    quote_all: bool
    above: int
    below: int
    blank: bool
    extra: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """What a file says: numbers as decimal text, so that no float stands between."""

    days: tuple[date, ...]
    columns: dict[str, tuple[str, ...]]


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    """Two to thirty weekdays of prices with a fixed number of decimals, and a high and low that hold them."""
    first = draw(st.dates(date(2000, 1, 3), date(2025, 6, 1)))
    apart = draw(st.lists(st.integers(1, 4), min_size=1, max_size=29))
    days = [first]
    for gap in apart:
        days.append(days[-1] + timedelta(gap))
    days = sorted({day - timedelta(max(0, day.weekday() - 4)) for day in days})
    if len(days) < 2:
        days.append(days[-1] + timedelta(3 if days[-1].weekday() == 4 else 1))
    digits = draw(st.integers(0, 5))
    scale = draw(st.sampled_from((1, 30, 1500, 150_000, 2_000_000)))
    low, high = scale * 10**digits, scale * 10**digits * 2
    rows = draw(
        st.lists(st.lists(st.integers(low, high), min_size=4, max_size=4), min_size=len(days), max_size=len(days))
    )
    ordered = [(row[1], max(row), min(row), row[2]) for row in rows]
    columns = {
        name: tuple(f"{row[at] / 10**digits:.{digits}f}" for row in ordered) for at, name in enumerate(FIELDS[:4])
    }
    volume = st.integers(0, 10**9)
    columns["volume"] = tuple(map(str, draw(st.lists(volume, min_size=len(days), max_size=len(days)))))
    only = draw(st.sampled_from((FIELDS, FIELDS, ("close",), ("close", "volume"), FIELDS[:4])))
    return Truth(tuple(days), {name: columns[name] for name in only})


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    """Any mixture that could be written at all: a separator is never a mark inside an unquoted number."""
    decimal = draw(st.sampled_from((".", ".", ",")))
    headings = draw(st.sampled_from(sorted(HEADINGS)))
    encoding = draw(st.sampled_from(_encodings(headings)))
    extra = EXTRA[:3] if encoding in ("cp1252", "big5") else EXTRA
    return Dialect(
        headings=headings,
        dates=draw(st.sampled_from(sorted(DATES))),
        decimal=decimal,
        thousands=draw(st.sampled_from(("", "", "," if decimal == "." else ".", " ", "'"))),
        separator=draw(st.sampled_from((",", ";", "\t", "|"))),
        encoding=encoding,
        ending=draw(st.sampled_from(("\n", "\r\n", "\r"))),
        money=draw(st.sampled_from(("", "", "$", "¥", "€"))),
        volumes=draw(st.sampled_from(("plain", "plain", "letters", "chinese", "dash"))),
        order=draw(st.sampled_from(("oldest first", "newest first", "mixed"))),
        packed=draw(st.sampled_from(("", "", "", "gzip", "zip", "workbook"))),
        quote_all=draw(st.booleans()),
        above=draw(st.integers(0, 2)),
        below=draw(st.integers(0, 2)),
        blank=draw(st.booleans()),
        extra=tuple(draw(st.lists(st.sampled_from(extra), max_size=2, unique=True))),
    )


def _encodings(headings: str) -> list[str]:
    """Encodings that somebody with such headings might write."""
    more = {"german": ["cp1252"], "taiwan": ["gb18030", "big5"]}
    western = headings in ("english", "plain", "words", "unnamed", "symbol")
    return ["utf-8", "utf-8-sig", "utf-16", *more.get(headings, ["gb18030", "cp1252"] if western else ["gb18030"])]


def number(text: str, dialect: Dialect) -> str:
    """A decimal text with the dialect's marks."""
    whole, _, part = text.partition(".")
    if dialect.thousands:
        whole = f"{int(whole):,}".replace(",", dialect.thousands)
    return f"{whole}{dialect.decimal}{part}" if part else whole


def volume(text: str, dialect: Dialect) -> str:
    """A volume in the dialect: whole, in millions or 万 where that loses nothing, or a dash for none."""
    for style, unit, places in (("letters", "M", 6), ("chinese", "万", 4)):
        if dialect.volumes == style:
            whole, part = text[:-places] or "0", text.zfill(places)[-places:]
            return number(f"{whole}.{part}".rstrip("0").rstrip("."), dialect) + unit
    return "-" if dialect.volumes == "dash" and text == "0" else number(text, dialect)


def written(truth: Truth, dialect: Dialect, chance: list[int]) -> bytes:
    """The file. `chance` is a permutation of the rows for the order "mixed"."""
    names = dict(zip(("date", *FIELDS), HEADINGS[dialect.headings], strict=True))
    fields = list(truth.columns)
    if dialect.packed == "workbook":
        return _workbook(truth, [names["date"], *(names[field] for field in fields), *dialect.extra])
    rows = []
    for at, day in enumerate(truth.days):
        cells = [DATES[dialect.dates][0](day)]
        for field in fields:
            text = truth.columns[field][at]
            cells.append(volume(text, dialect) if field == "volume" else dialect.money + number(text, dialect))
        rows.append(cells + ["0.5%" for _ in dialect.extra])
    rows = {"oldest first": rows, "newest first": rows[::-1], "mixed": [rows[at] for at in chance]}[dialect.order]
    heading = [names["date"], *(names[field] for field in fields), *dialect.extra]
    blank = [[""] * len(heading)] if dialect.blank else []
    above = [["Prices of ZZZ, all daily"], ["", "", "Mean"]][: dialect.above]
    source = "Source: the exchange" if dialect.encoding == "cp1252" else "資料來源：交易所"
    below = [[source], ["Copyright 2024"]][: dialect.below]
    held = io.StringIO()
    writer = csv.writer(held, delimiter=dialect.separator, lineterminator=dialect.ending,
                        quoting=csv.QUOTE_ALL if dialect.quote_all else csv.QUOTE_MINIMAL)  # fmt: skip
    writer.writerows([*above, heading, *rows[:1], *blank, *rows[1:], *blank, *below])
    return _packed(_encoded(held.getvalue(), dialect.encoding), dialect.packed)


def _encoded(text: str, encoding: str) -> bytes:
    """In UTF-8 where the encoding has not all the characters, as spreadsheets offer then."""
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode()


def _packed(content: bytes, how: str) -> bytes:
    if how == "gzip":
        return gzip.compress(content)
    if how == "zip":
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("folder/prices.csv", content)
        return held.getvalue()
    return content


def _workbook(truth: Truth, heading: list[str]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Prices"])
    sheet.append(heading)
    for at, day in enumerate(truth.days):
        sheet.append([datetime(day.year, day.month, day.day), *(float(cells[at]) for cells in truth.columns.values())])
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()

"""Whatever comes in, out come valid bars or one of our errors: files, both wire formats, tickers. Nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wire import Wire

from core.config import DataQuery
from core.data import read_bars
from core.data.markets import security
from core.data.provider import Provider
from core.data.retries import Patience
from core.data.schema import checked
from core.data.tencent import TencentProvider
from core.data.tickers import normalise, well_known
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.errors import AmbiguousTickerError, FileError, ProviderError, UnknownTickerError

ONCE = Patience(timeout=2.0, pauses=(), total=4.0)
QUERY = DataQuery(ticker="600519.SH", start="2020-01-01", end="2021-12-31", adjust="qfq")
tried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

dates = st.dates(pd.Timestamp("2019-12-30").date(), pd.Timestamp("2022-01-03").date())
numbers = st.one_of(
    st.floats(0.01, 1e6).map(lambda value: round(value, 2)),
    st.floats(),
    st.none(),
    st.sampled_from(["-", "", "1,000.5"]),
)
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def as_text(value: object) -> str:
    return "" if value is None else str(value)


STYLES = ["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "'%Y%m%d", "%d.%m.%y"]
HEADINGS = ["date", "close", "收盘价", "日期", "open", "vol", "备注", "high", "low"]


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Something like a file of prices, more or less."""
    more = draw(st.lists(st.sampled_from(HEADINGS), max_size=4, unique=draw(st.booleans())))
    names = draw(st.sampled_from([["date", "close"], []])) + more
    style, value = (
        draw(st.sampled_from(STYLES)),
        draw(st.sampled_from([numbers.map(as_text), st.integers(1, 9).map(str)])),
    )
    day = dates.map(lambda each: each.strftime(style))
    columns = [day if name in ("date", "日期") else value for name in names]
    rows = draw(st.lists(st.tuples(*columns), max_size=8, unique_by=lambda row: row[:1]))
    mark = draw(st.sampled_from([",", ";", "\t"]))
    text = "\n".join([mark.join(names), *(mark.join(row) for row in rows)])
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"])))


def valid(bars: pd.DataFrame) -> None:
    assert len(bars) >= 1
    pd.testing.assert_frame_equal(checked(bars, "", fewest=1), bars)


@tried
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "ignore")), tables())
)
def test_files(content: bytes) -> None:
    try:
        bars = read_bars(content)
    except FileError:
        return
    valid(bars)
    assert len(bars) >= 2


@st.composite
def series(draw: st.DrawFn) -> pd.DataFrame:
    """Good prices, to the cent."""
    days = sorted(draw(st.sets(dates, min_size=2, max_size=12)))
    price = st.integers(100, 10**6).map(lambda cents: cents / 100)
    closes = draw(st.lists(price, min_size=len(days), max_size=len(days)))
    return pd.DataFrame({"close": closes}, index=pd.DatetimeIndex(days, name="date").as_unit("us"))


@tried
@given(
    series(), st.randoms(), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"]), st.sampled_from(["utf-8", "gb18030"])
)
def test_good_prices_come_through_in_any_order_and_dress(
    frame: pd.DataFrame, chance: object, style: str, code: str
) -> None:
    rows = [f"{day.strftime(style)},{close!r}" for day, close in frame["close"].items()]
    chance.shuffle(rows)
    read = read_bars("\n".join(["日期,收盘价", *rows]).encode(code))
    pd.testing.assert_series_equal(read["close"], frame["close"])


@pytest.fixture(scope="module")
def empty_wire() -> Iterator[Wire]:
    with Wire({}) as server:
        yield server


def fetched(provider: Provider, query: DataQuery = QUERY) -> None:
    try:
        bars = provider.fetch(query)
    except ProviderError:
        return
    valid(bars)


def mostly_good(style: str, price: st.SearchStrategy[object], bad: st.SearchStrategy[list[object]]) -> object:
    """Rows of an answer: a flat price a day, and now and then something else among them."""
    good = st.lists(st.tuples(dates, price), min_size=1, max_size=6, unique_by=lambda row: row[0]).map(
        lambda rows: [[day.strftime(style), *[each] * 5] for day, each in rows]
    )
    return st.one_of(good, st.tuples(good, st.lists(bad, max_size=2)).map(lambda both: both[0] + both[1]))


rows_of_pro = mostly_good(
    "%Y%m%d",
    st.integers(1, 9),
    st.one_of(st.tuples(dates.map(lambda day: day.strftime("%Y%m%d")), *[numbers] * 5).map(list), st.lists(junk)),
)
PRO_FIELDS = ["trade_date", "open", "high", "low", "close", "vol"]
envelopes_of_pro = st.one_of(
    junk,
    rows_of_pro.map(lambda rows: {"code": 0, "msg": "", "data": {"fields": PRO_FIELDS, "items": rows}}),
    st.fixed_dictionaries({"code": st.integers(-1, 1), "msg": junk, "data": junk}),
    st.fixed_dictionaries({"code": st.just(0), "data": st.fixed_dictionaries({"fields": junk, "items": junk})}),
)


@tried
@given(envelopes_of_pro)
def test_answers_of_pro(empty_wire: Wire, envelope: object) -> None:
    empty_wire.answer = json.dumps(envelope).encode()
    fetched(TushareProvider(Token("any"), empty_wire.tushare_url, ONCE), QUERY.replace(adjust="none"))


rows_of_kline = mostly_good(
    "%Y-%m-%d",
    st.integers(1, 9).map(str),
    st.one_of(st.tuples(dates.map(str), *[numbers.map(as_text)] * 5).map(list), st.lists(junk)),
)
envelopes_of_kline = st.one_of(
    junk,
    st.fixed_dictionaries({"code": st.integers(-1, 1), "msg": junk, "data": junk}),
    junk.map(lambda held: {"code": 0, "data": {"sh600519": held}}),
    rows_of_kline.map(lambda rows: {"code": 0, "data": {"sh600519": {"day": rows, "hfqday": rows}}}),
)


@tried
@given(
    st.one_of(
        st.binary(max_size=80), envelopes_of_kline.map(lambda told: b"kline_day2020=" + json.dumps(told).encode())
    )
)
def test_answers_of_the_kline(empty_wire: Wire, body: bytes) -> None:
    empty_wire.answer = body
    fetched(TencentProvider(empty_wire.tencent_url, ONCE))


@tried
@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"\A(sh|SZ|bj)?\.?[0-9]{5,7}\.?(SH|sz|BJ|SS)?\Z"),
        st.sampled_from(well_known()).flatmap(lambda each: st.sampled_from([each.code, each.zh, each.en, each.pinyin])),
    )
)
def test_tickers(typed: str) -> None:
    try:
        codes = (normalise(typed),)
    except AmbiguousTickerError as choice:
        codes = choice.values["choices"]
    except UnknownTickerError:
        return
    for code in codes:
        assert code == normalise(code)
        assert code == "AAPL" or security(code).ticker == code
        DataQuery(ticker=code)

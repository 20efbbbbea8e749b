"""The store: what is on disk is not asked for again, and never goes bad."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from made import LATER, SHARE, made_bars, store, the_file
from wire import Wire

from core.config import DataQuery
from core.data import provenance
from core.data.schema import COLUMNS, PRICES, checked
from core.data.store import Store
from core.errors import (
    DataError,
    PermissionMissingError,
    TokenRejectedError,
    UnknownTickerError,
)


def spans(wire: Wire, interface: str = "daily") -> list[tuple[str, str]]:
    return [(each.first, each.last) for each in wire.asked if each.interface == interface]


def test_the_same_range_asks_nothing(wire: Wire) -> None:
    first = store(wire).fetch(SHARE)
    wire.asked.clear()
    again = store(wire).fetch(SHARE)
    inside = store(wire).fetch(SHARE.replace(start="2019-06-03", end="2019-07-01"))
    assert not wire.asked
    pd.testing.assert_frame_equal(first, again)
    pd.testing.assert_frame_equal(inside, first.loc["2019-06-03":"2019-07-01"], check_freq=False)
    pd.testing.assert_frame_equal(
        first, wire.bars["600519.SH"].loc["2019-01-02":"2020-12-31", list(COLUMNS)], check_freq=False
    )


def test_a_longer_range_asks_only_for_the_rest(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    wire.asked.clear()
    longer = store(wire).fetch(SHARE.replace(start="2018-01-02", end="2021-06-30"))
    assert spans(wire) == [("20180102", "20190101"), ("20210101", "20210630")]
    pd.testing.assert_frame_equal(
        longer, wire.bars["600519.SH"].loc["2018-01-02":"2021-06-30", list(COLUMNS)], check_freq=False
    )


def test_a_range_apart_leaves_no_gap(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    apart = store(wire).fetch(SHARE.replace(start="2023-01-02", end="2023-03-01"))
    assert spans(wire)[-1] == ("20210101", "20230301")
    assert len(apart) == len(wire.bars["600519.SH"].loc["2023-01-02":"2023-03-01"])


def test_days_without_trading_are_no_error_and_are_asked_for_again_later(wire: Wire) -> None:
    """A suspended share answers like a service that has had enough: neither is believed for good."""
    whole, query = wire.bars["600519.SH"], SHARE.replace(end="2021-03-31")
    store(wire).fetch(SHARE)
    wire.bars["600519.SH"] = whole.loc[:"2020-12-31"]
    assert store(wire).fetch(query).index[-1] == pd.Timestamp("2020-12-31")
    wire.asked.clear()
    store(wire, now=LATER + timedelta(minutes=5)).fetch(query)
    assert not wire.asked
    wire.bars["600519.SH"] = whole
    assert store(wire, now=LATER + timedelta(minutes=15)).fetch(query).index[-1] == pd.Timestamp("2021-03-31")


def test_what_was_before_the_first_day_of_trading_is_asked_for_once(wire: Wire) -> None:
    wire.bars["600519.SH"] = wire.bars["600519.SH"].loc["2019-01-02":]
    query = SHARE.replace(start="2015-01-01")
    store(wire).fetch(SHARE)
    store(wire).fetch(query)
    assert spans(wire) == [("20190102", "20201231"), ("20150101", "20190101")]
    assert store(wire, now=LATER + timedelta(days=9)).fetch(query).index[0] == pd.Timestamp("2019-01-02")
    assert len(wire.asked) == 2


@pytest.mark.parametrize("adjust", ["qfq", "hfq"])
def test_adjusting_is_done_on_reading(wire: Wire, adjust: str) -> None:
    """Slices fetched at different times join: the same query gives the same prices whatever was kept before."""
    store(wire).fetch(SHARE.replace(end="2019-12-31", adjust=adjust))
    joined = store(wire).fetch(SHARE.replace(adjust=adjust))
    served = wire.bars["600519.SH"].loc["2019-01-02":"2020-12-31"]
    factor = served["factor"] / (served["factor"].iloc[-1] if adjust == "qfq" else 1.0)
    np.testing.assert_allclose(joined[list(PRICES)], served[list(PRICES)].mul(factor, axis=0), rtol=1e-12)
    assert list(joined.columns) == list(COLUMNS)
    kept = pd.read_parquet(the_file())
    pd.testing.assert_frame_equal(kept, served[[*COLUMNS, "factor"]], check_freq=False)
    wire.asked.clear()
    pd.testing.assert_frame_equal(store(wire).fetch(SHARE), served[list(COLUMNS)], check_freq=False)
    assert not wire.asked


def test_factors_are_fetched_for_what_was_kept_without_them(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    wire.asked.clear()
    bars = store(wire).fetch(SHARE.replace(start="2020-01-02", adjust="hfq"))
    assert spans(wire, "adj_factor") == [("20190102", "20201231")]
    assert (bars["close"] > wire.bars["600519.SH"].loc["2020-01-02":"2020-12-31", "close"]).all()


def test_a_token_without_factors_can_still_read_on(wire: Wire) -> None:
    store(wire).fetch(SHARE.replace(adjust="qfq"))
    wire.faults["adj_factor"] = "permission"
    plain = store(wire).fetch(SHARE.replace(end="2021-06-30"))
    assert plain.index[-1] == pd.Timestamp("2021-06-30")
    with pytest.raises(PermissionMissingError):
        store(wire).fetch(SHARE.replace(end="2021-12-31", adjust="qfq"))


@pytest.mark.parametrize("fault", ["drop", "http 503", "html", "rate minute"])
def test_offline_it_serves_what_it_has_and_says_so(wire: Wire, fault: str) -> None:
    store(wire).fetch(SHARE)
    wire.fault = fault
    bars = store(wire, now=LATER + timedelta(days=1)).fetch(SHARE.replace(end="2021-06-30"))
    assert bars.index[-1] == pd.Timestamp("2020-12-31")
    told = provenance(bars)
    assert told.fetched_at == LATER
    assert str(told.notes[0]).endswith("fetched on 2024-06-03, up to 2020-12-31.")
    with pytest.raises(DataError):
        store(wire).fetch(DataQuery(ticker="000300.SH", end="2020-12-31"))


def test_what_will_not_pass_is_not_hidden_by_what_is_kept(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    wire.fault = "token"
    with pytest.raises(TokenRejectedError):
        store(wire).fetch(SHARE.replace(end="2021-06-30"))


def test_fetching_again_replaces_what_is_kept(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    wire.bars["600519.SH"] = made_bars("2015-01-01", "2023-12-29", seed=7)
    old, new = store(wire).fetch(SHARE), store(wire, refresh=True).fetch(SHARE)
    assert not old.equals(new)
    pd.testing.assert_frame_equal(new, wire.bars["600519.SH"].loc["2019-01-02":"2020-12-31"], check_freq=False)


@pytest.mark.parametrize(("hour", "newest"), [(14, "2024-05-31"), (18, "2024-06-03")])
def test_an_unfinished_day_is_neither_kept_nor_shown(wire: Wire, hour: int, newest: str) -> None:
    """Monday 3 June 2024, Shanghai time: the vendor already has a bar."""
    wire.bars["600519.SH"] = made_bars("2024-01-01", "2024-06-03")
    now = datetime(2024, 6, 3, hour - 8, tzinfo=UTC)
    bars = store(wire, now=now).fetch(DataQuery(ticker="600519.SH", start="2024-01-01"))
    assert bars.index[-1] == pd.Timestamp(newest) == pd.read_parquet(the_file()).index[-1]
    wire.asked.clear()
    store(wire, now=now + timedelta(minutes=1)).fetch(DataQuery(ticker="600519.SH", start="2024-01-01"))
    assert not wire.asked


def test_a_day_the_vendor_is_late_with_is_asked_for_again_but_not_at_once(wire: Wire) -> None:
    whole = made_bars("2024-01-01", "2024-06-03")
    wire.bars["600519.SH"] = whole.iloc[:-1]
    query, evening = DataQuery(ticker="600519.SH", start="2024-01-01"), datetime(2024, 6, 3, 10, tzinfo=UTC)
    store(wire, now=evening).fetch(query)
    wire.asked.clear()
    wire.bars["600519.SH"] = whole
    store(wire, now=evening + timedelta(minutes=5)).fetch(query)
    assert not wire.asked
    assert store(wire, now=evening + timedelta(minutes=15)).fetch(query).index[-1] == whole.index[-1]
    assert spans(wire) == [("20240601", "20240603")]


def test_a_range_that_is_still_to_come_is_said(wire: Wire) -> None:
    with pytest.raises(UnknownTickerError, match="no finished trading day from 2030-01-01"):
        store(wire).fetch(SHARE.replace(start="2030-01-01", end=None))
    assert not wire.asked


def test_a_day_that_comes_again_comes_corrected() -> None:
    """A source may send more days than asked for; what it says last about a day is what stands."""
    days = pd.bdate_range("2024-01-02", periods=6, name="date")

    class Correcting:
        name, last_close = "correcting", 5.0

        def fetch(self, query: DataQuery, report=None) -> pd.DataFrame:
            closes = pd.DataFrame({"close": [1.0, 2.0, 3.0, 4.0, self.last_close, 6.0]}, index=days)
            return checked(closes.loc[: str(query.end)], query.ticker)  # from its first day on, whatever was asked

    source = Correcting()
    query = DataQuery(ticker="600519.SH", start=days[0].date(), end=days[4].date())
    assert Store(source, clock=lambda: LATER).fetch(query)["close"].iloc[-1] == 5.0
    source.last_close = 5.5
    longer = Store(source, clock=lambda: LATER).fetch(query.replace(end=days[5].date()))
    assert list(longer["close"]) == [1.0, 2.0, 3.0, 4.0, 5.5, 6.0]

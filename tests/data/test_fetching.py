"""Both live providers over real sockets: what arrives is what was served."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from made import QUICK, made_bars
from wire import ROW_LIMITS, Wire

from core.config import DataQuery
from core.data import load_bars, provenance
from core.data.provider import Provider
from core.data.registry import tickers
from core.data.schema import COLUMNS
from core.data.tencent import TencentProvider, two_years
from core.data.tickers import well_known
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.errors import TokenMissingError, UnknownTickerError

ARTICLE = DataQuery(ticker="000001.SH", start="2019-01-02", end="2023-03-13", source="tencent")


def pro(wire: Wire, token: str = "a-token") -> Provider:
    return TushareProvider(Token(token), wire.tushare_url)


def kline(wire: Wire) -> Provider:
    return TencentProvider(wire.tencent_url)


@pytest.mark.parametrize("make", [pro, kline])
def test_the_articles_window_arrives_as_served(index_bars: pd.DataFrame, make: object) -> None:
    with Wire({"000001.SH": index_bars}) as wire:
        bars = make(wire).fetch(ARTICLE)
    served = index_bars.loc["2019-01-02":"2023-03-13"]
    assert len(bars) == 1017
    pd.testing.assert_frame_equal(bars, served, check_freq=False)
    assert bars.index.is_monotonic_increasing
    assert provenance(bars).fetched_at is not None


@pytest.mark.parametrize("make", [pro, kline])
def test_a_history_longer_than_any_limit_arrives_whole(index_bars: pd.DataFrame, make: object) -> None:
    with Wire({"000001.SH": index_bars}) as wire:
        bars = make(wire).fetch(DataQuery(ticker="000001.SH", start=None, end="2025-05-06"))
        pages = [each for each in wire.asked if each.interface == "index_daily"]
    assert len(bars) == len(index_bars) == 8391 > ROW_LIMITS["index_daily"]
    pd.testing.assert_frame_equal(bars, index_bars)
    assert len(pages) in (0, 2)


def test_pages_go_on_where_the_limit_is_the_length(wire: Wire) -> None:
    wire.bars["000300.SH"] = made_bars("1991-01-01", "2023-12-29")
    exact = wire.bars["000300.SH"].iloc[-ROW_LIMITS["index_daily"] :]
    query = DataQuery(ticker="000300.SH", start=exact.index[0].date(), end="2023-12-29")
    pd.testing.assert_frame_equal(pro(wire).fetch(query), exact, check_freq=False)


@pytest.mark.parametrize("make", [pro, kline])
@pytest.mark.parametrize("adjust", ["qfq", "hfq"])
def test_factors_come_with_adjusted_shares(wire: Wire, make: object, adjust: str) -> None:
    bars = make(wire).fetch(DataQuery(ticker="600519.SH", end="2023-12-29", adjust=adjust))
    served = wire.bars["600519.SH"].loc["2019":]
    pd.testing.assert_frame_equal(bars[list(COLUMNS)], served[list(COLUMNS)], check_freq=False)
    assert (bars["factor"] - served["factor"]).abs().max() < 1e-12


@pytest.mark.parametrize("make", [pro, kline])
def test_an_index_has_the_factor_one_without_being_asked(wire: Wire, make: object) -> None:
    bars = make(wire).fetch(DataQuery(ticker="000300.SH", end="2023-12-29", adjust="qfq"))
    assert (bars["factor"] == 1.0).all()
    assert {each.interface for each in wire.asked} <= {"index_daily", "kline"}


def test_windows_are_two_years_and_meet(wire: Wire) -> None:
    kline(wire).fetch(DataQuery(ticker="000300.SH", start="2016-03-01", end="2023-06-30"))
    spans = sorted((each.first, each.last) for each in wire.asked)
    assert spans == [
        ("2016-03-01", "2017-12-31"), ("2018-01-01", "2019-12-31"), ("2020-01-01", "2021-12-31"),
        ("2022-01-01", "2023-06-30"),
    ]  # fmt: skip
    day = pd.Timestamp("2020-05-05").date()
    assert two_years(day, day) == [(day, day)]


@pytest.mark.parametrize("make", [pro, kline])
def test_progress_is_told_and_ends_at_one(wire: Wire, make: object) -> None:
    told: list[float] = []
    make(wire).fetch(DataQuery(ticker="600519.SH", start="2015-01-01"), lambda share, what: told.append(share))
    assert told[-1] == 1.0
    assert all(0 <= share <= 1 for share in told)


def test_both_go_through_an_http_proxy(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", wire.url)
    monkeypatch.setenv("http_proxy", wire.url)
    for provider in (TushareProvider(Token("a-token"), patience=QUICK), TencentProvider(patience=QUICK)):
        bars = provider.fetch(DataQuery(ticker="000300.SH", start="2023-01-02", end="2023-12-29"))
        pd.testing.assert_frame_equal(bars, wire.bars["000300.SH"].loc["2023"], check_freq=False)
    hosts = {each.path.split("/")[2] for each in wire.asked}
    assert hosts == {"api.waditu.com", "web.ifzq.gtimg.cn"}


def test_no_token_is_said_before_anything_is_sent(wire: Wire) -> None:
    for token in (None, Token("  ")):
        with pytest.raises(TokenMissingError, match="needs a token"):
            TushareProvider(token, wire.tushare_url, QUICK).fetch(ARTICLE)
    assert not wire.asked


def test_the_list_of_shares_needs_the_token_and_gives_names(wire: Wire) -> None:
    known, other = pro(wire).listing()
    assert (known.code, known.zh, known.kind) == ("600519.SH", "贵州茅台", "stock")
    assert (other.en, other.pinyin) == ("", "hxyc")


def test_the_picker_offers_more_to_a_token_that_may(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    assert "688001.SH" in {each.code for each in tickers("rich")}
    wire.fault = "permission"
    assert tickers("poor") == tickers() == well_known()


def test_auto_takes_pro_where_the_token_may_and_the_kline_where_not(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATESCOPE_TUSHARE_URL", wire.tushare_url)
    monkeypatch.setenv("GATESCOPE_TENCENT_URL", wire.tencent_url)
    query = DataQuery(ticker="sh000300", end="2023-12-29")
    wire.faults["index_daily"] = "permission"
    without, refused = load_bars(query), load_bars(query, token="poor")
    assert (provenance(without).source, provenance(without).notes) == ("tencent", ())
    assert provenance(refused).source == "tencent"
    assert "token may not" in str(provenance(refused).notes[0])
    wire.faults.clear()
    allowed = load_bars(query, token="rich")
    assert provenance(allowed).source == "tushare"
    pd.testing.assert_frame_equal(allowed, without)
    assert provenance(load_bars(DataQuery())).source == "sample"


def test_what_the_live_sources_do_not_have_is_said(wire: Wire) -> None:
    for make in (pro, kline):
        with pytest.raises(UnknownTickerError, match=r"MSFT is not a Shanghai"):
            make(wire).fetch(DataQuery(ticker="MSFT"))
    with pytest.raises(UnknownTickerError, match="is a fund"):
        pro(wire).fetch(DataQuery(ticker="510300.SH"))
    with pytest.raises(UnknownTickerError, match="000922"):
        kline(wire).fetch(DataQuery(ticker="000922.CSI"))
    assert not wire.asked


def test_data_can_be_used_without_loading_tushare() -> None:
    asked = "import core.data, sys; print([each for each in sys.modules if 'tushare' in each or each == 'torch'])"
    root = Path(__file__).resolve().parents[2]
    told = subprocess.run([sys.executable, "-c", asked], cwd=root, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "['core.data.tushare_pro']"

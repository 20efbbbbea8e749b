"""The money traded, where a source has it: carried from the wire through the store to the input that reads it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from made import LATER, QUICK, SHARE, store, the_file
from wire import Wire

from core.config import DataQuery
from core.data.schema import COLUMNS
from core.data.tencent import TencentProvider
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.digest import bars_digest
from core.errors import DataError
from core.inputs import values_of

CODES = ("600519.SH", "000300.SH")


@pytest.fixture
def wire(wire: Wire) -> Wire:
    """Prices with the money traded beside them."""
    for code in CODES:
        bars = wire.bars[code]
        wire.bars[code] = bars.assign(amount=bars["close"] * bars["volume"] / 10)
    return wire


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("adjust", ["none", "qfq"])
def test_it_is_an_input_of_live_prices(wire: Wire, code: str, adjust: str) -> None:
    query = DataQuery(ticker=code, start="2019-01-02", end="2020-12-31", adjust=adjust)
    bars = store(wire).fetch(query)
    served = wire.bars[code].loc["2019-01-02":"2020-12-31", "amount"]
    pd.testing.assert_series_equal(bars["amount"], served, check_freq=False)  # not adjusted: it is no price
    expected = np.log(served / served.rolling(20).mean()).to_numpy()
    np.testing.assert_allclose(values_of("amount", bars), expected, rtol=1e-12)
    wire.asked.clear()
    again = store(wire).fetch(query)
    assert not wire.asked
    pd.testing.assert_frame_equal(again, bars)


def test_runs_that_do_not_read_it_keep_their_keys(wire: Wire) -> None:
    bars = store(wire).fetch(SHARE)
    assert bars_digest(bars) == bars_digest(bars[list(COLUMNS)])
    assert bars_digest(bars, ("amount",)) != bars_digest(bars)


def test_prices_kept_without_it_get_it_with_the_next_days(wire: Wire) -> None:
    whole = wire.bars["600519.SH"]
    wire.bars["600519.SH"] = whole.drop(columns="amount")
    assert "amount" not in store(wire).fetch(SHARE.replace(adjust="qfq"))
    wire.bars["600519.SH"] = whole
    assert "amount" not in store(wire).fetch(SHARE)  # all days asked for are there
    longer = store(wire, now=LATER + timedelta(days=1)).fetch(SHARE.replace(end="2021-03-31"))
    served = whole.loc["2019-01-02":"2021-03-31", "amount"]
    pd.testing.assert_series_equal(longer["amount"], served, check_freq=False)
    assert pd.read_parquet(the_file()).notna().all(axis=None)  # its factors are still there too
    wire.asked.clear()
    store(wire, now=LATER + timedelta(days=2)).fetch(SHARE.replace(end="2021-04-30"))
    assert {(each.first, each.last) for each in wire.asked} == {("20210401", "20210430")}


def test_a_source_without_it_says_so_when_it_is_asked_for(wire: Wire) -> None:
    del wire.bars["600519.SH"]["amount"]
    for source in (TencentProvider(wire.tencent_url, QUICK), TushareProvider(Token("any"), wire.tushare_url, QUICK)):
        bars = source.fetch(SHARE)
        assert tuple(bars.columns) == COLUMNS
        with pytest.raises(DataError, match="is computed from amount"):
            values_of("amount", bars)

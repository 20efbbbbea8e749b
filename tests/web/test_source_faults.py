"""What a data source can answer: its own sentence on an intact page, in both languages, and then prices again."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from reliability import FaultOf, Shown, in_chinese
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, said, settle

from core.data.retries import Patience
from core.data.tickers import well_known

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.slow

TOKEN = "planted0secret0token0of0forty0characters0"
TENTH = Patience(timeout=1.0, pauses=(0.1, 0.3), total=3.8)  # of every wait of a visitor
BOTH = {  # what the server does: the row it is; both services fail so
    "http 404": "http-4xx",
    "http 503": "http-5xx",
    "http 429": "http-429",
    "empty": "empty",
    "html": "html",
    "null": "null",
    "garbage": "garbage",
    "bare": "bare",
    "drop": "dropped",
    "half": "half-sent",
    "cut": "cut-off",
    "slow": "slow",
    "trickle": "trickle",
}
PRO = {
    "rate minute": "rate-minute",
    "rate hour": "rate-hour",
    "rate day": "rate-day",
    "permission": "permission",
    "permission 2002": "permission",
    "token": "token",
}
VARIES = ("slow", "trickle", "empty")  # it says for how long it waited, which is shortened here; it names dates


@pytest.fixture
def wire(sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Wire]:
    with Wire({}) as running:
        running.bars |= dict.fromkeys(CODES, sample_bars)
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", running.tencent_url)
        monkeypatch.setenv("GATESCOPE_TUSHARE_URL", running.tushare_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        monkeypatch.setenv("TUSHARE_TOKEN", TOKEN)
        monkeypatch.setenv("GATESCOPE_SHARE_TOKEN", "1")
        for module in ("tencent", "tushare_pro"):
            monkeypatch.setattr(f"core.data.{module}.Patience", lambda: TENTH)
        yield running


CODES = [each.code for each in well_known() if each.kind == "stock"]


def prices_drawn(app: AppTest) -> dict[str, Any]:
    """The line of the closes."""
    line: dict[str, Any] = json.loads(charts(app)[0].proto.spec)["data"][0]
    return line


def asked(app: AppTest, ticker: str) -> AppTest:
    """Ask for other prices, until there is a sentence on why there are none."""
    app.session_state["ticker"] = ticker
    return until_told(app.run())


def until_told(app: AppTest) -> AppTest:
    deadline = time.monotonic() + 60
    while not app.error:
        assert time.monotonic() < deadline, said(app)
        app.run()
    assert not app.exception
    assert TOKEN not in str(app)
    return app


def fetched_again(app: AppTest, ticker: str) -> bool:
    """Press "Fetch again", until the run on these prices is there."""
    app.button(key="strip_fetch_again").click().run()
    deadline = time.monotonic() + 60
    while not any("trained in" in each.value and ticker in each.value for each in app.caption):
        assert time.monotonic() < deadline, said(app)
        app.run()
    return not app.error and not app.exception


def break_each(open_app: Open, wire: Wire, source: str, faults: dict[str, str], fault: FaultOf, rows: set[str]) -> None:
    app = settle(open_app("lab/market.py", ticker="AAPL", lang="en", **QUICK))
    app.selectbox(key="source").select(source)
    for number, (what, key) in enumerate(faults.items()):
        drawn, wire.fault = prices_drawn(app), what
        (told,) = asked(app, CODES[number]).error
        shown = fault(key) if key in rows else Shown()
        shown.reads(told.value, varies=what in VARIES)
        previous = [each for each in app.caption if each.value.startswith("Shown below is your previous run")]
        shown.keeps(prices_drawn(app) == drawn and len(previous) == 1)
        wire.fault = ""
        shown.goes_on(fetched_again(app, CODES[number]))


@pytest.mark.parametrize("what", ["http 503", "empty"])
def test_a_chinese_page_says_it_in_chinese(open_app: Open, wire: Wire, what: str) -> None:
    wire.fault = what
    told = {}
    for language in ("en", "zh"):
        app = open_app("lab/market.py", ticker=CODES[0], source="tencent", lang=language, **QUICK)
        told[language] = until_told(app).error[0].value
    assert told["zh"] == in_chinese(told["en"])


@pytest.mark.fault("rate-minute", "rate-hour", "rate-day", "permission", "token")
def test_each_fault_of_a_service_with_a_token_has_its_sentence(open_app: Open, wire: Wire, fault: FaultOf) -> None:
    break_each(open_app, wire, "tushare", PRO | {"http 503": "http-5xx"}, fault, set(PRO.values()))
    told = [fault(key).quotes["en"] for key in ("rate-minute", "rate-hour", "rate-day", "permission", "token")]
    assert len({tuple(each) for each in told}) == len(told)  # none is taken for another


@pytest.mark.fault("http-4xx", "http-5xx", "http-429", "empty", "html", "null", "garbage", "bare")
@pytest.mark.fault("dropped", "half-sent", "cut-off", "slow", "trickle")
def test_each_fault_of_a_service_without_one_has_its_sentence(open_app: Open, wire: Wire, fault: FaultOf) -> None:
    break_each(open_app, wire, "tencent", BOTH, fault, set(BOTH.values()))

"""What a data source can answer, each as its own sentence on an intact page, in both languages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, settle

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.slow

TOKEN = "planted0secret0token0of0forty0characters0"
PRO = ["rate minute", "rate hour", "rate day", "permission", "permission 2002", "token"]
PRO += ["http 500", "http 404", "empty", "html", "null"]
KLINE = ["http 503", "http 404", "empty", "html", "null"]


@pytest.fixture
def wire(sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Wire]:
    with Wire({"600519.SH": sample_bars}) as running:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", running.tencent_url)
        monkeypatch.setenv("GATESCOPE_TUSHARE_URL", running.tushare_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        monkeypatch.setenv("TUSHARE_TOKEN", TOKEN)
        monkeypatch.setenv("GATESCOPE_SHARE_TOKEN", "1")
        yield running


def told(open_app: Open, wire: Wire, source: str, fault: str, language: str) -> str:
    """The one sentence the page shows after an earlier run on the sample, with that run still drawn."""
    st.cache_resource.clear()  # a desk tells a failure again for half a minute
    wire.fault = ""
    app = settle(open_app("lab/forecast.py", ticker="AAPL", lang=language, **QUICK))
    drawn = charts(app)[0].proto.spec
    wire.fault = fault
    app.selectbox(key="source").select(source)
    app.session_state["ticker"] = "600519.SH"
    app = settle_fetch(app.run())
    assert not app.exception
    assert len(app.error) == 1
    assert charts(app)[0].proto.spec == drawn
    assert TOKEN not in str(app)
    return app.error[0].value


def settle_fetch(app: AppTest) -> AppTest:
    for _ in range(300):
        if app.error:
            return app
        app.run()
    raise AssertionError("no answer")


@pytest.mark.parametrize(("source", "fault"), [*(("tushare", f) for f in PRO), *(("tencent", f) for f in KLINE)])
def test_each_fault_has_its_sentence(open_app: Open, wire: Wire, source: str, fault: str) -> None:
    english = told(open_app, wire, source, fault, "en")
    chinese = told(open_app, wire, source, fault, "zh")
    assert english.isascii() or "权限" in english or "频" in english
    assert "。" in chinese


def test_rate_limit_permission_and_token_are_told_apart(open_app: Open, wire: Wire) -> None:
    sentences = {
        fault: told(open_app, wire, "tushare", fault, "en") for fault in ("rate minute", "permission", "token")
    }
    assert len(set(sentences.values())) == 3

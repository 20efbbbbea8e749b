"""A jump in fetched prices: told on the market page, with the adjusted prices of the source at a press."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, read, settle

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

JUMP = "2024-09-16"
pytestmark = pytest.mark.slow


def fetched(app: AppTest, ticker: str) -> AppTest:
    for _ in range(300):
        if app.session_state["_visit"]["_prices"][0].ticker == ticker:
            return settle(app)
        app.run()
    raise AssertionError("no answer")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_split_of_a_live_stock_is_cured_by_its_adjusted_prices(
    open_app: Open, sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    split = sample_bars.copy()
    split.loc[:JUMP, ["open", "high", "low", "close"]] *= 4
    with Wire({"600519.SH": split}) as wire:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", wire.tencent_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        dials = {"ticker": "600519.SH", "source": "tencent", "lang": language, "start": "2023-01-03"}
        app = fetched(open_app("lab/market.py", **dials, **QUICK), "600519.SH")
        assert not app.exception
        assert not app.error
        assert "2024-09-17" in read(app)
        assert "4:1" in read(app)
        cure = app.button(key="jump_cure_0")
        assert cure.label == {"en": "Use front-adjusted prices", "zh": "改用前复权价格"}[language]
        cure.click().run()
        assert app.session_state["_visit"]["_base"].data.adjust == "qfq"

"""The arena's page: everybody in one table in both languages, several tickers, what a forecast would have earned."""

from __future__ import annotations

import io
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, begin, charts, finish, said, show

from core.config import PRESETS
from core.web.arena.others import MOST

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

SMALL = {"window": "4", "hidden": "2", "layers": "1", **QUICK}
NETWORKS = {"LSTM", "GRU", "RNN"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def opened(open_app: Open, view: str = "one", **parameters: str) -> AppTest:
    app = finish(open_app("lab/arena.py", **{**SMALL, **parameters}))
    app.session_state["arena_view"] = view
    app = finish(app.run())
    assert not app.exception, app.exception[0].stack_trace
    return app


def table(app: AppTest) -> pd.DataFrame:
    return app.dataframe[0].value


def uploaded(app: AppTest, frame: pd.DataFrame) -> AppTest:
    text = io.StringIO()
    frame.to_csv(text)
    app.file_uploader(key="own_prices").set_value(("made.csv", text.getvalue().encode(), "text/csv")).run()
    app = finish(app)
    assert not app.exception, app.exception[0].stack_trace
    return app


def made(days: int, seed: int = 3) -> pd.DataFrame:
    """Bars whose log ranges are a known HAR process, so that no network can know more than HAR does."""
    random, constant = np.random.default_rng(seed), -0.9
    values, mean = np.full(days, constant / 0.2), constant / 0.2
    for day in range(22, days):
        mean = constant + 0.25 * values[day - 1] + 0.35 * values[day - 5 : day].mean()
        mean += 0.2 * values[day - 22 : day].mean()
        values[day] = mean + random.normal(0, 0.35)
    span = np.exp(values) * np.sqrt(4 * np.log(2))
    close = 1000 * np.exp(np.cumsum(np.exp(values) * random.normal(0, 0.5, days)))
    dates = pd.bdate_range("2018-01-02", periods=days, name="date")
    place = random.uniform(size=days)
    bars = {"open": close, "high": close * np.exp(place * span), "low": close * np.exp((place - 1) * span)}
    return pd.DataFrame({**bars, "close": close, "volume": 1e6}, index=dates)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", PRESETS)
def test_everybody_stands_in_one_table(open_app: Open, preset: str, language: str) -> None:
    app = opened(open_app, preset=preset, lang=language)
    frame = table(app)
    assert set(frame.index) > NETWORKS
    assert len(frame) == (7 if preset == "volatility" else 6)
    errors = [float(str(value).replace(",", "")) for value in frame.iloc[:, 0]]
    assert errors == sorted(errors)
    assert ("QLIKE" in " ".join(frame.columns)) == (preset == "volatility")
    assert not app.error
    assert bool(CHINESE.search(said(app))) == (language == "zh")
    assert frame.index[0] in said(app)  # who leads is said in a sentence
    if frame.index[0] not in NETWORKS:
        assert not app.success


def test_where_ranges_are_a_har_process_har_wins(open_app: Open) -> None:
    app = uploaded(opened(open_app, preset="volatility"), made(900))
    app.segmented_control(key="arena_view").set_value("one").run()
    frame = table(finish(app))
    assert frame.index[0].startswith("HAR")
    assert frame["among the best"].iloc[0] == "✓"
    told = "\n".join(each.value for kind in ("info", "warning") for each in getattr(app, kind))
    assert "HAR (1, 5, 22 days) leads over" in told
    assert "without any network" in told


def test_a_file_of_closes_alone_has_no_ranges_and_the_page_says_so(open_app: Open) -> None:
    app = uploaded(opened(open_app, preset="volatility"), made(300)[["close"]])
    assert "There is no contest on these prices" in said(app)
    assert "high and low" in said(app)


def test_too_short_a_history_is_a_sentence(open_app: Open) -> None:
    for view in ("one", "several", "earned"):
        app = opened(open_app, view, start="2024-11-25", window="60")
        assert "60" in said(app)
    few = opened(open_app, start="2024-10-01")
    assert "nobody can be said to lead" in said(few)
    assert set(table(few)["among the best"]) == {"–"}


def test_it_stands_before_the_networks_do_and_a_cancel_stays_cancelled(open_app: Open) -> None:
    slow = {"dropout": "0.2", "layers": "2", "hidden": "64", "epochs": "1000"}  # by PyTorch
    app = begin(open_app("lab/arena.py", **slow))
    assert not app.exception
    assert table(app).loc["LSTM", "RMSE, test"] == "still to come"
    assert "Drift" in table(app).index
    app.button(key="training_cancel").click().run()
    assert table(app).loc["LSTM", "RMSE, test"] == "not trained"
    assert "once your own has been trained" in said(app)
    assert not app.exception


@pytest.fixture
def wire(sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with Wire({"600519.SH": sample_bars}) as running:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", running.tencent_url)
        monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
        yield running


def test_several_tickers_stand_in_one_table(open_app: Open, wire: Wire) -> None:
    app = opened(open_app, "several", preset="returns", rivals="600519.SH,000001.SZ,nonsense")
    deadline = time.monotonic() + 60
    while len(table(app)) < 2 or "000001.SZ" not in said(app):  # prices come in their own time
        assert time.monotonic() < deadline
        time.sleep(0.1)
        app = finish(app.run())
    frame = table(app)
    assert list(frame.index) == ["AAPL", "600519.SH"]
    assert set(frame.columns) > NETWORKS
    assert all(sum("★" in str(value) for value in row) == 1 for row in frame.to_numpy())
    assert "On 0 of 2 tickers" in said(app)
    assert not app.exception  # 000001.SZ has no prices; the loop above has seen that it is said
    assert "nonsense" in "\n".join(each.value for each in app.warning)
    assert app.query_params["rivals"] in ("600519.SH,000001.SZ", ["600519.SH,000001.SZ"])
    app.multiselect(key="arena_tickers").set_value(["600519"]).run()
    app = finish(app)
    assert app.multiselect(key="arena_tickers").value == ["600519.SH"]
    assert app.multiselect(key="arena_tickers").proto.max_selections == MOST
    app.multiselect(key="arena_tickers").set_value([]).run()
    assert "rivals" not in app.query_params
    assert list(table(app).index) == ["AAPL"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_it_would_have_earned(open_app: Open, language: str) -> None:
    app = opened(open_app, "earned", lang=language, preset="returns")
    app = show(app, "one", arena_cost=0, arena_forecaster="drift")
    assert len(charts(app)) == 1
    assert charts(app)[0].proto.alt
    drift, held = app.table[0].value.to_numpy().T
    assert list(drift) == list(held)  # always up and no costs: buy-and-hold
    assert {"en": "not advice", "zh": "不构成任何建议"}[language] in said(app)
    app = show(app, "one", arena_cost=50)
    dear = app.table[0].value.to_numpy().T
    assert list(dear[0]) == list(dear[1])
    assert dear[0][0] != drift[0]
    assert app.query_params["cost"] in ("50", ["50"])
    app = show(app, "one", arena_forecaster="persistence")
    assert app.table[0].value.iloc[3, 0] == "0"  # says nothing of the direction, so it never trades
    assert not app.exception
    app = show(app, "one", arena_side="short")
    assert {"en": "Selling short", "zh": "做空"}[language] in said(app)


def test_a_forecast_of_volatility_is_not_traded(open_app: Open) -> None:
    app = opened(open_app, "earned", preset="volatility")
    assert "no direction to trade on" in said(app)
    assert not charts(app)


def test_a_cost_out_of_bounds_in_a_link_is_held_within_them(open_app: Open) -> None:
    app = opened(open_app, preset="returns")
    app.session_state["arena_cost"] = 5000
    app = finish(show(app, "one", arena_view="earned"))
    assert app.slider(key="arena_cost").value == 100


def test_the_other_networks_count_as_looked_at(open_app: Open) -> None:
    app = opened(open_app, preset="returns")
    app = finish(show(app.switch_page("lab/forecast.py").run(), "one"))
    assert "You have looked at 3 settings on these test days." in said(app)


def test_own_prices_that_cannot_be_had_are_said_in_every_view(open_app: Open, wire: Wire) -> None:
    wire.fault = "http 503"
    app = opened(open_app, preset="returns")
    app.session_state["ticker"] = "000001.SZ"
    deadline = time.monotonic() + 60
    while not app.run().error:  # the source is asked again before it is given up
        assert time.monotonic() < deadline
        time.sleep(0.1)
    for view in ("one", "several", "earned"):
        app = finish(show(app, "one", arena_view=view))
        assert not app.exception
        assert app.error  # the source's own sentence
        assert (view == "several") != ("There is no contest on these prices" in said(app))

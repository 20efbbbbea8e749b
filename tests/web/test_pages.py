"""Every page in both languages: cold, while training, finished, failed. No traceback, and Chinese where it is asked."""

from __future__ import annotations

import json
import re
import time

import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, begin, charts, said, settle

from core import service
from core.charts.tokens import LIGHT
from core.config import PRESETS, DataQuery, Experiment, ModelConfig, TrainConfig
from core.data import load_bars
from core.web import ahead

SLOW = {"preset": "article", "dropout": "0.1"}  # with dropout PyTorch trains: milliseconds an epoch, day after day
SLOWER = {"dropout": "0.2", "layers": "2", "hidden": "64", "epochs": "1000"}  # by PyTorch in any layout
LAB = ["overview", "market", "training", "forecast", "gates", "gradients"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", LAB)
def test_finished(open_app: Open, page: str, language: str) -> None:
    app = settle(open_app(f"lab/{page}.py", lang=language, **QUICK))
    assert not app.exception
    assert not app.error
    assert charts(app)
    assert all(chart.proto.alt for chart in charts(app))
    assert bool(CHINESE.search(said(app))) == (language == "zh")
    assert "937" in said(app)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", LAB)
def test_while_training(open_app: Open, page: str, language: str) -> None:
    app = begin(open_app(f"lab/{page}.py", lang=language, **SLOWER))
    assert not app.exception
    assert not app.error
    assert bool(charts(app)) == (page != "gradients")
    assert all(chart.proto.alt for chart in charts(app))
    assert [button.label for button in app.button if button.key == "training_cancel"] == [
        {"en": "Cancel", "zh": "取消"}[language]
    ]
    app.button(key="training_cancel").click().run()
    assert not app.exception
    assert {"en": "Training was cancelled.", "zh": "训练已取消。"}[language] in said(app)
    assert bool(charts(app)) == (page != "gradients")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", LAB)
def test_failed(open_app: Open, page: str, language: str) -> None:
    app = open_app(f"lab/{page}.py", lang=language, start="2024-11-25", window="60")
    app = settle(app)
    assert not app.exception
    assert len(app.error) == 1
    message = app.error[0].value
    assert "60" in message
    assert "64" in message
    assert bool(CHINESE.search(message)) == (language == "zh")


def test_the_earlier_run_stays_when_a_later_one_fails(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", **QUICK))
    drawn = charts(app)[0].proto.spec
    app.slider(key="window").set_value(120)
    app.date_input(key="start").set_value("2024-10-01").run()
    app = settle(app)
    assert len(app.error) == 1
    assert charts(app)[0].proto.spec == drawn
    assert "previous run" in said(app)


def test_a_cancelled_training_can_be_started_again(open_app: Open) -> None:
    app = open_app("lab/training.py", **SLOW, epochs="900")
    begin(app).button(key="training_cancel").click().run()
    assert "Training was cancelled." in said(app)
    next(button for button in app.button if button.label == "Train again").click().run()
    app = settle(app)
    assert not app.error
    assert "900" in charts(app)[0].proto.spec


def test_a_long_training_waits_for_its_button(open_app: Open) -> None:
    app = open_app("lab/training.py", epochs="1000", hidden="64", window="60")
    assert re.search(r"These settings take about \d+ min to train", said(app))
    assert not any(button.key == "training_cancel" for button in app.button)
    app.button(key="training_start").click().run()
    assert any(button.key == "training_cancel" for button in app.button), said(app)


def test_a_training_of_some_seconds_begins_by_itself_unless_others_wait(open_app: Open) -> None:
    some_seconds = {**SLOW, "epochs": "500", "hidden": "128"}
    app = open_app("lab/training.py", **some_seconds)
    assert any(button.key == "training_cancel" for button in app.button), said(app)
    slow = ModelConfig(layout="article", dropout=0.1)
    others = [(Experiment(model=slow, train=TrainConfig(epochs=1000, seed=seed)), f"other {seed}") for seed in (1, 2)]
    bars = load_bars(DataQuery())
    asked = [(service.ask(task, bars, visitor).key, visitor) for task, visitor in others]
    app.run()
    assert any(button.key == "training_cancel" for button in app.button)  # what has begun goes on, whoever waits
    later = open_app("lab/training.py", **some_seconds, seed="9")
    assert "These settings take about" in said(later)
    assert not any(button.key == "training_cancel" for button in later.button)
    later.button(key="training_start").click().run()
    assert any(button.key == "training_cancel" for button in later.button)  # has its place in the queue now
    for key, visitor in asked:
        service.cancel(key, visitor)
    for each in (app, later):
        each.button(key="training_cancel").click().run()


def test_what_lies_one_press_away_is_trained_before_it_is_asked_for(open_app: Open) -> None:
    app, bars = settle(open_app("lab/training.py", **QUICK)), load_bars(DataQuery())
    keys = [service.key_of(each, bars) for each in ahead.neighbours(app.session_state["_visit"]["_base"])]
    deadline = time.monotonic() + 60
    while not all(map(service.finished, keys)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    before = list(map(service.finished, keys))
    app.slider(key="window").set_value(11).run()
    assert "window 11" in said(app)
    assert "trained in" in said(app)
    app.selectbox(key="preset").set_value("returns").run()
    assert "trained in" in said(app)
    after = map(service.finished, keys)
    assert all(one is other for one, other in zip(before, after, strict=True))  # nothing was trained anew


def test_neighbours_end_where_the_dials_end() -> None:
    least = Experiment(model=ModelConfig(window=2, hidden_size=1, num_layers=1))
    near = ahead.neighbours(least)
    assert [(each.model.window, each.model.hidden_size, each.model.num_layers) for each in near[:3]] == [
        (3, 1, 1),
        (2, 2, 1),
        (2, 1, 2),
    ]
    assert near[3:] == ahead.presets(least.data)
    assert len(ahead.neighbours(PRESETS["returns"])) == 6 + len(PRESETS) - 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_rising_prices_take_their_markets_colour_or_the_chosen_one(open_app: Open, language: str) -> None:
    def rising(app: AppTest) -> str:
        app.segmented_control(key="market_shape").set_value("candles").run()
        return json.loads(charts(app)[0].proto.spec)["data"][0]["increasing"]["line"]["color"]

    app = settle(open_app("lab/market.py", lang=language, start="2024-06-03", **QUICK))
    assert rising(app) == LIGHT.rise_green
    app.segmented_control(key="rising").set_value("red").run()
    assert app.query_params["rising"] in ("red", ["red"])
    assert rising(settle(app)) == LIGHT.rise_red
    linked = settle(open_app("lab/market.py", lang=language, start="2024-06-03", rising="red", **QUICK))
    assert rising(linked) == LIGHT.rise_red


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_article_s_quirks_are_labelled(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/training.py", preset="article", lang=language, **QUICK))
    assert not app.exception
    told = said(app)
    for figure in ("(1,049, 1, 10)", "1,225", "2023-03-17"):
        assert figure in told
    assert {"en": "a leak", "zh": "泄漏"}[language] in told
    assert "1,225" not in said(settle(open_app("lab/training.py", lang=language, **QUICK)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_three_recipes_stand_side_by_side_and_lead_on(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/overview.py", lang=language))
    deadline = time.monotonic() + 60
    while any(metric.value == "…" for metric in app.metric):
        assert time.monotonic() < deadline
        app.run()
    bars = load_bars(DataQuery())
    expected = []
    for name in ("article", "corrected", "returns"):
        scored = service.finished(service.key_of(PRESETS[name], bars)).result
        ratio = scored.metrics["test"].rmse / scored.baselines["persistence"]["test"].rmse
        expected.append(f"{ratio:.1f} ×" if ratio >= 2 else f"{ratio:.2f} ×")
    assert [metric.value for metric in app.metric] == expected
    app.button(key="story_returns").click().run()
    assert app.selectbox(key="preset").value == "returns"
    assert "trained in" in said(app) or "训练用时" in said(app)

"""Every page in both languages: cold, while training, finished, failed. No traceback, and Chinese where it is asked."""

from __future__ import annotations

import json
import re

import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, begin, charts, said, settle

from core.charts.tokens import LIGHT

SLOW = {"preset": "article"}  # one sequence through all days, by PyTorch: milliseconds an epoch
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
    app = open_app(f"lab/{page}.py", lang=language, **SLOW, epochs="1000")
    begin(app)
    assert not app.exception
    assert not app.error
    assert [button.label for button in app.button if button.key == "training_cancel"] == [
        {"en": "Cancel", "zh": "取消"}[language]
    ]
    app.button(key="training_cancel").click().run()
    assert not app.exception
    assert {"en": "Training was cancelled.", "zh": "训练已取消。"}[language] in said(app)
    assert bool(charts(app)) == (page in ("overview", "market", "training"))


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
    app = open_app("lab/training.py", **SLOW, epochs="300")
    begin(app).button(key="training_cancel").click().run()
    assert "Training was cancelled." in said(app)
    next(button for button in app.button if button.label == "Train again").click().run()
    app = settle(app)
    assert not app.error
    assert "300" in charts(app)[0].proto.spec


def test_a_long_training_waits_for_its_button(open_app: Open) -> None:
    app = open_app("lab/training.py", epochs="1000", hidden="128", window="60")
    assert re.search(r"These settings take about \d+ min to train", said(app))
    assert not any(button.key == "training_cancel" for button in app.button)
    app.button(key="training_start").click().run()
    assert any(button.key == "training_cancel" for button in app.button), said(app)


def test_the_first_training_of_a_visit_waits_only_when_it_takes_above_a_minute(open_app: Open) -> None:
    app = open_app("lab/training.py", **SLOW, epochs="1000", hidden="128")  # some 12 s: above the usual five
    assert any(button.key == "training_cancel" for button in app.button), said(app)
    app.button(key="training_cancel").click().run()


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

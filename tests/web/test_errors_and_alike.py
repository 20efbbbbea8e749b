"""Errors over time and days like the chosen one on screen: the figures are core's, a press opens the day."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, said, settle

from core.introspect.alike import distances, nearest
from core.introspect.of_run import trace_series
from core.run import Run

pytestmark = pytest.mark.slow


def run_of(app: AppTest) -> Run:
    return app.session_state["_visit"]["_done_training"].result


def days(app: AppTest) -> list[str]:
    return [button.label for button in app.button if str(button.key).startswith("alike_")]


def test_days_like_this_one_are_the_nearest_and_open_at_a_press(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", preset="returns", **QUICK))
    assert not days(app)
    app.session_state["alike_shown"] = True
    app.run()
    run = run_of(app)
    hidden, last = trace_series(run).hidden[-1], len(run.prediction) - 1
    near = nearest(distances(hidden, hidden[last]), np.arange(last + 1), last, run.experiment.model.window)
    assert days(app) == [str(run.prediction["date"].iloc[pair].date()) for pair in near]
    rises = int((run.task.actual[near] > run.task.previous[near]).sum())
    assert f"after {rises} of these 5 days" in said(app)
    chosen = days(app)[2]
    next(button for button in app.button if button.label == chosen).click().run()
    assert not app.exception
    assert str(app.select_slider(key="gate_day").value) == chosen
    assert chosen not in days(app)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_volatility_the_level_is_told(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/gates.py", preset="volatility", lang=language, **QUICK))
    app.session_state["alike_shown"] = True
    app.run()
    assert not app.exception
    assert {"en": "median volatility", "zh": "波动率中位数"}[language] in said(app)


def test_the_error_over_time_is_drawn_when_opened(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", preset="returns", **QUICK))
    before = len(charts(app))
    app.session_state["error_over_time_shown"] = True
    app.run()
    assert not app.exception
    assert len(charts(app)) == before + 1


def test_too_short_a_test_part_says_why_there_is_none(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", start="2023-01-02", split="0.9", **QUICK))
    app.session_state["error_over_time_shown"] = True
    app.run()
    assert not app.exception
    assert "test days; the error over 60 days needs at least as many" in said(app)

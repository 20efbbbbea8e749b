"""While a training runs, and after it was given up: its own network stands where the finished run will."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, begin, charts, said, settle

SLOW = {"dropout": "0.2", "layers": "2", "epochs": "1000"}  # by PyTorch, with snapshots of the first epochs
STANDS = {"en": r"As it stands after epoch (\d+) of 1000", "zh": r"第 (\d+)/1000 轮后的状态"}
CANCELLED = {"en": r"Cancelled after epoch (\d+) of 1000", "zh": r"训练在第 (\d+)/1000 轮后取消"}
DRAWN = {"overview": "overview-gates", "forecast": "forecast", "gates": "gates"}


def figure(app: AppTest, key: str) -> dict[str, Any]:
    return next(json.loads(chart.proto.spec) for chart in charts(app) if f"-{key}" in str(chart.proto.id))


def until(app: AppTest, pattern: str, seconds: float = 90) -> int:
    """Poll until the page says it; the number in it."""
    deadline = time.monotonic() + seconds
    while not (found := re.search(pattern, said(app))):
        assert time.monotonic() < deadline, said(app)
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return int(found.group(1))


def values(app: AppTest, page: str) -> list[Any]:
    """What the page's chart of the network holds."""
    return [trace.get("z", trace.get("y")) for trace in figure(app, DRAWN[page])["data"]]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("page", ["overview", "forecast", "gates"])
def test_the_network_is_drawn_as_it_learns_and_after_a_cancel(open_app: Open, page: str, language: str) -> None:
    app = begin(open_app(f"lab/{page}.py", lang=language, **SLOW))
    until(app, STANDS[language])
    first = values(app, page)
    reached = until(app, STANDS[language])
    deadline = time.monotonic() + 90
    while values(app.run(), page) == first:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert until(app, STANDS[language]) > 0
    app.button(key="training_cancel").click().run()
    assert until(app, CANCELLED[language]) >= reached
    assert values(app, page) != first


def test_an_earlier_run_stays_until_the_new_network_comes(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", **QUICK))
    app.slider(key="dropout").set_value(0.2)
    app.slider(key="layers").set_value(2)
    app.slider(key="epochs").set_value(1000).run()
    begin(app)
    assert "previous run" in said(app)
    until(app, STANDS["en"])
    assert "previous run" in said(app)  # what it said of its forecast stays below
    assert "Against forecasts that need no network" in said(app)
    app.button(key="training_cancel").click().run()
    until(app, CANCELLED["en"])


def test_the_loss_axis_stands_from_before_the_first_epoch_to_the_last(open_app: Open) -> None:
    app = open_app("lab/training.py", **{**SLOW, "epochs": "40", "hidden": "48", "window": "40"})
    seen = []
    while True:
        drawn = figure(begin(app), "training-loss")
        seen.append((drawn["layout"]["yaxis"]["range"], drawn["layout"]["xaxis"]["range"], drawn["data"][-1]["y"]))
        if "trained in" in said(app):
            break
        assert len(seen) < 600
        time.sleep(0.1)
        app.run()
    assert len(seen) > 2
    assert all(each == seen[0] for each in seen)
    low, high = seen[0][0]
    assert low < np.log10(seen[0][2][0]) < high

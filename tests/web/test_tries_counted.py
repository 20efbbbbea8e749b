"""What a visitor has looked at on one test part is counted beside the verdict, on the forecast page and overview."""

from __future__ import annotations

import pytest
from web_app import Open, finish, said

from core.web.luck import name_tries

SMALL = {"epochs": "3", "hidden": "2", "layers": "1", "window": "4"}
pytestmark = pytest.mark.slow


def test_each_setting_counts_once_and_the_test_asks_from_the_second_on(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", preset="returns", **SMALL))
    assert "This is the only setting you have looked at on these test days." in said(app)
    assert "Hansen's test, p" not in said(app)
    app.session_state["window"] = 6  # moves the start of the test part by a day
    app = finish(app.run())
    assert "You have looked at 2 settings on these test days." in said(app)
    assert "Hansen's test, p" in said(app)
    assert "Tried: LSTM 2 × 1, LSTM 2 × 1 (2)." in said(app)
    assert "Cannot be told apart: " in said(app)
    app.session_state["window"] = 4
    app = finish(app.run())
    assert "You have looked at 2 settings" in said(app)
    app = app.switch_page("lab/overview.py").run()
    assert "You have looked at 2 settings" in said(app)
    assert not app.exception


def test_other_prices_begin_a_count_of_their_own(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", preset="returns", **SMALL))
    app.session_state["target"] = "volatility"
    app = finish(app.run())
    assert "This is the only setting you have looked at" in said(app)
    assert not app.exception


def test_tries_of_two_targets_are_told_apart_by_name(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", preset="returns", lang="zh", **SMALL))
    app.session_state["target"] = "close"
    app = finish(app.run())
    assert "你在这段测试日上已看过 2 组设置。" in said(app)
    assert len(set(name_tries(app.session_state["_visit"]["_looked_at"]))) == 2

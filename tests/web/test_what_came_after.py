"""What came after the chosen end: said what a look means, opened by a press, counted over settings."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import Open, charts, finish, read, said, settle, show

from core.web.forecast.afterwards import earlier_end

SMALL = {"epochs": "3", "hidden": "2", "layers": "1", "window": "4"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
pytestmark = pytest.mark.slow


def begun(open_app: Open, **dials: str) -> AppTest:
    return show(finish(open_app("lab/forecast.py", **dials, **SMALL)), "after")


def opened(app: AppTest) -> AppTest:
    return app.button(key="after_open").click().run()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["corrected", "returns", "volatility", "article"])
def test_a_look_is_announced_and_then_scored(open_app: Open, preset: str, language: str) -> None:
    app = begun(open_app, lang=language, preset=preset, end="2023-06-30")
    assert not charts(app), "nothing is shown before the press"
    assert not app.table
    if language == "en":
        assert "they are untouched only once" in said(app)
        assert "This run ends on 2023-06-30. Days at hand after it: 377, 2023-07-03 to 2024-12-30." in said(app)
    app = opened(app)
    assert not app.exception
    assert len(charts(app)) == 1
    assert "2023-06-30" in charts(app)[0].proto.alt
    assert len(app.table[0].value.columns) == 4
    assert len(app.metric) == 2
    assert len(app.success) + len(app.info) + len(app.warning) == 1
    assert bool(CHINESE.search(said(app))) == (language == "zh")
    assert not re.search(r"\bnan\b|\bNone\b|Traceback", said(app) + app.table[0].value.to_csv())
    if language == "en":
        assert "These days were opened once with one setting in this visit." in said(app)
        assert ("The state runs on" in said(app)) == (preset == "article")


def test_looks_are_counted_over_settings_and_the_same_run_is_no_new_one(open_app: Open) -> None:
    app = opened(begun(open_app, preset="returns", end="2023-06-30"))
    assert "Hansen's test" not in said(app)
    app = app.run()
    assert "opened once with one setting" in said(app), "what is drawn again is no look"
    app.session_state["hidden"] = 3
    app = finish(app.run())
    assert not charts(app), "another run is another look"
    assert "These days were opened once with one setting in this visit." in said(app)
    app = opened(app)
    assert "These days were opened 2 times with 2 settings in this visit." in said(app)
    assert "Hansen's test, p" in said(app)
    app.session_state["hidden"] = 2
    app = opened(finish(app.run()))
    assert "These days were opened 3 times with 2 settings in this visit." in said(app)
    assert len(app.session_state["_visit"]["_after"]) == 2


def test_an_open_end_offers_one_that_leaves_a_year(open_app: Open) -> None:
    app = begun(open_app)
    assert "no day is left to see it on" in said(app)
    app = finish(app.button(key="after_end").click().run())
    assert app.session_state["_visit"]["_base"].data.end == date(2023, 12, 30)
    assert "Days at hand after it: 251, 2024-01-02 to 2024-12-30." in said(app)
    assert "as test days of a run in this visit" in said(app), "the run before ended later"
    assert len(charts(opened(app))) == 1


def test_an_end_behind_the_last_price_leaves_nothing(open_app: Open) -> None:
    app = begun(open_app, end="2025-06-30")
    assert "The last price at hand is that of 2024-12-30" in said(app)
    assert app.button(key="after_end")


def test_few_days_are_shown_and_not_scored(open_app: Open) -> None:
    app = opened(begun(open_app, end="2024-12-20"))
    assert len(charts(app)) == 1
    assert "There are 5 days to compare on; at least 30 are needed to tell skill from luck." in said(app)
    assert not app.metric
    assert not app.table


def test_an_own_file_gives_all_its_rows_and_its_jumps_are_told(open_app: Open) -> None:
    days = [date(2021, 1, 4) + timedelta(n) for n in range(500)]
    closes = 100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 0.01, 500)))
    closes[450:] /= 4
    file = "date,close\n" + "\n".join(f"{day},{close:.4f}" for day, close in zip(days, closes, strict=True))
    app = settle(open_app("lab/forecast.py", **SMALL))
    app.file_uploader(key="own_prices").set_value(("mine.csv", file.encode(), "text/csv")).run()
    app.session_state["end"] = days[399]
    app = opened(finish(show(app, "after")))
    assert not app.exception
    assert f"Days at hand after it: 100, {days[400]} to {days[-1]}." in said(app)
    assert "4:1" in read(app)


def test_the_offered_end_leaves_half_of_a_short_history() -> None:
    days = pd.bdate_range("2024-01-01", periods=100)
    assert earlier_end(pd.DataFrame({"close": 1.0}, index=days)) == f"{days[79]:%Y-%m-%d}"
    long = pd.bdate_range("2020-01-01", "2024-12-31")
    assert earlier_end(pd.DataFrame({"close": 1.0}, index=long)) == "2023-12-31"

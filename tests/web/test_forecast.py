"""The forecast page's views in both languages: cold, while computing, finished, failed; and the cures they offer."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from web_app import Open, charts, finish, running, said, settle, show

from core.config import DataQuery
from core.data import Token, load_bars
from core.errors import ProviderError
from core.jobs import runners
from core.jobs.tasks import Landed

pytestmark = pytest.mark.slow

SMALL = {"epochs": "3", "hidden": "2", "layers": "1", "window": "4"}
INDEX = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "000001.SH.csv"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def everything(app: AppTest) -> str:
    """What stands on the page, tables and descriptions of charts included."""
    tables = "\n".join(frame.value.to_csv() for frame in app.table)
    return "\n".join([said(app), tables, *(chart.proto.alt for chart in charts(app))])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("preset", ["corrected", "returns", "volatility"])
def test_every_view_finished(open_app: Open, preset: str, language: str) -> None:
    app = finish(open_app("lab/forecast.py", lang=language, preset=preset, **SMALL))
    app.session_state["residuals_shown"] = True  # opened by hand, they are drawn too
    for view, drawn, dials in (
        ("one", 3, {}),
        ("horizon", 1, {}),
        ("walk_forward", 1, {"walk_refits": 2}),
        ("seeds", 1, {}),
    ):
        app = finish(show(app, view, **dials))
        assert not app.exception
        assert not app.error
        assert len(charts(app)) == drawn, view
        assert all(chart.proto.alt for chart in charts(app))
        assert bool(CHINESE.search(said(app))) == (language == "zh")
        assert not re.search(r"\bnan\b|\bNone\b|Traceback", everything(app)), view
        assert len(app.success) + len(app.info) + len(app.warning) <= 1, "one message"
    app = show(app, "published")
    assert not app.exception
    assert [button.key for button in app.button if button.key == "take_window"]


def test_volatility_is_said_in_per_cent_a_year_beside_the_log_value(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", preset="volatility", **SMALL))
    assert re.search(r"A test RMSE of 0\.\d+ is an error by a factor of 1\.\d\d\.", said(app))
    app = finish(show(app, "horizon"))
    assert re.search(r"\d\d\.\d% a year \(log range -\d\.\d{3}\)", said(app))
    table = app.table[0].value
    assert len(table) == 10
    assert "% a year" in table.columns


def test_the_horizon_goes_on_where_the_prices_end(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", preset="returns", **SMALL))
    app = finish(show(app, "horizon"))
    ten = app.table[0].value
    app = finish(show(app, "horizon", horizon=30))
    thirty = app.table[0].value
    assert list(ten["date"])[:3] == ["2024-12-31", "2025-01-02", "2025-01-03"]  # the exchange's holiday is left out
    assert thirty.iloc[:10].equals(ten)
    assert len(thirty) == 30


def test_a_long_job_waits_for_its_button_can_be_cancelled_and_begun_again(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.web.consent.BY_ITSELF_SECONDS", 0.2)  # no test should wait for a long job
    app = settle(open_app("lab/forecast.py", preset="article", epochs="100", hidden="2"))
    app = show(app, "seeds", sweep=20)
    assert re.search(r"This takes about \d+ s", said(app))
    assert not running(app)
    app.button(key="seeds_start").click().run()
    assert running(app)
    app.button(key="seeds_cancel").click().run()
    app.run()
    assert "This was cancelled." in said(app)
    app.button(key="seeds_again").click().run()
    assert running(app)
    app = show(app, "one")  # the visitor's own run stands, whatever is computed beside it
    assert not app.error
    assert "trained in" in said(app)
    assert len(charts(app)) == 2
    app = show(app, "seeds", sweep=20)
    assert running(app)  # went on while another view was shown
    app.slider(key="sweep").set_value(2).run()  # another job takes its place
    app = finish(app)
    assert re.search(r"\*\*\d of 2 seeds\*\*", said(app))


def test_a_failing_job_is_a_sentence(open_app: Open) -> None:
    """The first fold of the walk is trained on days that never move; the run itself sees later ones too."""
    days = [date(2022, 1, 3) + timedelta(n) for n in range(300)]
    closes = [100.0 if n < 180 else 100.0 + n % 7 for n in range(300)]
    file = "date,close\n" + "\n".join(f"{day},{close}" for day, close in zip(days, closes, strict=True))
    app = settle(open_app("lab/forecast.py", **SMALL))
    app.file_uploader(key="own_prices").set_value(("flat.csv", file.encode(), "text/csv")).run()
    app = settle(app)
    assert not app.error
    app = finish(show(app, "walk_forward", walk_every=50, walk_refits=3))
    assert [error.value for error in app.error] == [
        "The prices never move in the training part, so they cannot be scaled; choose earlier or more dates."
    ]
    assert not charts(app)


def test_a_short_test_part_says_what_it_cannot_tell(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", start="2024-10-15", **SMALL))
    assert not app.error
    told = everything(app)
    assert "days to compare on; at least 30 are needed" in told
    assert "–" in told
    assert "nan" not in told
    app = show(app, "walk_forward")
    assert not app.exception
    app = show(app, "walk_forward", walk_every=25, walk_refits=20)
    assert "leave -451 days for the first training" in app.warning[0].value
    app = finish(show(app, "horizon"))
    assert "needs 19 past errors" in said(app)


def test_the_cure_beside_a_badge_takes_the_repetition_away(open_app: Open) -> None:
    """The published recipe on the sample: worse, and why; the button sets every dial of the cure, the link included."""
    app = settle(open_app("lab/forecast.py", preset="article"))
    assert app.session_state["_visit"]["_done_training"].result.metrics["test"].skill < -0.1
    assert "Worse than" in app.warning[0].value
    assert {"cure_lag", "cure_range", "cure_leak"} <= {button.key for button in app.button}
    app.button(key="cure_range").click().run()
    app = settle(app)
    run = app.session_state["_visit"]["_done_training"].result
    assert (run.experiment.model.layout, run.experiment.train.target) == ("window", "return")
    assert (run.experiment.train.schedule, run.experiment.train.scale_on) == ("onecycle", "train")
    assert app.selectbox(key="preset").value == "returns"
    assert "".join(app.query_params["layout"]) == "window"
    assert run.metrics["test"].skill >= -0.03
    assert not any(str(button.key).startswith("cure_") for button in app.button)


def test_the_leak_badge_measures_how_far_the_figures_move(open_app: Open) -> None:
    app = finish(open_app("lab/forecast.py", scale="all", **SMALL))
    deadline = time.monotonic() + 60
    while "Fitted on the training part alone" not in said(app):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        app.run()
    app.button(key="cure_leak").click().run()
    app = settle(app)
    assert app.session_state["_visit"]["_done_training"].result.experiment.train.scale_on == "train"
    assert app.selectbox(key="scale").value == "train"


def test_published_rows_stand_beside_own_runs(open_app: Open) -> None:
    if not INDEX.exists():
        pytest.skip("the real index data are not beside the project")
    app = settle(open_app("lab/forecast.py", preset="returns", **SMALL))
    app.file_uploader(key="own_prices").set_value(("000001.SH.csv", INDEX.read_bytes(), "text/csv")).run()
    app = settle(app)
    app = show(app, "published")
    app.button(key="take_window").click().run()
    app = settle(app)
    assert len(charts(app)) == 1
    table = app.table[0].value.set_index("model")
    assert len(table) == 8
    assert table.loc["same as yesterday", ["MAE", "RMSE"]].tolist() == ["26.075", "38.060"]
    assert table.loc["CNN-LSTM", "RMSE"] == "39.688"
    assert list(table["RMSE"].astype(float)) == sorted(table["RMSE"].astype(float))
    app.number_input(key="seed").set_value(1).run()
    app = settle(app)
    assert len(app.table[0].value) == 9
    assert "which needs no model" in said(app)
    app = finish(show(app, "seeds", sweep=2))
    app = show(app, "published")
    assert "median of 2 seeds" in everything(app)


def test_the_windows_button_leaves_the_sample(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", source="sample", preset="volatility", **SMALL))
    app = show(app, "published")
    app.button(key="take_window").click().run()
    asked = app.session_state["_visit"]["_base"]
    assert (asked.data.ticker, asked.data.source, asked.train.target) == ("000001.SH", "auto", "return")
    assert (asked.data.start, asked.data.end) == (date(1991, 7, 1), date(2020, 8, 31))
    assert asked.train.test_start == date(2018, 8, 10)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("view", "dials"), [("seeds", {"sweep": 3}), ("walk_forward", {"walk_every": 20, "walk_refits": 3})]
)
def test_seeds_and_folds_are_drawn_as_they_land(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, view: str, dials: dict[str, int], language: str
) -> None:
    """The job is held after each training: the page shows one more each time, and at the end the finished chart."""
    gates, landed, whole = (
        [threading.Event() for _ in range(3)],
        [threading.Event() for _ in range(3)],
        runners._Ticks.end,
    )

    def held(ticks: Any, record: Landed) -> None:
        whole(ticks, record)
        landed[record.training - 1].set()
        watch = ticks.observe.__self__
        while not gates[record.training - 1].wait(0.05) and not watch.should_stop():
            pass  # asked before every batch of the next training: it is then that records are sent

    monkeypatch.setattr(runners._Ticks, "end", held)
    monkeypatch.setattr("core.web.consent.BY_ITSELF_SECONDS", 600)  # the service has learnt from jobs held before
    seed = {"en": "11", "zh": "12"}[language]  # what one has trained the other would find finished
    app = settle(open_app("lab/forecast.py", lang=language, seed=seed, **SMALL))
    app = show(app, view, **dials)
    drawn = {"seeds": seeds_drawn, "walk_forward": days_drawn}[view]
    for done in (1, 2):
        assert landed[done - 1].wait(20)
        app = until(app, lambda app, done=done: drawn(app) == done * (1 if view == "seeds" else 20))
        assert running(app)
        assert len(charts(app)) == 1
        assert not app.exception
        if done == 1:
            first = json.loads(charts(app)[0].proto.spec)["layout"]
        gates[done - 1].set()
    second = json.loads(charts(app)[0].proto.spec)["layout"]
    assert second["xaxis"]["range"] == first["xaxis"]["range"]  # nothing jumps while it grows
    assert second["uirevision"] == first["uirevision"]
    gates[2].set()
    app = finish(app)
    final = json.loads(charts(app)[0].proto.spec)["layout"]
    assert final["height"] == first["height"]
    assert len(charts(app)) == 1


def seeds_drawn(app: AppTest) -> int:
    return len(json.loads(charts(app)[0].proto.spec)["data"][0]["x"]) if charts(app) else 0


def days_drawn(app: AppTest) -> int:
    if not charts(app):
        return 0
    actual, forecast = json.loads(charts(app)[0].proto.spec)["data"]
    assert len(actual["x"]) == 60
    assert forecast["x"] == actual["x"][: len(forecast["x"])]
    return len(forecast["x"])


def until(app: AppTest, true: Callable[[AppTest], bool], seconds: float = 60) -> AppTest:
    deadline = time.monotonic() + seconds
    while not true(app):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        app.run()
    return app


def test_what_landed_before_a_cancel_stays(open_app: Open) -> None:
    app = settle(open_app("lab/forecast.py", epochs="100", hidden="2", layers="1", window="4"))
    app = show(app, "seeds", sweep=20)
    if start := [button for button in app.button if button.key == "seeds_start"]:
        app = start[0].click().run()
    app = until(app, lambda app: seeds_drawn(app) > 0)
    app.button(key="seeds_cancel").click().run()
    app.run()
    assert "This was cancelled." in said(app)
    assert 0 < seeds_drawn(app) < 20


OTHERS = [  # source, ticker, token: the sources offered when it does not answer
    ({"source": "tencent", "ticker": "AAPL"}, "", []),
    ({"source": "sample", "ticker": "000001.SH"}, "", ["tencent"]),
    ({"source": "sample", "ticker": "000001.SH"}, "planted", ["tushare", "tencent"]),
    ({"source": "sample", "ticker": "510300.SH"}, "planted", ["tencent"]),
    ({"source": "sample", "ticker": "MSFT"}, "planted", []),
    ({"source": "tushare", "ticker": "600519.SH"}, "", ["tencent"]),
    ({"source": "upload", "ticker": "600519.SH"}, "", ["tencent"]),
    ({"source": "upload", "ticker": "my-prices"}, "", []),
    ({"source": "auto", "ticker": "000001.SH", "start": "2099-01-01"}, "planted", ["tencent"]),
    ({"source": "auto", "ticker": "000001.SH", "start": "2099-01-01"}, "", []),
    ({"source": "auto", "ticker": "510300.SH", "start": "2099-01-01"}, "planted", []),
]


@pytest.mark.parametrize(("query", "token", "offered"), OTHERS)
def test_the_sources_that_can_serve_stand_beside_the_sentence(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, query: dict[str, str], token: str, offered: list[str]
) -> None:
    monkeypatch.setattr("core.web.session.operators_token", lambda: Token(token) if token else None)
    monkeypatch.setattr("core.data.fetches.load_bars", unreachable)
    app = open_app("lab/forecast.py", **query, **SMALL)
    app = until(app, lambda app: bool(app.error))
    assert not app.exception
    keys = [str(button.key) for button in app.button if str(button.key).startswith(("strip_use_", "strip_open_"))]
    assert keys == [*(f"strip_use_{name}" for name in offered), "strip_open_sample"]


def unreachable(query: DataQuery, *more: object, **options: object) -> pd.DataFrame:
    """No source answers but the sample."""
    if query.ticker == "AAPL" and query.source in ("auto", "sample"):
        return load_bars(query)
    raise ProviderError("{service} cannot be reached", service=query.source)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_press_opens_another_source_or_the_sample(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr("core.data.fetches.load_bars", unreachable)
    asked = {"source": "tushare", "ticker": "600519.SH", "start": "2022-01-04", "split": "2018-08-10", "seed": "5"}
    app = until(open_app("lab/forecast.py", lang=language, **asked, **SMALL), lambda app: bool(app.error))
    app.button(key="strip_use_tencent").click().run()
    data = app.session_state["_visit"]["_base"].data
    assert (data.source, data.ticker, data.start) == ("tencent", "600519.SH", date(2022, 1, 4))
    app = until(app, lambda app: bool(app.error))
    app.button(key="strip_open_sample").click().run()
    app = settle(app)
    assert not app.error
    run = app.session_state["_visit"]["_done_training"].result
    assert run.experiment.data.ticker == "AAPL"
    assert run.experiment.train.seed == 5  # the other dials stay
    assert run.prediction["date"].iloc[-1] == pd.Timestamp("2024-12-30")
    assert len(charts(app)) == 2


def test_the_published_view_leads_to_another_source(open_app: Open) -> None:
    if not INDEX.exists():
        pytest.skip("the real index data are not beside the project")
    part = "\n".join(INDEX.read_text(encoding="utf-8").splitlines()[:1] + INDEX.read_text("utf-8").splitlines()[-900:])
    app = settle(open_app("lab/forecast.py", preset="returns", **SMALL))
    app.file_uploader(key="own_prices").set_value(("000001.SH.csv", part.encode(), "text/csv")).run()
    app = show(settle(app), "published")
    app.session_state["start"], app.session_state["end"] = None, None
    app.button(key="take_window").click().run()
    app = settle(app)
    keys = [str(button.key) for button in app.button]
    told = [each.value for each in app.warning] + [each.value for each in app.error]
    assert any("another source" in each or "no prices" in each for each in told), told
    assert {"published_use_tencent", "published_open_sample"} <= set(keys) or {
        "strip_use_tencent", "strip_open_sample"
    } <= set(keys)  # fmt: skip

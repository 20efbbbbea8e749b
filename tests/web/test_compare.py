"""Runs side by side: kept, named by what differs, removed and brought back, restored by their links."""

from __future__ import annotations

import json
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, said, settle

from core import service
from core.jobs.tasks import SeedSweep
from core.run import Run


@pytest.mark.parametrize("language", ["en", "zh"])
def test_empty_says_what_to_do(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/compare.py", lang=language, **QUICK))
    assert not app.exception
    assert not charts(app)
    assert {"en": "Nothing is kept yet", "zh": "还没有保留任何结果"}[language] in said(app)


def keep(app: AppTest, hidden: int) -> AppTest:
    """Train with so many units and keep the run."""
    app.slider(key="hidden").set_value(hidden).run()
    app = settle(app)
    return app.button(key="pin").click().run()


def kept(app: AppTest) -> list[Run]:
    return list(app.session_state["_pins"])


def looks(app: AppTest) -> dict[str, tuple[str, str]]:
    """Colour and dash of each line of the loss chart, by its name."""
    lines = json.loads(charts(app)[1].proto.spec)["data"]
    return {line["name"]: (line["line"]["color"], line["line"]["dash"]) for line in lines}


def numbers(app: AppTest) -> list[str]:
    return [name.split(".")[0] for name in app.dataframe[0].value.index]


def test_two_runs_side_by_side(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    app.button(key="pin").click().run()
    assert app.button(key="pin").disabled
    app = keep(app, 5)
    assert not app.exception
    assert list(app.dataframe[0].value.index) == ["1. custom · Hidden size 8", "2. custom · Hidden size 5"]
    shown = app.dataframe[0].value["skill"]
    assert [f"{run.metrics['test'].skill:+.3f}" for run in kept(app)] == list(shown)
    assert "Hidden size 5" in charts(app)[0].proto.spec

    before, first = kept(app), kept(app)[0].key
    app.button(key=f"unpin_{first}").click().run()
    assert [run.key for run in kept(app)] == [before[1].key]
    app.button(key="unpin_undo").click().run()
    assert [run.key for run in kept(app)] == [run.key for run in before]


def test_removing_a_run_changes_neither_number_nor_look_of_the_others(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    for hidden in (2, 3, 4):
        app = keep(app, hidden)
    before, runs = looks(app), kept(app)
    assert len(set(before.values())) == 3
    app.button(key=f"unpin_{runs[1].key}").click().run()
    assert numbers(app) == ["1", "3"]
    left = {name: look for name, look in before.items() if not name.startswith("2.")}
    assert looks(app) == left
    app = keep(app, 5)  # a new one takes a new number, not the one that fell free
    assert numbers(app) == ["1", "3", "4"]
    assert left.items() <= looks(app).items()
    app = keep(app, 3)  # the removed one, kept again: its own number and place
    assert numbers(app) == ["1", "2", "3", "4"]
    assert before.items() <= looks(app).items()


def test_a_new_session_takes_the_kept_runs_from_the_address(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    for hidden in (2, 3, 4):
        app = keep(app, hidden)
    runs, before = kept(app), looks(app)
    app.button(key=f"unpin_{runs[1].key}").click().run()
    pins = "".join(app.query_params["pins"])
    assert pins == f"{runs[0].key},,{runs[2].key}"
    again = settle(open_app("lab/compare.py", pins=pins, **QUICK))
    assert not again.exception
    assert not again.warning
    assert [run.key for run in kept(again)] == [runs[0].key, runs[2].key]
    assert looks(again) == {name: look for name, look in before.items() if not name.startswith("2.")}
    assert "".join(again.query_params["pins"]) == pins


@pytest.mark.parametrize("language", ["en", "zh"])
def test_runs_that_are_gone_are_named_and_leave_the_address(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    app = keep(app, 2)
    key, gone = kept(app)[0].key, "0123456789abcdef01234567"
    again = settle(open_app("lab/compare.py", pins=f"{gone},{key},*wicked*,,", lang=language, **QUICK))
    assert not again.exception
    [told] = [each.value for each in again.warning]
    assert "1 (01234567), 3" in told
    assert "wicked" not in told
    assert "".join(again.query_params["pins"]) == f",{key}"
    assert numbers(again) == ["2"]


def test_a_job_of_another_kind_is_not_taken_for_a_run(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    task = SeedSweep(experiment=app.session_state["_base"], seeds=2)
    bars = app.session_state["_prices"][1]
    while service.ask(task, bars, "someone").live:
        time.sleep(0.05)
    again = settle(open_app("lab/compare.py", pins=service.key_of(task, bars), **QUICK))
    assert not again.exception
    assert not kept(again)
    assert len(again.warning) == 1


def test_of_nine_runs_the_oldest_goes_and_never_the_one_just_kept(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **{**QUICK, "epochs": "1"}))
    for hidden in range(1, 10):
        app = keep(app, hidden)
    assert numbers(app) == [str(n) for n in range(2, 10)]
    app = keep(app, 1)
    assert numbers(app) == ["1", *(str(n) for n in range(3, 10))]


def test_kept_runs_stand_although_the_prices_do_not_come(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    app.button(key="pin").click().run()
    again = open_app("lab/compare.py", pins=kept(app)[0].key, ticker="000001.SH", source="sample")
    assert not again.exception
    assert len(again.error) == 1
    assert numbers(again) == ["1"]
    assert again.button(key="pin").disabled


def test_a_link_restores_the_kept_run(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", preset="returns", epochs="2", seed="7", hidden="3"))
    app.button(key="pin").click().run()
    run = app.session_state["_pins"][0]
    link = next(element.value for element in app.markdown if "overview?" in element.value)
    query = dict(parse_qsl(urlsplit(link.split("](")[1].rstrip(")")).query))
    again = settle(open_app("lab/market.py", **query))
    assert again.session_state["_done_training"].result.key == run.key

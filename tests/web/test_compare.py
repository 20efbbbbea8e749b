"""Runs side by side: kept, named by what differs, removed and brought back, restored by their links."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from web_app import QUICK, Open, charts, said, settle


@pytest.mark.parametrize("language", ["en", "zh"])
def test_empty_says_what_to_do(open_app: Open, language: str) -> None:
    app = settle(open_app("lab/compare.py", lang=language, **QUICK))
    assert not app.exception
    assert not charts(app)
    assert {"en": "Nothing is kept yet", "zh": "还没有保留任何结果"}[language] in said(app)


def test_two_runs_side_by_side(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", **QUICK))
    app.button(key="pin").click().run()
    assert app.button(key="pin").disabled
    app.slider(key="hidden").set_value(5).run()
    app = settle(app)
    app.button(key="pin").click().run()
    assert not app.exception
    assert list(app.dataframe[0].value.columns) == ["1. custom · Hidden size 8", "2. custom · Hidden size 5"]
    shown = app.dataframe[0].value.loc["skill"]
    kept = app.session_state["_pins"]
    assert [f"{run.metrics['test'].skill:+.3f}" for run in kept] == list(shown)
    assert "Hidden size 5" in charts(app)[0].proto.spec

    first = kept[0].key
    app.button(key=f"unpin_{first}").click().run()
    assert [run.key for run in app.session_state["_pins"]] == [kept[1].key]
    app.button(key="unpin_undo").click().run()
    assert [run.key for run in app.session_state["_pins"]] == [run.key for run in kept]


def test_a_link_restores_the_kept_run(open_app: Open) -> None:
    app = settle(open_app("lab/compare.py", preset="returns", epochs="2", seed="7", hidden="3"))
    app.button(key="pin").click().run()
    run = app.session_state["_pins"][0]
    link = next(element.value for element in app.markdown if "overview?" in element.value)
    query = dict(parse_qsl(urlsplit(link.split("](")[1].rstrip(")")).query))
    again = settle(open_app("lab/market.py", **query))
    assert again.session_state["_done_training"].result.key == run.key

"""All workers gone in mid-training: the page says so in both languages, keeps what it had, and goes on by itself."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psutil
import pytest
from reliability import FaultOf
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, begin, charts, said, settle

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
LONG = {"epochs": "250", "hidden": "48"}  # some seconds, so that it is still at it when they are killed


def until(app: AppTest, true: Callable[[AppTest], bool]) -> AppTest:
    deadline = time.monotonic() + 120
    while not true(app):
        assert time.monotonic() < deadline, said(app)
        time.sleep(0.1)
        app.run()
    assert not app.exception
    return app


def progress(app: AppTest) -> str:
    """The line of the training under way."""
    return " ".join(str(bar.proto.text) for bar in app.get("progress"))


@pytest.mark.fault("all-workers-killed")
def test_the_page_says_so_and_the_training_ends(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, fault: FaultOf
) -> None:
    monkeypatch.setenv("GATESCOPE_WORKERS", "1")
    before = set(psutil.Process().children(recursive=True))
    english = settle(open_app("lab/training.py", lang="en", **QUICK))
    chinese = settle(open_app("lab/training.py", lang="zh", **QUICK))
    drawn = len(charts(english))
    for app in (english, chinese):
        for name, value in LONG.items():
            app.session_state[name] = int(value)
        begin(app.run())
    until(english, lambda app: "epoch" in progress(app))
    for child in set(psutil.Process().children(recursive=True)) - before:
        child.send_signal(signal.SIGKILL)
    shown = fault("all-workers-killed")
    until(english, lambda app: "cannot be reached" in progress(app))
    until(chinese, lambda app: "无法连接" in progress(app))
    shown.reads(progress(english), progress(chinese))
    shown.keeps(len(charts(english)) == drawn)
    until(english, lambda app: "epoch" in progress(app))
    shown.reads(progress(english).partition(" · ")[2], progress(until(chinese, epochs)).partition(" · ")[2])
    shown.goes_on(not settle(english, 120).error)


def epochs(app: AppTest) -> bool:
    return "epoch" in progress(app) or "轮" in progress(app)

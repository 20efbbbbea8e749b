"""Driving the app under AppTest."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from core.web.text import WORD_JOINER

QUICK = {"epochs": "3"}  # a training of a blink
Open = Callable[..., AppTest]


def settle(app: AppTest, seconds: float = 60) -> AppTest:
    """Poll as the fragments of a browser would, until nothing runs any more."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        begin(app)
        if not any(button.key == "training_cancel" for button in app.button):
            return app
        time.sleep(0.1)
        app.run()
    raise AssertionError("the training did not end")


def finish(app: AppTest, seconds: float = 120) -> AppTest:
    """Poll until neither the training nor a job beside it runs any more."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        app = settle(app, seconds)
        if start := [button for button in app.button if str(button.key).endswith("_start")]:
            app = start[0].click().run()
        elif not running(app):
            return app
        time.sleep(0.1)
        app.run()
    raise AssertionError("the job did not end")


def running(app: AppTest) -> bool:
    return any(str(button.key).endswith("_cancel") for button in app.button)


def show(app: AppTest, view: str, **dials: int) -> AppTest:
    for name, value in {"forecast_view": view, **dials}.items():
        app.session_state[name] = value
    return app.run()


def begin(app: AppTest) -> AppTest:
    """Press "Train" where a long training waits for it."""
    if any(button.key == "training_start" for button in app.button):
        app.button(key="training_start").click().run()
    return app


def said(app: AppTest) -> str:
    """Everything written on the page, sidebar included."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "warning", "error", "info", "success")
    return "\n".join(str(element.value) for kind in kinds for element in getattr(app, kind))


def read(app: AppTest) -> str:
    """The same as a visitor reads it: nothing escaped, nothing that cannot be seen."""
    return re.sub(r"\\([`*_{}\[\]<>|~$:&!])", r"\1", said(app)).replace(WORD_JOINER, "")


def charts(app: AppTest) -> list[Any]:
    return list(app.get("plotly_chart"))

"""The lesson pages under AppTest: every control changes a number, nothing is drawn at random, workers answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from core.charts import Style
from core.charts.equations import in_readable_hues
from core.theory.questions import QUESTIONS, draw
from core.theory.recurrence import Unit, unroll
from core.web.lesson import TEXTS, lessons, load
from core.web.site import after

pytestmark = pytest.mark.slow

LESSONS = ("rnn", "vanishing", "lstm", "pytorch", "activations")
ROUTER = """
import streamlit as st
from core.config import DataQuery
from core.web import address, session

if session.is_new():
    address.open_session(DataQuery())
rooms = {room: [st.Page(f"{room}/{name}.py", url_path=name) for name in names] for room, names in PAGES.items()}
st.navigation(rooms).run()
"""
CONTROLS = [
    ("rnn", "slider", "rnn_yesterday", 40.0),
    ("rnn", "slider", "rnn_drip", 2.0),
    ("rnn", "slider", "rnn_keeps", 0.0),
    ("rnn", "slider", "rnn_steps", 3),
    ("rnn", "select_slider", "rnn_step", 1),
    ("rnn", "slider", "rnn_training", 0),
    ("rnn", "toggle", "rnn_remembers", False),
    ("vanishing", "slider", "vanishing_ws", 1.5),
    ("vanishing", "slider", "vanishing_steps", 60),
    ("vanishing", "slider", "vanishing_in", 0.5),
    ("vanishing", "slider", "vanishing_coupling", 0.0),
    ("vanishing", "select_slider", "vanishing_clip", 1.0),
    ("lstm", "slider", "lstm_bias", 3.0),
    ("lstm", "slider", "lstm_steps", 20),
    ("lstm", "select_slider", "lstm_step", 5),
    ("pytorch", "toggle", "pytorch_first", True),
    ("pytorch", "toggle", "pytorch_both", True),
    ("pytorch", "toggle", "pytorch_bias", False),
    ("pytorch", "slider", "pytorch_hidden", 16),
    ("pytorch", "slider", "pytorch_window", 2),
    ("activations", "slider", "activations_z", -2.0),
    ("activations", "slider", "activations_steps", 3),
]
Open = Callable[..., AppTest]


@pytest.fixture
def open_lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """The lessons as they are, in an app whose lab is only named: visiting them starts no training."""
    from core import service

    lab = ("gates", "gradients", "training")
    (tmp_path / "learn").symlink_to(TEXTS)
    (tmp_path / "lab").mkdir()
    for name in lab:
        (tmp_path / "lab" / f"{name}.py").write_text(f"import streamlit as st\nst.title({name!r})\n")
    (tmp_path / "router.py").write_text(ROUTER.replace("PAGES", repr({"learn": LESSONS, "lab": lab})))
    monkeypatch.setenv("GATESCOPE_WORKERS", "0")
    service.stop()
    st.cache_resource.clear()

    def opened(name: str, language: str = "en") -> AppTest:
        app = AppTest.from_file(str(tmp_path / "router.py"), default_timeout=60)
        app.query_params["lang"] = language
        app.run()
        return app.switch_page(f"learn/{name}.py").run()

    yield opened
    service.stop()
    st.cache_resource.clear()


def _said(app: AppTest) -> str:
    assert not app.exception
    shown = [element.value for kind in ("markdown", "metric", "code") for element in getattr(app, kind)]
    return "\n".join(str(value) for value in shown)


def _until(app: AppTest, done: Callable[[AppTest], bool], seconds: float = 90) -> AppTest:
    """Poll as a browser's fragments would."""
    deadline = time.monotonic() + seconds
    while not done(app.run()):
        assert time.monotonic() < deadline, "the worker's answer did not come"
        time.sleep(0.1)
    assert not app.exception
    return app


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LESSONS)
def test_every_section_is_drawn_with_its_numbers(open_lesson: Open, name: str, language: str) -> None:
    app, lesson = open_lesson(name, language), load(name, language)
    said = _said(app)
    assert app.title[0].value == lesson.title
    assert "{{" not in said
    for section, text in lesson.sections.items():
        if section == "count-run":  # only with a finished run
            continue
        first = in_readable_hues(text.split("{{")[0].rstrip("-$(\\{ "), Style())
        assert first in said, section
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


@pytest.mark.parametrize(("name", "kind", "key", "value"), CONTROLS)
def test_every_control_changes_a_number(open_lesson: Open, name: str, kind: str, key: str, value: object) -> None:
    app = open_lesson(name)
    before = _said(app)
    getattr(app, kind)(key=key).set_value(value).run()
    assert _said(app) != before


@pytest.mark.parametrize("name", LESSONS)
def test_a_second_visit_reads_the_same(open_lesson: Open, name: str) -> None:
    first, second = open_lesson(name), open_lesson(name)
    assert _said(first) == _said(second)
    charts = [[chart.proto.spec for chart in app.get("plotly_chart")] for app in (first, second)]
    assert charts[0] == charts[1]


def test_autograd_agrees_on_screen(open_lesson: Open) -> None:
    app = _until(open_lesson("lstm"), lambda app: "…" not in app.dataframe[0].value.to_string())
    table = app.dataframe[0].value
    assert len(table) == 12
    assert list(table["term by term"]) == list(table["PyTorch's autograd"])


def test_the_adding_problem_trains_and_tells(open_lesson: Open) -> None:
    app = open_lesson("vanishing")
    app.slider(key="adding_steps").set_value(20)
    app.button_group(key="adding_cells").set_value(["gru"]).run()
    assert not app.dataframe
    app.button(key="adding_train").click()
    _until(app, lambda app: bool(app.dataframe))
    table = app.dataframe[0].value
    assert list(table["network"]) == ["GRU"]
    assert float(table["error on fresh sequences"][0]) < 0.01
    assert not [button for button in app.button if str(button.key).endswith("_cancel")]


def test_the_adding_problem_is_cancelled(open_lesson: Open) -> None:
    app = open_lesson("vanishing")
    app.slider(key="adding_steps").set_value(200)
    app.button_group(key="adding_cells").set_value(["gru"]).run()
    app.button(key="adding_train").click().run()
    app.button(key="adding_gru_cancel").click().run()
    assert "Training was cancelled." in [text.value for text in app.markdown]
    assert not app.dataframe
    assert not [button for button in app.button if str(button.key).endswith("_cancel")]


def test_the_order_of_the_lessons_and_the_way_on(open_lesson: Open) -> None:
    assert tuple(lessons()) == LESSONS
    for number, name in enumerate(LESSONS, start=1):
        app = open_lesson(name)
        assert app.caption[0].value == f"Lesson {number} of {len(LESSONS)}"
        assert after(name) == (LESSONS[number] if number < len(LESSONS) else "gates")


def test_a_step_of_the_chain_in_its_own_numbers(open_lesson: Open) -> None:
    app = open_lesson("rnn")
    steps = unroll(Unit(w_ax=1.0, w_aa=0.9), np.cos(2 * np.pi * np.arange(1, 6) / 7))
    for step in (steps[0], steps[4]):
        app.select_slider(key="rnn_step").set_value(step.t).run()
        (formula,) = [text.value for text in app.markdown if f"z_{{{step.t}}}" in text.value]
        for shown in (step.x, step.before, step.z, step.a):
            assert f"{shown:.3f}" in formula
        x, before = torch.tensor([[[step.x]], [[step.before]]], dtype=torch.float64)
        assert f"={rnn_cell(1.0, 0.9)(x, before).item():.3f}" in formula
    app.slider(key="rnn_steps").set_value(3).run()  # the chosen step is gone: the last one takes its place
    assert app.select_slider(key="rnn_step").value == 3
    assert not app.exception


def rnn_cell(w_ax: float, w_aa: float) -> torch.nn.RNNCell:
    cell = torch.nn.RNNCell(1, 1, bias=False).double()
    with torch.no_grad():
        cell.weight_ih.fill_(w_ax)
        cell.weight_hh.fill_(w_aa)
    return cell


@pytest.mark.parametrize(("name", "place"), [("vanishing", "adding"), ("activations", "swap")])
def test_kept_curves_stand_there_and_are_said_to_be_kept(open_lesson: Open, name: str, place: str) -> None:
    app = open_lesson(name)
    assert [text.value for text in app.caption if "Kept from a run at T = " in text.value]
    spec = app.get("plotly_chart")[-1].proto.spec
    assert "RNN (tanh)" in spec
    app.button(key=f"{place}_train").click().run()
    assert not [text.value for text in app.caption if "Kept from" in text.value]
    app.button(key=f"{place}_{'lstm' if place == 'adding' else 'rnn'}_cancel").click().run()
    assert not app.exception


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", LESSONS)
def test_questions_are_answered_and_asked_again(open_lesson: Open, name: str, language: str) -> None:
    app, right = open_lesson(name, language), {"en": "Right.", "zh": "正确。"}[language]
    for place in range(len(QUESTIONS[name])):
        question, key = draw(name, place), f"{name}_question_{place}"
        wrong = (question.answer + 1) % max(len(question.choices), 1) if question.choices else question.answer + 1
        for answer in (wrong, question.answer):
            if question.choices:
                app.radio(key=f"{key}_0").set_value(int(answer)).run()
            else:
                app.text_input(key=f"{key}_0").set_value(f"{answer:.6f}").run()
            shown = (app.success if answer == question.answer else app.info)[-1].value
            assert shown.startswith(right) == (answer == question.answer)
            assert "{" not in re.sub(r"\$[^$]*\$", "", shown)
        before = _said(app)
        app.button(key=f"{key}_another").click().run()
        assert _said(app) != before
        assert not app.exception
    assert not app.info


def test_what_is_no_number_is_told_so(open_lesson: Open) -> None:
    app = open_lesson("rnn")
    app.text_input(key="rnn_question_0_0").set_value("two").run()
    assert "“two” is not a number" in app.warning[0].value
    assert not app.exception

"""Lesson: an LSTM's gates one by one with real numbers, its backward pass, and the forget bias."""

import numpy as np
import streamlit as st

from core import charts
from core.theory import gradients
from core.theory.gates import JOZEFOWICZ_2015, bias_table, decay
from core.web import lesson_jobs, page, questions, widgets
from core.web.lesson import column, pinned, reading, show, to_lab
from core.web.living.mount import lesson_cell
from core.web.text import _

DECAY = np.arange(41.0)  # steps
BESIDE = ("forget-gate", "candidate", "input-gate", "cell-state", "output-gate")  # the picture

with reading("lstm") as lesson:
    style = page.style()
    show(lesson, "exam")
    show(lesson, "example")
    with st.container(horizontal=True):
        bias = st.slider(_("Forget bias b"), -2.0, 5.0, 1.0, 0.25, key="lstm_bias", persist_state="session")
        count = st.slider(_("Steps T"), 3, 30, 8, key="lstm_steps", persist_state="session")
    st.session_state.setdefault("lstm_step", 3)
    t = widgets.stepper(_("Step"), count, "lstm_step")
    passes = gradients.work_out(gradients.LSTMExample(steps=count, forget_bias=bias))
    numbers = passes.at(t)

pinned(lambda: lesson_cell(passes, t, "lstm-cell"), dict.fromkeys(BESIDE, numbers), lesson)

with column():
    show(lesson, "path")
    both = np.array([step["cell"] for step in passes.slopes]) / passes.slopes[-1]["cell"]
    lag = np.arange(float(count))
    lines = [
        charts.Line(_("along the cell state alone"), lag, passes.kept[::-1]),
        charts.Line(_("both ways"), lag, both[::-1]),
    ]
    page.draw(charts.curves(lines, charts.Axes(_("lag (steps)"), _("share of the gradient left")), style), "lstm-path")
    show(lesson, "path-numbers", kept=passes.kept[0], both=both[0])

    show(lesson, "backward")
    show(
        lesson, "backward-numbers", **numbers, t=t + 1, t_before=t, target=gradients.TARGET, loss=passes.loss
    )  # fmt: skip
    show(lesson, "check")
    lesson_jobs.compare_with_autograd(passes)

    show(lesson, "bias")
    lines = [charts.Line(f"b = {b:g}", DECAY, decay(b, len(DECAY) - 1)) for b in sorted({0.0, 1.0, 2.0, bias})]
    page.draw(charts.curves(lines, charts.Axes(_("steps"), _("share of the memory left")), style), "lstm-decay")
    show(lesson, "bias-table", **bias_table(bias))
    show(lesson, "published", **JOZEFOWICZ_2015)
    questions.ask("lstm")
    to_lab(lesson, "gates", _("Gates of your run"), "tune")
    show(lesson, "sources")

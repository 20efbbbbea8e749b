"""Lesson: tanh against sigmoid, the five usual reasons checked, and a network with one in the other's place."""

import numpy as np
import streamlit as st

from core import charts
from core.jobs.adding import AddingTask
from core.theory import activations as theory
from core.theory.jacobian import GAMMA, bound
from core.web import lesson_jobs, page, questions
from core.web.lesson import reading, show, to_lab
from core.web.text import _

RATE = 1e-2  # for both cells, so that nothing but the activation differs

with reading("activations") as lesson:
    style = page.style()
    show(lesson, "functions")
    z = st.slider("z", -6.0, 6.0, 1.0, 0.25, key="activations_z", persist_state="session")
    pairs = {
        "tanh": (np.tanh(theory.GRID), theory.tanh_slope(theory.GRID)),
        "sigmoid": (theory.sigmoid(theory.GRID), theory.sigmoid_slope(theory.GRID)),
    }
    show(
        lesson, "functions-numbers", z=z, tanh=np.tanh(z), tanh_slope=theory.tanh_slope(z),
        sigmoid=theory.sigmoid(z), sigmoid_slope=theory.sigmoid_slope(z),
    )  # fmt: skip
    page.draw(charts.activations(theory.GRID, pairs, style), "activations-functions")

    show(lesson, "reasons")
    for reason in theory.reasons():
        show(lesson, f"reason-{reason.number}", tanh=reason.tanh, sigmoid=reason.sigmoid, crossing=theory.crossing())

    show(lesson, "gamma")
    steps = st.slider(_("Steps"), 1, 30, 10, key="activations_steps", persist_state="session")
    kept = {name: bound(1.0, steps, gamma) for name, gamma in GAMMA.items()}
    lines = [charts.Line(name, np.arange(steps + 1.0), values) for name, values in kept.items()]
    axes = charts.Axes(_("lag (steps)"), _("largest share of a gradient left"), log=True)
    page.draw(charts.curves(lines, axes, style), "activations-gamma")
    show(lesson, "gamma-numbers", steps=steps, tanh=kept["tanh"][-1], sigmoid=kept["sigmoid"][-1])
    show(lesson, "gates")

    show(lesson, "experiment")
    length = st.slider(_("Length T"), 4, 20, 10, 2, key="swap_steps", persist_state="session")
    lesson_jobs.adding_problem(
        "swap", [AddingTask(cell=cell, steps=length, learning_rate=RATE) for cell in ("rnn", "sigmoid")]
    )
    show(lesson, "experiment-results")
    questions.ask("activations")
    to_lab(lesson, "gates", _("Gates of your run"), "tune")
    show(lesson, "sources")

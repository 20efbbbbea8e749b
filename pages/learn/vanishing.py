"""Lesson: why gradients vanish or explode, factor by factor, and the task that shows it."""

import numpy as np
import streamlit as st

from core import charts
from core.charts.lessons import CELLS
from core.jobs.adding import AddingTask
from core.theory import chain, cliff, jacobian
from core.theory.recurrence import Unit
from core.web import lesson_jobs, page, questions, readings
from core.web.lesson import reading, show, to_lab
from core.web.text import _

W_X, TARGET, NUDGE = 0.7, 0.2, 1e-6
BATCHES = 2000

with reading("vanishing") as lesson:
    style = page.style()
    show(lesson, "three")
    w_s = st.slider("$W_s$", 0.1, 2.0, 0.9, 0.05, key="vanishing_ws", persist_state="session")
    unit = Unit(w_ax=W_X, w_aa=w_s)
    three = chain.derive(unit, chain.wave(3), TARGET)
    up, down = (chain.loss(Unit(w_ax=W_X + e, w_aa=w_s), chain.wave(3), TARGET) for e in (NUDGE, -NUDGE))
    named = {f"{key}_{term.k}": value for term in three.terms
             for key, value in (("slope", term.slope), ("x", term.x), ("term", term.value))}  # fmt: skip
    factor_2, factor_3 = three.terms[-1].factors
    show(
        lesson, "three-numbers", error=three.terms[0].error, w_o=unit.w_o, factor_2=factor_2, factor_3=factor_3,
        gradient=three.gradient, measured=(up - down) / (2 * NUDGE), **named,
    )  # fmt: skip

    show(lesson, "many")
    steps = st.slider(_("Steps T"), 3, 100, 30, key="vanishing_steps", persist_state="session")
    terms = chain.derive(unit, chain.wave(steps), TARGET).terms
    lag = np.arange(len(terms), dtype=float)
    carried = charts.Line(_("product of the factors"), lag, np.array([term.carried for term in terms]))
    page.draw(charts.curves([carried], charts.Axes(_("lag (steps)"), _("size"), log=True), style), "vanishing-many")
    show(lesson, "many-numbers", w_aa=w_s, lag=steps - 1, carried=terms[-1].carried)

    show(lesson, "radius")
    strength = st.slider(_("Strength of the inputs"), 0.0, 0.5, 0.0, 0.05, key="vanishing_in", persist_state="session")
    radii = readings.radii(strength)
    page.draw(charts.jacobian_norms(radii.norms, style), "vanishing-radius")
    at_50 = {f"norm_{round(10 * radius):02d}": values[49] for radius, values in radii.norms.items()}
    drawn = {"draws": jacobian.DRAWS, "low_12": radii.low, "high_12": radii.high}
    show(lesson, "radius-numbers", linear_12=1.2**50, **drawn, **at_50)

    coupling = st.session_state.get("vanishing_coupling", 3.0)
    found = jacobian.powers(jacobian.shear(0.9, coupling), 40)
    show(
        lesson, "singular", diagonal=0.9, coupling=coupling, radius=found.radius,
        sigma=found.largest_singular_value, power=found.peak[0], peak=found.peak[1],
    )  # fmt: skip
    st.slider(_("Upper right entry"), 0.0, 6.0, 3.0, 0.5, key="vanishing_coupling", persist_state="session")
    page.draw(charts.matrix_powers(found.norms, found.radius, style), "vanishing-powers")

    threshold = st.session_state.get("vanishing_clip", 10.0)
    scene = readings.cliff_scene(threshold)
    free, clipped = scene.free, scene.clipped
    show(lesson, "clipping", steps=cliff.STEPS, steepest=scene.steepest)
    st.select_slider(_("Clip at"), [0.1, 1.0, 10.0, 100.0, 1000.0], 10.0, key="vanishing_clip", persist_state="session")
    page.draw(charts.cliff(scene, style), "vanishing-wall")
    show(
        lesson, "clipping-numbers", threshold=threshold, free_end=free.weights[-1], free_loss=free.losses[-1],
        longest=clipped.longest_step, clipped_loss=clipped.losses[-1], rate=cliff.LEARNING_RATE,
    )  # fmt: skip

    show(lesson, "adding", batches=BATCHES)
    with st.container(horizontal=True):
        length = st.slider(_("Length T"), 20, 200, 100, 20, key="adding_steps", persist_state="session")
        cells = st.pills(_("Networks"), ["lstm", "gru", "rnn"], selection_mode="multi", default=["lstm", "rnn"],
                         format_func=CELLS.get, key="adding_cells", persist_state="session")  # fmt: skip
    lesson_jobs.adding_problem("adding", [AddingTask(cell=cell, steps=length, batches=BATCHES) for cell in cells])
    show(lesson, "adding-results")
    questions.ask("vanishing")
    to_lab(lesson, "gradients", _("Gradients of your run"), "ssid_chart")
    show(lesson, "sources")

"""Lesson: a recurrent step, a fever in numbers, the loop unrolled, and the next character."""

import numpy as np
import streamlit as st

from core import charts
from core.theory.chain import wave
from core.theory.characters import UNITS, WORDS
from core.theory.recurrence import Unit, fever_curve, state_of, temperature, unroll
from core.web import page, questions, readings, widgets
from core.web.lesson import reading, show, to_lab
from core.web.text import _

DAYS = 10

with reading("rnn") as lesson:
    style = page.style()
    show(lesson, "step")

    lowest, middle, highest = (temperature(state) for state in (-1.0, 0.0, 1.0))
    show(lesson, "fever", middle=middle, per_state=highest - middle, lowest=lowest, highest=highest)
    with st.container(horizontal=True):
        yesterday = st.slider(_("Yesterday (°C)"), 37.0, 40.5, 39.0, 0.1, key="rnn_yesterday", persist_state="session")
        drip = st.slider(_("Drip today"), 0.0, 3.0, 1.0, 0.5, key="rnn_drip", persist_state="session")
        keeps = st.slider(
            _("Weight of yesterday, $W_{aa}$"), 0.0, 1.5, 0.9, 0.05, key="rnn_keeps", persist_state="session"
        )
    unit = Unit(w_aa=keeps)
    step = unroll(unit, [drip], state_of(yesterday))[0]
    other = yesterday + 1 if yesterday < 39.5 else yesterday - 1
    show(
        lesson, "fever-step", w_aa=keeps, w_ax=unit.w_ax, before=step.before, x=drip, z=step.z, a=step.a,
        degrees_before=yesterday, degrees=temperature(step.a), degrees_other_before=other,
        degrees_other=fever_curve(unit, [drip], other)[1],
    )  # fmt: skip
    days = np.arange(DAYS + 1.0)
    drips = {
        _("a drip of {drip} every day").format(drip=f"{drip:g}"): [drip] * DAYS,
        _("a drip on the first day only"): [drip] + [0.0] * (DAYS - 1),
        _("no drip"): [0.0] * DAYS,
    }
    lines = [charts.Line(name, days, fever_curve(unit, given, yesterday)) for name, given in drips.items()]
    page.draw(charts.curves(lines, charts.Axes(_("day"), _("temperature (°C)")), style), "rnn-fever")
    show(lesson, "fever-days")

    count = st.session_state.get("rnn_steps", 5)
    show(lesson, "unrolled", steps=count)
    st.slider(_("Steps"), 2, 8, 5, key="rnn_steps", persist_state="session")
    st.session_state.setdefault("rnn_step", 3)
    at = widgets.stepper(_("Step"), count, "rnn_step")
    unit = Unit(w_ax=1.0, w_aa=keeps)
    steps = unroll(unit, wave(count))
    page.draw(
        charts.unrolled(steps, 0.0, style, at), "rnn-unrolled", lambda pressed: widgets.go_to("rnn_step", pressed)
    )
    step = steps[at]
    show(
        lesson, "unrolled-step", t=step.t, t_before=step.t - 1, w_aa=keeps, w_ax=unit.w_ax, x=step.x,
        before=step.before, z=step.z, a=step.a, w_o=unit.w_o, y=step.y,
    )  # fmt: skip

    show(lesson, "characters", units=UNITS)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        word = st.segmented_control(
            _("Word"), WORDS, default=WORDS[0], required=True, key="rnn_word", persist_state="session"
        )
        training = st.slider(_("Training steps"), 0, 400, 200, 20, key="rnn_training", persist_state="session")
        remembers = st.toggle(_("With memory"), True, key="rnn_remembers", persist_state="session")
    text = readings.word_read(word or WORDS[0], training, remembers)
    page.draw(charts.next_letters(text, style), "rnn-letters")
    show(
        lesson, "characters-read", training_steps=training, worst=text.of_truth.min(),
        first_loss=text.losses[0], last_loss=text.losses[-1],
    )  # fmt: skip
    show(lesson, "characters-why")
    questions.ask("rnn")
    to_lab(lesson, "gates", _("Gates of your run"), "tune")
    show(lesson, "sources")

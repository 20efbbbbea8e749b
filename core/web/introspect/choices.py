"""What the visitor looks at inside the network: day, layer, units, and a step that can be moved or played.

The pages on gates and gradients show the same day and layer; they, the training and the forecast the same epoch.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import streamlit as st

from core.film import FilmedRun
from core.run import Run
from core.values import Array
from core.web import address, inputs, readings, session, widgets
from core.web.introspect.wording import gate_word
from core.web.readings import Whole
from core.web.text import _

STEP, UNIT, UNITS = "gate_step", "gate_unit", "gate_units"
PACE = 0.8  # seconds a step stays while it plays
MOST_UNITS = 6
LAST = -1  # the epoch a training ended with, whichever that is


def view(views: dict[str, str]) -> str:
    """Which of the named views is shown."""
    return str(
        widgets.kept_choice(
            st.segmented_control, _("Show"), list(views), "gate_view", default=next(iter(views)), required=True,
            format_func=views.__getitem__,
        )
    )  # fmt: skip


def layer(run: Run, room: str = "gate") -> int:
    """A layer, 0..L-1. `room` tells one page's widget from the other's."""
    layers = list(range(1, run.experiment.model.num_layers + 1))
    return int(_shared(st.segmented_control, _("Layer"), layers, f"{room}_layer", default=1, required=True)) - 1


def day(run: Run, label: str = "", key: str = "gate_day", default: int = -1) -> int:
    """A pair, by the day it predicts; the last one unless `default` says otherwise."""
    days: list[date] = list(run.prediction["date"].dt.date)
    return days.index(_shared(st.select_slider, label or _("Day predicted"), days, key, default=days[default]))


def past(run: Run, room: str) -> tuple[Run, int]:
    """The run as it was after the epoch that is chosen, and that epoch; LAST is the run itself.

    Offered where the run has snapshots beside its first and its last; `room` tells one page's widget from another's.
    """
    if not isinstance(run, FilmedRun) or len(run.film.epochs) < 3:
        return run, LAST
    *before, last = run.film.epochs
    epoch = int(_shared(
        st.select_slider, _("Epoch"), [*before, LAST], f"{room}_epoch", default=LAST,
        format_func=lambda epoch: str(last if epoch == LAST else epoch),
        help=_("The page as the network was after that epoch of its training; 0 is the network before it."),
    ))  # fmt: skip
    if epoch != LAST:
        st.caption(_("as it was after epoch {epoch} of {epochs}").format(epoch=epoch, epochs=last), width="content")
    return readings.at(run, epoch), epoch


def choose_day(run: Run, pressed: Any) -> None:
    """A day pressed in a chart, "2024-12-30": the gates will show it, and `widgets.lead_on` goes there. A callback."""
    day = next((day for day in run.prediction["date"].dt.date if str(day) == str(pressed)[:10]), None)
    if day is not None:
        open_day(day)
        session.LED_TO.put("lab/gates.py")


def open_day(day: date) -> None:
    """Show that day, on the pages on gates and gradients. A callback."""
    session.SHARED.at("day").put(day)
    inputs.put("gate_day", day)


def choose_cell(pressed: Any) -> None:
    """A cell pressed in the heat maps: step and unit, counted from 1, are the ones looked at. A callback."""
    session.PLAYING.put(False)
    st.session_state[STEP], st.session_state[UNIT] = int(pressed[0]), int(pressed[1])


def _shared(widget: Callable[..., Any], label: str, options: list[Any], key: str, default: Any, **more: Any) -> Any:
    """A choice that pages have in common: each has a widget of its own, whose last word is the other's first."""
    session.USUAL.at(key).put(default)
    shared = session.SHARED.at(key.split("_", 1)[1])
    value = st.session_state.get(key)
    if value not in options:
        known = shared.get()
        value = known if known in options else default
    st.session_state[key] = value  # at every run: a browser still loading the widget would begin with its first option
    if len(options) == 1:
        return options[0]
    shared.put(widget(label, options, key=key, **more))
    return shared.get()


def state(names: tuple[str, ...]) -> str:
    """A gate or state by name."""
    named = {name: gate_word(name) for name in names}  # in the language of this run
    return str(
        widgets.kept_choice(
            st.selectbox, _("Gate or state"), list(named), "gate_state", default=names[0],
            format_func=named.__getitem__,
        )
    )  # fmt: skip


def units(run: Run, whole: Whole, layer: int) -> list[int]:
    """Some units of a layer, 0..H-1; those that vary most until the visitor chooses others."""
    options = list(range(1, run.experiment.model.hidden_size + 1))
    restless = [unit + 1 for unit in whole.most_varying(layer)]
    chosen: Any = st.session_state.get(UNITS)
    if chosen is None or chosen == session.OFFERED.get():
        st.session_state[UNITS] = restless
        session.OFFERED.put(restless)
    else:
        st.session_state[UNITS] = [unit for unit in chosen if unit in options]
    picked = st.multiselect(
        _("Units"), options, key=UNITS, persist_state="session", max_selections=MOST_UNITS, select_all=False,
        placeholder=_("Choose units"), help=_("At first the three whose hidden state varies most."),
    )  # fmt: skip
    return [unit - 1 for unit in picked]


def pace() -> float | None:
    """How often a fragment that calls `step_and_unit` is to run by itself: only while it plays."""
    return PACE if session.PLAYING.get() else None


def step_and_unit(hidden: Array) -> tuple[int, int]:
    """A step and a unit, counted from 0: dragged, moved by buttons, or played from one step to the next.

    Args:
        hidden: the hidden states to go through, (T, H); the unit that says most at the end is shown first.
    """
    steps, units = hidden.shape
    _advance(steps)
    loudest = int(np.argmax(np.abs(hidden[-1]))) + 1
    for key, default in ((STEP, steps), (UNIT, loudest)):
        st.session_state[key] = st.session_state.get(key, default)  # at every run, as in `_shared`
    playing = session.PLAYING.get()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        icon, words = ("pause", _("Pause")) if playing else ("play_arrow", _("Play the steps"))
        if st.button("", key="gate_play", icon=f":material/{icon}:", help=words, on_click=_play, args=(steps,)):
            st.rerun()  # the whole page, so that its fragment gets or loses its clock
        st.button("", key=f"{STEP}_back", icon=":material/chevron_left:", help=_("One step back"), on_click=_go,
                  args=(-1, steps))  # fmt: skip
        st.button("", key=f"{STEP}_on", icon=":material/chevron_right:", help=_("One step on"), on_click=_go,
                  args=(1, steps))  # fmt: skip
        step = widgets.kept_choice(st.select_slider, _("Step"), list(range(1, steps + 1)), STEP, default=steps)
        unit = widgets.kept_choice(st.select_slider, _("Unit"), list(range(1, units + 1)), UNIT, default=loudest)
    address.write_view()
    return step - 1, unit - 1


def _go(by: int, steps: int) -> None:
    session.PLAYING.put(False)
    st.session_state[STEP] = min(max(st.session_state.get(STEP, steps) + by, 1), steps)


def _play(steps: int) -> None:
    """Start, from the first step where the last one is reached; or stop."""
    session.PLAYING.put(not session.PLAYING.get())
    session.SINCE.put(time.monotonic())
    if session.PLAYING.get() and st.session_state.get(STEP, steps) >= steps:
        st.session_state[STEP] = 1


def _advance(steps: int) -> None:
    """One step on while it plays and the last has stood long enough; ends at the last one."""
    if not session.PLAYING.get() or time.monotonic() - session.SINCE.get() < 0.7 * PACE:
        return
    step = st.session_state.get(STEP, steps) + 1
    st.session_state[STEP] = min(step, steps)
    session.SINCE.put(time.monotonic())
    if step >= steps:
        session.PLAYING.put(False)
        st.rerun()


def shared_steps(one: Array, other: Array) -> tuple[Array, Array]:
    """The last steps both have, (T, H) each: in the article's layout the first days look back on fewer."""
    steps = min(len(one), len(other))
    return one[-steps:], other[-steps:]

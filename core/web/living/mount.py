"""The living cell on a page: a custom component in plain JavaScript. Data reaches it as data, never as its own text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from core.charts import Style, equations
from core.introspect.forward import network
from core.introspect.terms import terms
from core.run import Run
from core.theory.gradients import Passes
from core.web import page, readings
from core.web.labels import input_label, option_label
from core.web.labels import unit as unit_of
from core.web.lesson import anchor
from core.web.living import packing, wording
from core.web.text import _

SCRIPTS = ("arithmetic", "changes", "marks", "picture", "days", "panels", "handles", "cell")
_HERE = Path(__file__).parent


def script() -> str:
    """The component's module: its files one after the other, the last of which exports."""
    return "\n".join((_HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


_CELL = st.components.v2.component(
    "gatescope_living_cell", css=(_HERE / "cell.css").read_text(encoding="utf-8"), js=script()
)


def living_cell(run: Run, day: int, layer: int, step: int, unit: int, key: str) -> None:
    """A run's own network, to be touched: opens with one unit of `layer` at `step` of the pair `day`; all from 0.

    The weights travel by themselves: unchanged, the browser does not read them again when another step is looked at.
    """
    style = page.style(run)
    if not packing.fits(run):
        return _in_words(run, day, (layer, step, unit), style)
    days = packing.packed_days(run, day, readings.trace(run, day))
    packed = packing.packed_network(network(run.weights))
    inputs = packing.packed_inputs(run, np.array(days["days"]), style)
    _CELL(data={"run": run.key, "network": packed}, key=f"{key}_network", height=1)
    target = packing.packed_target(run, day, style)
    view = {
        "run": run.key, "place": f"{run.key}/{day}", "layer": layer, "step": step, "unit": unit, **days,
        "inputs": [{**each, "name": option_label(each["name"]) if not k else input_label(each["name"])}
                   for k, each in enumerate(inputs)],
        "target": {**target, "unit": unit_of(run.experiment.data) if target["kind"] != "volatility" else ""},
        "words": wording.words(packed["cell"]), "colours": wording.colours(style),
    }  # fmt: skip
    _CELL(data=view, key=key)


STEPS = {  # of the lesson's picture: the section that each goes with
    "forget": "forget-gate", "candidate": "candidate", "input": "input-gate", "cell": "cell-state",
    "output": "output-gate",
}  # fmt: skip


def lesson_cell(passes: Passes, step: int, key: str) -> None:
    """The lesson's one unit at a step (from 0), which lights up piece by piece as the text beside it is read."""
    style, example = page.style(), passes.example
    stages = [
        {"stage": stage, "title": title, "anchor": anchor(STEPS[stage]) if stage in STEPS else ""}
        for stage, title in wording.stages().items()
    ]
    plain = {"offset": 0.0, "scale": 1.0, "digits": None}
    view = {
        "run": f"lesson/{example.forget_bias}/{example.steps}", "network": packing.packed_network(passes.trace.network),
        "place": key, "layer": 0, "step": step, "unit": 0, "stages": stages,
        "days": example.x[0].tolist(),
        "dates": [f"t = {t + 1}" for t in range(example.steps)], "read": 1, "memory": None,
        "inputs": [{"name": _("Input x"), **plain, "low": -1.5, "high": 1.5, "base": 0.0}],
        "target": {"kind": "state", **plain, "last": 0.0, "came": None, "date": "", "unit": ""},
        "words": wording.lesson_words(), "colours": wording.colours(style),
    }  # fmt: skip
    _CELL(data=view, key=key)


def _in_words(run: Run, day: int, place: tuple[int, int, int], style: Style) -> None:
    """The same unit's numbers from the server, for a network too large to be computed at each movement."""
    told = _(
        "This view computes in the browser, for networks of up to {most} weights; this one has {count}. "
        "Its numbers at the chosen step:"
    )
    st.caption(told.format(most=f"{packing.MOST_WEIGHTS:,}", count=f"{run.parameter_count:,}"))
    for line in equations(terms(readings.trace(run, day), *place), style):
        st.latex(line)

"""Which input opens which gate, and how the prediction answers to each of several inputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from core import charts
from core.charts import Style
from core.charts.heat import two_digits
from core.introspect.drives import BELOW, BIAS, HIDDEN, GateDrives, gate_drives
from core.introspect.terms import Terms
from core.run import Run
from core.values import Array
from core.web import page, readings, wording
from core.web.introspect.wording import gate_word, percent, saliency_line
from core.web.labels import input_label
from core.web.readings import Way
from core.web.text import _, as_written, joined, listed


def show(run: Run, layer: int, style: Style) -> None:
    """The view: of each gate of a layer the shares of its terms, and which of them moves it most."""
    found = readings.found(f"drives {layer}", [run], lambda: gate_drives(run, layer))
    st.markdown(drives_line(found))
    page.draw(charts.gate_drives(found.shares, [term_word(name) for name in found.terms], style), "drives")
    st.caption(
        _(
            "A gate opens by a sum: one term for each input, one for the hidden states, one for the biases. A colour "
            "is the share of that sum’s variance over the test days that comes from the term; the shares of a unit add "
            "up to 1. Below zero a term works against the others. A bias does not move, so its share is 0. In the "
            "sentence above each gate of each unit has the weight of what its own movement does to the prediction: its "
            "sum’s variance times the prediction’s mean squared slope along it."
        )
    )


def drives_line(found: GateDrives) -> str:
    """What moves the gates as a whole, and what moves each of them; gates by what they do to the prediction."""
    parts = found.of()
    inputs = [name for name in parts if name not in (HIDDEN, BIAS, BELOW)]
    names = inputs if len(inputs) > 1 else list(parts)
    leading = found.leading(names)
    if leading is None:
        return _("No gate that reaches the prediction moves on these days.")
    said = (
        _("Of the inputs {term} moves the gates most, with {share} of their movement.")
        if names is inputs
        else _("What moves the gates most is {term}, with {share} of their movement.")
    )
    told = [said.format(term=_named(leading), share=percent(parts[leading]))]
    if parts[HIDDEN] > parts[leading]:
        told.append(_("The hidden state moves them more, with {share}.").format(share=percent(parts[HIDDEN])))
    each = [
        _("{gate} ({share}): {term}").format(
            gate=gate_word(gate), share=percent(found.weight(gate)), term=_named(found.leading(names, gate) or BIAS)
        )
        for gate in sorted(found.shares, key=found.weight, reverse=True)
    ]
    if len(each) > 1:
        told.append(_("By gate, with its weight in that: {gates}.").format(gates=listed(each)))
    return joined(told)


def _named(term: str) -> str:
    return as_written(term_word(term))


def term_word(name: str) -> str:
    """A term of a pre-activation as the visitor reads it."""
    return {HIDDEN: _("hidden state"), BIAS: _("bias"), BELOW: _("layer below")}.get(name) or input_label(name)


def answers(run: Run, way: Way, style: Style) -> None:
    """How the prediction answers to each day it read; with several inputs to each of them."""
    if way.answers.shape[1] == 1:
        drawn = (
            charts.mean_saliency(way.answers[:, 0], style) if way.dates is None
            else charts.saliency(way.dates, way.answers[:, 0], style)
        )  # fmt: skip
        page.draw(drawn, "saliency")
        st.markdown(saliency_line(way))
        return
    names = [input_label(name) for name in run.inputs]
    page.draw(charts.input_saliency(way.answers, names, style, dates=way.dates), "saliency")
    st.markdown(answers_line(way.answers, names))


def answers_line(slopes: Array, names: Sequence[str]) -> str:
    """Which input the prediction answers to most; slopes are (D, F)."""
    sizes = np.abs(slopes)
    if not sizes.sum() > 0:
        return _("The prediction answers to none of the days it read.")
    by_input = sizes.sum(axis=0) / sizes.sum()
    first = int(np.argmax(by_input))
    told = _("The prediction answers most to {input}, with {share} of the whole answer.")
    return told.format(input=as_written(names[first]), share=percent(float(by_input[first])))


def terms_by_input(run: Run, found: Terms, layer: int) -> None:
    """What each input adds to each gate's sum, where there are several: the parts of W_x x_t above."""
    count = len(run.inputs)
    if layer or count == 1:
        return
    table = {
        gate_word(gate.name): [two_digits(sum(gate.each_input[k::count]), 3) for k in range(count)]
        for gate in found.gates
    }
    st.caption(_("The term of the inputs is a sum; each input’s part of it:"))
    wording.table(pd.DataFrame(table, index=[input_label(name) for name in run.inputs]))

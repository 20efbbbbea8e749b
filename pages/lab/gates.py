"""Every gate and state behind one prediction, step by step, and one unit's equations with their numbers."""

import streamlit as st

from core import charts, introspect
from core.web import page, reading
from core.web.text import _

lab = page.open_page(_("Gates"))
run, style = lab.run, page.style()

days = list(run.prediction["date"].dt.date)
with st.container(horizontal=True, vertical_alignment="bottom"):
    day = page.kept_choice(st.select_slider, _("Day predicted"), days, "gate_day", default=days[-1])
    layers = list(range(1, run.experiment.model.num_layers + 1))
    layer = page.kept_choice(st.segmented_control, _("Layer"), layers, "gate_layer", default=1, required=True) - 1
pair = days.index(day)
matrices = reading.gate_matrices(run, pair, layer)
steps, units = next(iter(matrices.values())).shape

chart_place = st.container()
with st.container(horizontal=True, vertical_alignment="bottom"):
    step = page.stepper(_("Step"), steps, "gate_step")
    unit = page.kept_choice(st.select_slider, _("Unit"), list(range(1, units + 1)), "gate_unit", default=1) - 1
kind = "window" if run.experiment.model.layout == "window" else "days"
with chart_place:
    page.draw(charts.gates(matrices, style, step=step, unit=unit, steps=kind), "gates")

trace = introspect.trace(run, pair)
date = introspect.step_dates(run, pair)[step]
st.markdown(_("**Unit {unit} of layer {layer} at step {step}**, the close of {date}:").format(
    unit=unit + 1, layer=layer + 1, step=step + 1, date=f"{date:%Y-%m-%d}"))  # fmt: skip
for line in charts.equations(introspect.terms(trace, layer, step, unit)):
    st.latex(line)
if kind == "days":
    st.caption(_("In the article's layout the time axis is the days themselves: a step is a day, its input is the "
                 "whole window, and the state runs on from the first day."))  # fmt: skip

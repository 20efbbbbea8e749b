"""One gate or state on two days, and what changed."""

from __future__ import annotations

import streamlit as st

from core import charts
from core.charts import Style
from core.run import Run
from core.web import page, readings
from core.web.introspect import choices, wording
from core.web.text import _


def compare(run: Run, layer: int, style: Style) -> None:
    """Two days to choose, the gate or state on both, and where they differ most."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        first = choices.day(run, _("One day"), "gate_other_day", default=run.train_pairs)
        second = choices.day(run, _("Another day"))
        both = [readings.gate_matrices(run, day, layer) for day in (first, second)]
        name = choices.state(tuple(both[0]))
    one, other = choices.shared_steps(*(matrices[name] for matrices in both))
    dates = [f"{run.prediction['date'].iloc[day]:%Y-%m-%d}" for day in (first, second)]
    page.draw(charts.two_days(one, other, name, (dates[0], dates[1]), style), "two-days")
    st.markdown(wording.change_line(one, other))

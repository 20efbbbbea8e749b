"""The gates over the whole series of a run."""

from __future__ import annotations

import streamlit as st

from core import charts
from core.charts import Style
from core.run import Run
from core.web import page, readings
from core.web.current import Current
from core.web.introspect import choices, wording
from core.web.labels import input_label
from core.web.text import _

ALREADY = ("close", "return")  # inputs whose rows are those of price and return


def whole(current: Current, run: Run, layer: int, style: Style) -> None:
    """Some units' gates under the price, and what every unit answers to."""
    bars = current.run_bars
    if bars is None:
        st.markdown(_("The prices of this earlier run are no longer at hand; this fills with the current run."))
        return
    whole = readings.whole_series(run, bars)
    units = choices.units(run, whole, layer)
    states = {name: values[layer] for name, values in whole.states.items()}
    page.draw(charts.gates_over_time(whole.closes, states, units, style, split=run.split_date), "over-time")
    st.caption(wording.sampling_line(whole))
    found = whole.correlations
    series = {"price": found.price, "log_return": found.log_return, "volatility": found.volatility}
    further = {name: values for name, values in whole.inputs.items() if name not in ALREADY}
    named = {input_label(name): values for name, values in further.items()}
    page.draw(charts.unit_correlations(series, style, named), "correlations")
    st.markdown(wording.correlation_line(whole, layer))

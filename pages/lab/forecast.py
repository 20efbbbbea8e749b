"""Prediction against actual, with the split line at its date, beside "same as yesterday"."""

import streamlit as st

from core import charts, export
from core.web import page, reading
from core.web.text import _

lab = page.open_page(_("Forecast"))
run, style = lab.run, page.style()
target = run.experiment.train.target

reading.show_verdict(run)
page.draw(
    charts.forecast(run.prediction, style, persistence=st.session_state.get("show_persistence", False), target=target),
    "forecast",
)
st.toggle(
    _("Show “same as yesterday”"),
    key="show_persistence",
    persist_state="session",
    help=_("The forecast that needs no model: tomorrow's value is today's."),
)
st.dataframe(reading.score_table(run), width="content")
st.caption(_("One step ahead with the true prices of the days before; errors are in the unit of the price."))
with st.expander(_("Residuals"), expanded=False):
    page.draw(charts.residuals(run.prediction, style, target=target), "residuals")
st.download_button(
    _("Download predictions (CSV)"), export.prediction_csv(run), f"{export.file_stem(run)}.csv", "text/csv",
    icon=":material/download:", on_click="ignore",
)  # fmt: skip

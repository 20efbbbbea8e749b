"""What this is, and the current run at a glance: each chart leads on to its page."""

import streamlit as st

from core import charts
from core.web import page, readings, story, widgets, wording
from core.web.text import _

LEAD = _(
    "Watch an LSTM learn real prices, see every gate inside it, and read honestly whether its forecast beats "
    "“same as yesterday”."
)
current = page.open_page("Gatescope", needs="bars", lead=LEAD)
style, run = page.style(), current.run
if run and run.experiment.data.ticker != current.query.ticker:
    run = None  # never one security's forecast beside another's prices
story.show(current)


def training(job: page.JobState | None) -> None:
    level = run.persistence_loss["train"] if run and current.settled else None
    records = job.records if job and not current.settled else (run.history if run else ())
    chart = charts.loss_spark(records, current.experiment.train.epochs, style, persistence=level)
    page.draw(chart, "overview-loss")


left, right = st.columns(2)
with left:
    st.page_link("lab/market.py", label=_("Prices"), icon=":material/arrow_forward:", icon_position="right")
    split = run.split_date if run and current.settled else None
    page.draw(charts.price_spark(current.bars, style, ticker=current.query.ticker, split=split), "overview-price")
with right:
    st.page_link(
        "lab/training.py", label=_("Loss while training"), icon=":material/arrow_forward:", icon_position="right"
    )
    page.live(current, training)
with left:
    st.page_link(
        "lab/forecast.py", label=_("Prediction against actual"), icon=":material/arrow_forward:", icon_position="right"
    )
    if run:
        drawn = charts.forecast_spark(run.prediction, page.style(run), target=run.experiment.train.target)
        page.draw(drawn, "overview-forecast")
        st.markdown(wording.verdict_line(run))
    else:
        widgets.placeholder(160)
with right:
    st.page_link(
        "lab/gates.py",
        label=_("Gates behind the last prediction"),
        icon=":material/arrow_forward:",
        icon_position="right",
    )
    if run:
        page.draw(
            charts.gates_spark(readings.gate_matrices(run, len(run.prediction) - 1, layer=0), style), "overview-gates"
        )
    else:
        widgets.placeholder(160)

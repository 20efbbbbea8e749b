"""What this is, and the current run at a glance: each chart leads on to its page."""

from dataclasses import replace

import streamlit as st

from core import charts
from core.unfinished import Unfinished
from core.web import page, so_far, story, wording
from core.web.current import Current
from core.web.text import _

LEAD = _(
    "Watch an LSTM learn real prices, see every gate inside it, and read honestly whether its forecast beats "
    "“same as yesterday”."
)
current = page.open_page("Gatescope", needs="bars", lead=LEAD, growing=True)
if current.run and current.run.experiment.data.ticker != current.query.ticker:
    current = so_far.see(replace(current, run=None))  # never one security's forecast beside another's prices
style, run = page.style(), current.run
story.show(current)


def lead(to: str, label: str) -> None:
    st.page_link(f"lab/{to}.py", label=label, icon=":material/arrow_forward:", icon_position="right")


def training(now: Current) -> None:
    drawn = so_far.curve(now)
    chart = charts.loss_spark(drawn.history, drawn.epochs, style, persistence=drawn.level, room=drawn.room)
    page.draw(chart, "overview-loss")


def network(now: Current) -> None:
    if (run := now.run) is None:
        return
    left, right = st.columns(2)
    still, last = isinstance(run, Unfinished), len(run.prediction) - 1
    with left:
        lead("forecast", _("Prediction against actual"))
        look = page.style(run)
        drawn = so_far.forecast(run, look, small=True) if still else charts.forecast_spark(
            run.prediction, look, target=run.experiment.train.target)  # fmt: skip
        page.draw(drawn, "overview-forecast")
        if not still:
            st.markdown(wording.verdict_line(run))
    with right:
        lead("gates", _("Gates behind the last prediction"))
        page.draw(so_far.gates_spark(run, last, style), "overview-gates")
    so_far.label(now)


left, right = st.columns(2)
with left:
    lead("market", _("Prices"))
    split = run.split_date if run and (current.settled or isinstance(run, Unfinished)) else None
    page.draw(charts.price_spark(current.bars, style, ticker=current.query.ticker, split=split), "overview-price")
with right:
    lead("training", _("Loss while training"))
    so_far.live(current, training)
so_far.live(current, network)

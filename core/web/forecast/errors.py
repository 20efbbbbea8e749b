"""The errors of one run day by day, each in an expander and drawn when it is opened, as few ask for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.charts import Errors, Style, errors_over_time, residuals
from core.evaluation.rolling import WINDOW, rolling_error
from core.run import Run
from core.sentence import Sentence
from core.web import page
from core.web.labels import option_label
from core.web.text import _, say


def show_over_time(run: Run, style: Style) -> None:
    """Whether the run was better than "same as yesterday" always, or once; or why that cannot be told."""
    shown = st.expander(_("Error over time"), key="error_over_time_shown", on_change="rerun")
    if not shown.open:
        return
    with shown:
        ratio = rolling_error(run)
        if isinstance(ratio, Sentence):
            st.markdown(say(ratio))
            return
        name = option_label(run.experiment.model.cell)
        page.draw(errors_over_time([Errors(name, ratio)], style, window=WINDOW), "errors-over-time")
        st.caption(errors_line())


def show_residuals(run: Run, style: Style, choose: Callable[[Any], None]) -> None:
    """Actual minus predicted; `choose` is called with a day that is pressed."""
    shown = st.expander(_("Residuals"), key="residuals_shown", on_change="rerun")
    if shown.open:
        with shown:
            page.draw(residuals(run.prediction, style, target=run.task.target), "residuals", choose)


def errors_line() -> str:
    """What the chart shows."""
    return _(
        "RMSE over {window} test days, divided by that of “same as yesterday” over the same days: below the line the "
        "network was better, above it worse. The axis is logarithmic."
    ).format(window=WINDOW)

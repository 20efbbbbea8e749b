"""Days beyond the data: their dates, their forecasts, and what to know about them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Style
from core.data.calendar import next_days
from core.evaluation.conformal import LEVELS
from core.evaluation.horizon import Horizon
from core.evaluation.task import annualised
from core.export import file_stem
from core.run import Run
from core.web import page
from core.web.forecast.one_step import level
from core.web.labels import is_chinese
from core.web.text import _, joined, say
from core.web.wording import table

Days = list[tuple[date, bool]]


def show(run: Run, ahead: Horizon, style: Style) -> None:
    """The first day in words, the fan, what it rests on, the days as a table and as a file."""
    days = coming_days(run, len(ahead.path))
    st.markdown(next_day_line(run, ahead, days, style))
    page.draw(charts.horizon(run.prediction, ahead, days, style, target=run.task.target), "days-beyond")
    st.caption(rests_on(run, ahead, days))
    rows = day_table(run, ahead, days)
    with st.expander(_("Day by day"), expanded=False):
        table(rows.map(_written), hide_index=True)
    st.download_button(
        _("Download forecast (CSV)"), rows.to_csv(index=False).encode(), f"{file_stem(run)}-beyond.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _written(value: object) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


def rests_on(run: Run, ahead: Horizon, days: Days) -> str:
    """How the days and their intervals came about."""
    told = [_("Each day's forecast is fed back in as if it had happened."), *map(say, ahead.sentences)]
    guessed = sum(guess for _day, guess in days)
    if guessed:
        told.append(
            _("{count} dates are estimates, drawn hollow: Monday to Friday where the exchange's calendar ends.").format(
                count=guessed
            )
        )
    return joined(told)


def coming_days(run: Run, count: int) -> Days:
    """The next trading days after the run's last; all of them estimates where the exchange is not known."""
    query = run.experiment.data
    days = next_days(query.ticker, run.prediction["date"].iloc[-1], count)
    return [(day, True) for day, _estimated in days] if query.source == "upload" and not is_chinese(query) else days


def next_day_line(run: Run, ahead: Horizon, days: Days, style: Style) -> str:
    """The next day's forecast in words."""
    value = level(run, ahead.path[0], style)
    if LEVELS[0] not in ahead.bounds:
        return _("**Next trading day, {day}: {value}**").format(day=days[0][0], value=value)
    low, high = (level(run, side[0], style) for side in ahead.bounds[LEVELS[0]])
    return _("**Next trading day, {day}: {value}**; 80 % interval {low} to {high}.").format(
        day=days[0][0], value=value, low=low, high=high
    )


def day_table(run: Run, ahead: Horizon, days: Days) -> pd.DataFrame:
    """One row a day: date, whether it is an estimate, forecast and bounds; log ranges also as per cent a year."""
    table = pd.DataFrame({_("date"): [f"{day}" for day, _guess in days], _("forecast"): ahead.path})
    if run.task.target == "volatility":
        table[_("% a year")] = 100 * annualised(ahead.path)
    for each, (low, high) in sorted(ahead.bounds.items()):
        table[_("{level} % low").format(level=f"{100 * each:.0f}")] = low
        table[_("{level} % high").format(level=f"{100 * each:.0f}")] = high
    if any(guess for _day, guess in days):
        table[_("date estimated")] = [_("yes") if guess else "" for _day, guess in days]
    return table

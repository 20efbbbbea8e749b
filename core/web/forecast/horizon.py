"""Days beyond the data: their dates, their forecasts, and what to know about them."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from core import charts
from core.charts import Style
from core.data.calendar import Calendar, next_days
from core.evaluation.conformal import LEVELS
from core.evaluation.horizon import Horizon
from core.evaluation.task import annualised
from core.export import csv, file_stem
from core.run import Run
from core.web import page, prices, widgets
from core.web.forecast.one_step import level
from core.web.text import _, joined, say
from core.web.wording import table

Days = list[tuple[date, bool]]


def show(run: Run, ahead: Horizon, style: Style, calendar: Calendar) -> None:
    """The first day in words, the fan, what it rests on, the days as a table and as a file."""
    days = next_days(calendar, run.prediction["date"].iloc[-1], len(ahead.path))
    first = _("{next}, {day}").format(next=_(prices.words(calendar).next), day=days[0][0])
    st.markdown(next_day_line(run, ahead, first, style))
    page.draw(charts.horizon(run.prediction, ahead, days, style, target=run.task.target), "days-beyond")
    st.caption(rests_on(ahead, days, calendar))
    rows = day_table(run, ahead, days, style)
    with st.expander(_("Day by day"), expanded=False):
        table(written(rows, run, style), hide_index=True)
    widgets.download(_("Download forecast (CSV)"), lambda: csv(rows), f"{file_stem(run)}-beyond.csv", "text/csv")


def written(rows: pd.DataFrame, run: Run, style: Style) -> pd.DataFrame:
    """The table of days with each number as a reader wants it."""
    yearly = _("% a year")
    shown = {
        str(name): column.map(
            lambda value, name=name: f"{value:.1f}" if name == yearly else style.value(value, run.task.target)
        )
        for name, column in rows.select_dtypes("number").items()
    }
    return rows.assign(**shown)


def rests_on(ahead: Horizon, days: Days, calendar: Calendar) -> str:
    """How the days and their intervals came about."""
    told = [_("Each day's forecast is fed back in as if it had happened."), *map(say, ahead.sentences)]
    guessed = sum(guess for _day, guess in days)
    if guessed:
        told.append(
            _("{count} dates are estimates, drawn hollow: {what}.").format(count=guessed, what=say(calendar.beyond))
        )
    return joined(told)


def next_day_line(run: Run, ahead: Horizon, first: str, style: Style) -> str:
    """The next day's forecast in words; `first` names the day."""
    value = level(run, ahead.path[0], style)
    if LEVELS[0] not in ahead.bounds:
        return _("**{first}: {value}**").format(first=first, value=value)
    low, high = (level(run, side[0], style) for side in ahead.bounds[LEVELS[0]])
    return _("**{first}: {value}**; 80 % interval {low} to {high}.").format(
        first=first, value=value, low=low, high=high
    )


def day_table(run: Run, ahead: Horizon, days: Days, style: Style) -> pd.DataFrame:
    """One row a day: date, whether it is an estimate, forecast and bounds; log ranges also as per cent a year."""
    table = pd.DataFrame({_("date"): [f"{day}" for day, _guess in days], _("forecast"): ahead.path})
    if run.task.target == "volatility" and style.bars_a_year is not None:
        table[_("% a year")] = 100 * annualised(ahead.path, bars_a_year=style.bars_a_year)
    for each, (low, high) in sorted(ahead.bounds.items()):
        table[_("{level} % low").format(level=f"{100 * each:.0f}")] = low
        table[_("{level} % high").format(level=f"{100 * each:.0f}")] = high
    if any(guess for _day, guess in days):
        table[_("date estimated")] = [_("yes") if guess else "" for _day, guess in days]
    return table

"""Several runs over their test days: what they predict, by how much they miss, what their gates let through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.charts.axes import date_axis
from core.charts.compared import look_of
from core.charts.style import Chart, Style, day, days, done, escape, figure, significant
from core.sentence import N_


@dataclass(frozen=True)
class Daily:
    """A value a day, (n,) by date; `name` in the reader's language, `look` its colour and dash."""

    name: str
    values: pd.Series
    look: int


def by_day(
    lines: Sequence[Daily], title: str, style: Style, *, actual: pd.Series | None = None, level: float | None = None
) -> Chart:
    """A line a run; `title` is the value axis's, in the reader's language.

    Args:
        actual: what happened, by date: grey, behind the others.
        level: a horizontal line to hold the others against.
    """
    every = [*(line.values for line in lines), *([] if actual is None else [actual])]
    first, last = min(each.index[0] for each in every), max(each.index[-1] for each in every)
    drawn = figure(style, f"by day|{title}|{day(first)}|{day(last)}", height=380, unified=True)
    if actual is not None:
        drawn.add_scatter(
            x=days(actual.index), y=actual.to_numpy(dtype=float), mode="lines", name=style.translate(N_("Actual")),
            line={"color": style.tokens.actual, "width": 2.4}, hovertemplate="%{y:,.4~g}",
        )  # fmt: skip
    for line in lines:
        y = line.values.to_numpy(dtype=float)
        drawn.add_scatter(
            x=days(line.values.index), y=np.where(np.isfinite(y), y, np.nan), name=escape(line.name),
            hovertemplate="%{y:,.4~g}", connectgaps=False, **look_of(line.look, len(y), style),
        )  # fmt: skip
    if level is not None:
        drawn.add_hline(y=level, line={"color": style.tokens.quiet, "width": 1})
    date_axis(drawn, first, last)
    drawn.update_yaxes(title_text=escape(title))
    told = [
        style.say(
            N_("{name}: {first} on {start}, {last} on {end}."), name=line.name,
            first=significant(line.values.iloc[0], 4), start=day(line.values.index[0]),
            last=significant(line.values.iloc[-1], 4), end=day(line.values.index[-1]),
        )
        for line in lines
    ]  # fmt: skip
    return done(drawn, style, " ".join([style.say(N_("{what} by day."), what=title[:1].upper() + title[1:]), *told]))

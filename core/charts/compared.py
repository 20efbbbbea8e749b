"""Several runs in one chart: their losses as they trained, and their errors over the test days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.axes import date_axis, log_axis, whole_steps
from core.charts.curves import DASHES, Line, cycle
from core.charts.style import Chart, Style, day, days, done, escape, figure, significant
from core.sentence import N_

HEADED = 0.93  # of the height is the panels'; the rest is for the heading of the first, which no legend may cover


@dataclass(frozen=True)
class Errors:
    """One run's error over that of "same as yesterday", in a window that ends on each of its days.

    Attributes:
        name: in the reader's language.
        ratio: by the windows' last days, (n,); NaN where there is none.
        look: which of the colours and dashes, from 0; None for a run that stands alone.
    """

    name: str
    ratio: pd.Series
    look: int | None = None


def losses(test: Sequence[Line], training: Sequence[Line], style: Style) -> Chart:
    """Test and training loss over the epochs beside each other on one log axis, a line a run, `look` given."""
    drawn = figure(style, f"losses|{len(test)}", height=560 if style.narrow else 360)
    ways = {"rows": 2, "vertical_spacing": 0.16} if style.narrow else {"cols": 2, "horizontal_spacing": 0.04}
    drawn = make_subplots(figure=drawn, shared_xaxes=True, shared_yaxes="all", **ways)
    for axis in drawn.select_yaxes():
        axis.domain = [HEADED * end for end in axis.domain]
    for index, (title, lines) in enumerate(((N_("Test loss"), test), (N_("Training loss"), training))):
        place = {"row": index + 1, "col": 1} if style.narrow else {"row": 1, "col": index + 1}
        for line in lines:
            y = np.asarray(line.y, dtype=float)
            drawn.add_scatter(
                x=line.x, y=np.where(y > 0, y, np.nan), name=escape(line.name), legendgroup=line.name,
                showlegend=index == 0, hovertemplate="%{y:.3g}", **look_of(line.look, len(y), style), **place,
            )  # fmt: skip
        _head(drawn, style.translate(title), place, style)
    every = np.concatenate([np.asarray(line.y, dtype=float) for line in (*test, *training)])
    log_axis(drawn, every)
    whole_steps(drawn, [value for line in (*test, *training) for value in line.x])
    last = {"row": 2} if style.narrow else {}
    drawn.update_xaxes(title_text=style.translate(N_("epoch")), **last)
    drawn.update_yaxes(title_text=style.translate(N_("loss, scaled units")), col=1)
    drawn.update_layout(legend_tracegroupgap=0)
    return done(drawn, style, _losses_alt(test, training, style))


def errors_over_time(found: Sequence[Errors], style: Style, *, window: int) -> Chart:
    """RMSE over "same as yesterday"'s in a rolling window, on a log axis: below the line at 1 the run is better."""
    first, last = min(each.ratio.index[0] for each in found), max(each.ratio.index[-1] for each in found)
    drawn = figure(style, f"errors|{day(first)}|{day(last)}", height=320, unified=True)
    for each in found:
        drawn.add_scatter(
            x=days(each.ratio.index), y=each.ratio.where(each.ratio > 0).to_numpy(), name=escape(each.name),
            hovertemplate="%{y:.3g}", connectgaps=False, **look_of(each.look, len(each.ratio), style),
        )  # fmt: skip
    drawn.add_scatter(
        x=[day(first), day(last)], y=[1, 1], mode="lines", name=style.translate(N_("Same as yesterday")),
        line={"color": style.tokens.persistence, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
    )  # fmt: skip
    date_axis(drawn, first, last)
    log_axis(drawn, np.concatenate([[1.0], *(each.ratio for each in found)]))
    title = N_("error ÷ that of “same as yesterday”")
    drawn.update_yaxes(title_text=style.translate(title))
    drawn.update_xaxes(title_text=style.say(N_("last of the {window} test days"), window=window))
    return done(drawn, style, _errors_alt(found, style, window))


def look_of(look: int | None, count: int, style: Style) -> dict[str, object]:
    """Colour and dash of a run, as everywhere on the page; alone it looks as the test part does."""
    line = {"color": style.tokens.test, "width": 2, "dash": "solid"}
    if look is not None:
        line |= {"color": cycle(style.tokens)[look % 5], "dash": DASHES[look % 6]}
    return {"mode": "lines" if count > 1 else "markers", "line": line}


def _head(drawn: Figure, text: str, place: dict[str, int], style: Style) -> None:
    panel = drawn.get_subplot(**place)
    drawn.add_annotation(
        text=text, x=panel.xaxis.domain[0], y=panel.yaxis.domain[1], xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", showarrow=False, font={"size": 13, "color": style.tokens.text},
    )  # fmt: skip


def _losses_alt(test: Sequence[Line], training: Sequence[Line], style: Style) -> str:
    template = N_("{name}: after epoch {epoch} test loss {test}, training loss {train}.")
    told = [
        style.say(template, name=one.name, epoch=int(one.x[-1]), test=significant(one.y[-1]),
                  train=significant(other.y[-1]))
        for one, other in zip(test, training, strict=True)
    ]  # fmt: skip
    return " ".join([style.translate(N_("Loss over the epochs, scaled units.")), *told])


def _errors_alt(found: Sequence[Errors], style: Style, window: int) -> str:
    head = N_("Error over {window} test days as a multiple of that of “same as yesterday”; below 1 is better.")
    told = [style.say(head, window=window)]
    for each in found:
        ratio = each.ratio.dropna()
        told.append(
            style.say(
                N_("{name}: {first} up to {start}, {last} up to {end}, below 1 on {better} of {count} days."),
                name=each.name, first=significant(ratio.iloc[0]), start=day(ratio.index[0]),
                last=significant(ratio.iloc[-1]),
                end=day(ratio.index[-1]), better=int((ratio < 1).sum()), count=len(ratio),
            )
        )  # fmt: skip
    return " ".join(told)

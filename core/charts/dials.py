"""What came of many runs by the dials that were moved: a map of two dials, a curve over one, lines through all.

Each place of a map or a curve holds several runs, as a rule one a seed: its median is drawn, its range is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from plotly.graph_objs import Figure

from core.charts.heat import add_heat, key_in_words, signed_scale
from core.charts.pressed import CLEAR_MARKS
from core.charts.style import Chart, Style, done, escape, figure, number
from core.charts.tokens import faint
from core.sentence import N_
from core.values import Array

DIGITS = 4  # of a skill: forecasts of returns differ in the fourth
WORST = 1.0  # skill beyond which colours stay the same: an error twice that of the benchmark, or more
ROW_HEIGHT = 44  # pixels of a row of the map


@dataclass(frozen=True)
class Dial:
    """A dial that was moved: its name in the reader's language, and its values as they are written, in order."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Spread:
    """What the runs at each place of a grid came to, all of one shape; NaN and 0 where no run is.

    Attributes:
        median, low, high: over the runs there.
        count: how many they are.
    """

    median: Array
    low: Array
    high: Array
    count: Array


def dial_map(across: Dial, up: Dial, found: Spread, measure: str, style: Style) -> Chart:
    """The median of `measure` for each pair of two dials' values, `found` being (U values up, A values across).

    A skill is measured from 0, "same as yesterday". A cell pressed tells its place across and up, from 0.
    """
    drawn = figure(style, f"dial-map|{across.name}|{up.name}", height=110 + ROW_HEIGHT * len(up.values))
    drawn.update_layout(showlegend=False, margin_t=40)
    scale = signed_scale(min(float(np.nanmax(np.abs(found.median), initial=0.0)), WORST), style)
    add_heat(drawn, found.median, scale, "", style, digits=DIGITS)
    drawn.update_traces(hoverinfo="skip", hovertemplate=None)
    _marks(drawn, across, up, found, style)
    _name_values(drawn, across, "x")
    _name_values(drawn, up, "y")
    drawn.update_xaxes(title_text=escape(across.name), range=[-0.5, len(across.values) - 0.5])
    drawn.update_yaxes(title_text=escape(up.name), range=[-0.5, len(up.values) - 0.5], showgrid=False)
    drawn.add_annotation(
        text=f"{escape(measure)}  {key_in_words(scale, style)}", x=0, y=1, xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", yshift=6, showarrow=False, font={"size": 12, "color": style.tokens.text},
    )  # fmt: skip
    return done(drawn, style, _map_alt(across, up, found, measure, style))


def _marks(drawn: Figure, across: Dial, up: Dial, found: Spread, style: Style) -> None:
    """A clear mark on each cell: it says what the cell holds, and can be pressed."""
    places = [(row, column) for row, column in np.argwhere(found.count > 0)]
    told = [
        [int(column), int(row), escape(across.values[column]), escape(up.values[row]), *_figures(found, (row, column))]
        for row, column in places
    ]
    hover = f"{escape(across.name)} %{{customdata[2]}}<br>{escape(up.name)} %{{customdata[3]}}"
    drawn.add_scatter(
        x=[column for _, column in places], y=[row for row, _ in places], customdata=told,
        hovertemplate=f"{hover}<br>{_range(style, 4)}",
        **CLEAR_MARKS,
    )  # fmt: skip
    drawn.update_layout(hoverdistance=-1)


def _figures(found: Spread, place: tuple[Any, ...]) -> list[str | int]:
    """Median, low, high and number of runs of one place, as they are written."""
    return [*(number(each[place], DIGITS) for each in (found.median, found.low, found.high)), int(found.count[place])]


def _range(style: Style, first: int) -> str:
    """The hover's line on median, range and number, which begin at `first` of the customdata."""
    places = [f"%{{customdata[{first + place}]}}" for place in range(4)]
    template = N_("median {median}, {low} to {high}, runs: {count}")
    told = style.say(template, median=places[0], low=places[1], high=places[2], count=places[3])
    return told + "<extra></extra>"


def _name_values(drawn: Figure, dial: Dial, axis: str) -> None:
    ticks = {"tickvals": list(range(len(dial.values))), "ticktext": [escape(value) for value in dial.values]}
    drawn.update_layout({f"{axis}axis": ticks})


def _map_alt(across: Dial, up: Dial, found: Spread, measure: str, style: Style) -> str:
    template = N_("{measure} by {across} and {up}, the median of the runs in each cell.")
    told = [style.say(template, measure=measure, across=across.name, up=up.name)]
    if np.isfinite(found.median).any():
        for words, place in (
            (N_("Highest: {value} at {across} and {up}."), np.nanargmax(found.median)),
            (N_("Lowest: {value} at {across} and {up}."), np.nanargmin(found.median)),
        ):
            row, column = np.unravel_index(int(place), found.median.shape)
            value = number(found.median[row, column], DIGITS)
            told.append(style.say(words, value=value, across=across.values[column], up=up.values[row]))
    return " ".join(told)


def dial_curve(dial: Dial, found: Spread, measure: str, style: Style) -> Chart:
    """The median of `measure` over one dial's values, (A,), in the band from the lowest run to the highest.

    The values stand at equal distances, as most are doubled or are words. A mark pressed tells its place, from 0.
    """
    drawn = figure(style, f"dial-curve|{dial.name}", height=340)
    tokens, here = style.tokens, np.flatnonzero(found.count > 0)
    low, high = found.low[here], found.high[here]
    drawn.add_scatter(
        x=[*here, *here[::-1]], y=[*high, *low[::-1]], fill="toself", fillcolor=faint(tokens.test, 0.18), mode="lines",
        line={"width": 0}, name=style.translate(N_("lowest to highest run")), hoverinfo="skip",
    )  # fmt: skip
    drawn.add_scatter(
        x=here, y=found.median[here], mode="lines+markers", name=style.translate(N_("median")),
        line={"color": tokens.test, "width": 2}, marker={"size": 9},
        customdata=[[int(place), escape(dial.values[place]), *_figures(found, (place,))] for place in here],
        hovertemplate=f"{escape(dial.name)} %{{customdata[1]}}<br>" + _range(style, 2),
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip
    _level(drawn, len(dial.values), style)
    _name_values(drawn, dial, "x")
    drawn.update_xaxes(title_text=escape(dial.name), range=[-0.3, len(dial.values) - 0.7])
    drawn.update_yaxes(title_text=escape(measure))
    return done(drawn, style, _curve_alt(dial, found, measure, style))


def _level(drawn: Figure, count: int, style: Style) -> None:
    """The skill of "same as yesterday" itself."""
    drawn.add_scatter(
        x=[-0.3, count - 0.7], y=[0, 0], mode="lines", name=style.translate(N_("Same as yesterday")),
        line={"color": style.tokens.persistence, "width": 1.5, "dash": "dash"}, hoverinfo="skip",
    )  # fmt: skip


def _curve_alt(dial: Dial, found: Spread, measure: str, style: Style) -> str:
    told = [style.say(N_("{measure} by {dial}: median, lowest and highest run."), measure=measure, dial=dial.name)]
    for place in np.flatnonzero(found.count > 0):
        median, low, high, _count = _figures(found, (place,))
        template = N_("At {value}: {median}, {low} to {high}.")
        told.append(style.say(template, value=dial.values[place], median=median, low=low, high=high))
    return " ".join(told)


def spread_of(places: ArrayLike, values: Array, shape: tuple[int, ...]) -> Spread:
    """Gather runs by their places in a grid of `shape`; values that are no numbers are left out.

    Args:
        places: where each of N runs belongs, (N, number of axes).
        values: (N,).
    """
    values = np.asarray(values, dtype=float)
    flat = np.ravel_multi_index(np.asarray(places, dtype=int).reshape(-1, len(shape)).T, shape)
    out = {name: np.full(int(np.prod(shape)), np.nan) for name in ("median", "low", "high")}
    count = np.zeros(int(np.prod(shape)))
    for cell in np.unique(flat):
        mine = values[flat == cell]
        mine = mine[np.isfinite(mine)]
        count[cell] = len(mine)
        if len(mine):
            out["median"][cell], out["low"][cell], out["high"][cell] = np.median(mine), mine.min(), mine.max()
    return Spread(*(each.reshape(shape) for each in (*out.values(), count)))

"""Many runs as lines through the dials that were moved and on to what they came to.

Plotly's own parallel coordinates tell neither what lies under the pointer nor what was pressed, so these are lines.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from plotly.graph_objs import Figure

from core.charts.dials import DIGITS, WORST, Dial
from core.charts.heat import signed_scale
from core.charts.style import Chart, Style, done, escape, figure, number
from core.charts.tokens import contrast, mix
from core.sentence import N_
from core.values import Array

BANDS = 7  # colours of lines; each is one trace, however many runs there are
APART = 0.6  # of the room of one value, over which lines through it are spread
AXIS_HEIGHT = 92  # pixels between two axes where they lie, on a phone
FAINTEST = 2.5  # contrast of a line near zero with the page: it must still be seen
EDGE = 0.06  # room beyond the ends of the last axis


def parallel(dials: Sequence[Dial], chosen: NDArray[np.int_], values: Array, measure: str, style: Style) -> Chart:
    """N runs through D dials to `measure`, a skill; on a phone the axes lie and the lines fall.

    Args:
        chosen: (N, D), which of each dial's values a run has, from 0.
        values: (N,) what they came to. A run without a number is left out. A mark pressed tells its run, 0..N-1.
    """
    known = np.flatnonzero(np.isfinite(values))
    height = 60 + AXIS_HEIGHT * len(dials) if style.narrow else 440
    drawn = figure(style, f"parallel|{len(dials)}|{measure}", height=height, legend=False)
    drawn.update_layout(margin={"t": 40, "b": 24, "l": 24, "r": 40} if not style.narrow else {"t": 30, "l": 12})
    along = np.arange(len(dials) + 1)
    low, high = _ends(values[known])
    places = np.column_stack([*_spread(dials, chosen[known], values[known]), (values[known] - low) / (high - low)])
    for colour, mine in _bands(values[known], style):
        _lines(drawn, along, places[mine], known[mine], colour, style)
    _hover(drawn, dials, chosen, values, measure)
    for axis, dial in enumerate(dials):
        ticks = [((place + 0.5) / len(dial.values), value) for place, value in enumerate(dial.values)]
        _axis(drawn, axis, dial.name, ticks, style)
    _axis(drawn, len(dials), measure, [((v - low) / (high - low), number(v, DIGITS)) for v in (low, high)], style)
    _bare(drawn, len(dials), style)
    return done(drawn, style, _alt(dials, chosen, values, measure, style))


def _ends(values: Array) -> tuple[float, float]:
    """The ends of the measure's axis; what is far worse than the rest does not squeeze them."""
    if not len(values):
        return -WORST, WORST
    low, high = max(float(values.min()), -WORST), max(float(values.max()), -WORST)
    return (low, high) if high > low else (low - 0.01, high + 0.01)


def _spread(dials: Sequence[Dial], chosen: NDArray[np.int_], values: Array) -> list[Array]:
    """Where each run crosses each dial, 0..1: the better, the higher within the room of its value."""
    rank = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    within = (rank + 0.5) / max(len(rank), 1) - 0.5
    return [(chosen[:, d] + 0.5 + APART * within) / len(dial.values) for d, dial in enumerate(dials)]


def _bands(values: Array, style: Style) -> list[tuple[str, NDArray[np.int_]]]:
    """The runs of each colour, the best ones last, so that they lie on top."""
    scale = signed_scale(min(float(np.abs(values).max(initial=0.0)), WORST), style)
    edges = np.linspace(scale.low, scale.high, BANDS + 1)
    band = np.clip(np.digitize(values, edges) - 1, 0, BANDS - 1)
    middles = (edges[:-1] + edges[1:]) / 2
    return [(_seen(scale.colour(middles[each]), style), np.flatnonzero(band == each)) for each in np.unique(band)]


def _seen(colour: str, style: Style) -> str:
    share = 0.0
    while contrast(mix(colour, style.tokens.quiet, share), style.tokens.background) < FAINTEST and share < 1:
        share += 0.1
    return mix(colour, style.tokens.quiet, min(share, 1.0))


def _lines(
    drawn: Figure, along: NDArray[np.int_], places: Array, runs: NDArray[np.int_], colour: str, style: Style
) -> None:
    """Lines of one colour as one trace, a gap after each; its marks can be pressed."""
    count, stops = len(places), len(along)
    across = np.tile([*along.astype(float), np.nan], count)
    up = np.column_stack([np.clip(places, -EDGE, 1.0), np.full(count, np.nan)]).ravel()
    drawn.add_scatter(
        x=up if style.narrow else across, y=-across if style.narrow else up, mode="lines+markers",
        line={"color": colour, "width": 1.5}, marker={"size": 5, "color": colour}, connectgaps=False,
        customdata=np.repeat(runs, stops + 1)[:, None],
        selected={"marker": {"opacity": 1}}, unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _hover(drawn: Figure, dials: Sequence[Dial], chosen: NDArray[np.int_], values: Array, measure: str) -> None:
    """Each mark says all of its run."""
    told = []
    for run in range(len(values)):
        parts = [f"{escape(dial.name)} {escape(dial.values[chosen[run, d]])}" for d, dial in enumerate(dials)]
        told.append("<br>".join([*parts, f"{escape(measure)} {number(float(values[run]), DIGITS)}"]))
    for trace in drawn.data:
        trace.hovertext = [told[int(run[0])] for run in trace.customdata]
        trace.hovertemplate = "%{hovertext}<extra></extra>"


def _axis(drawn: Figure, place: int, name: str, ticks: list[tuple[float, str]], style: Style) -> None:
    tokens, lies = style.tokens, style.narrow
    ends = {"x0": 0, "x1": 1, "y0": -place, "y1": -place} if lies else {"x0": place, "x1": place, "y0": 0, "y1": 1}
    drawn.add_shape(type="line", line={"color": tokens.quiet, "width": 1}, layer="below", **ends)
    head = {"x": 0, "y": -place, "xanchor": "left", "yanchor": "bottom", "yshift": 8}
    if not lies:
        head = {"x": place, "y": 1, "xanchor": "center", "yanchor": "bottom", "yshift": 8}
    drawn.add_annotation(
        text=escape(name), showarrow=False, bgcolor=tokens.background, opacity=0.9,
        font={"size": 12, "color": tokens.text}, **head,
    )  # fmt: skip
    for at, value in ticks:
        where = {"x": at, "y": -place, "yanchor": "top", "yshift": -4}
        if not lies:
            where = {"x": place, "y": at, "xanchor": "left", "xshift": 6}
        drawn.add_annotation(
            text=escape(value), showarrow=False, bgcolor=tokens.background, borderpad=1, opacity=0.9,
            font={"size": 12, "color": tokens.quiet}, **where,
        )  # fmt: skip


def _bare(drawn: Figure, last: int, style: Style) -> None:
    """No axes of Plotly's own."""
    spans = {"x": [-0.04, 1.04], "y": [-last - 0.3, 0.35]} if style.narrow else {"x": [-0.15, last + 0.2],
             "y": [-EDGE - 0.02, 1.04]}  # fmt: skip
    for axis, ends in spans.items():
        drawn.update_layout({f"{axis}axis": {"visible": False, "range": ends, "fixedrange": True}})


def _alt(dials: Sequence[Dial], chosen: NDArray[np.int_], values: Array, measure: str, style: Style) -> str:
    names = " · ".join(dial.name for dial in dials)
    told = [style.say(N_("{count} runs as lines through {dials} to {measure}."),
                      count=int(np.isfinite(values).sum()), dials=names, measure=measure)]  # fmt: skip
    if np.isfinite(values).any():
        best = int(np.nanargmax(values))
        at = " · ".join(f"{dial.name} {dial.values[chosen[best, d]]}" for d, dial in enumerate(dials))
        told.append(
            style.say(N_("Highest: {value} with {dials}."), value=number(float(values[best]), DIGITS), dials=at)
        )
    return " ".join(told)

"""Axes of dates and of powers of ten, and the mark where the test part begins."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from plotly.graph_objs import Figure

from core.charts.style import DATE, Style, day
from core.charts.tokens import faint
from core.sentence import N_

MOST_TICKS = 7
MOST_AUTOMATIC = 10  # ticks that Plotly chooses by itself on a wide axis
_DATE_TICKS = [
    {"dtickrange": [None, 14 * 86_400_000], "value": DATE},
    {"dtickrange": [14 * 86_400_000, "M6"], "value": "%Y-%m"},
    {"dtickrange": ["M6", None], "value": "%Y"},
]


def date_axis(drawn: Figure, first: object, last: object, **place: Any) -> None:
    """Turn x into a date axis from `first` to `last`, labelled without month names in any language."""
    edge = max((pd.Timestamp(last) - pd.Timestamp(first)) * 0.01, pd.Timedelta(days=1))  # type: ignore[arg-type]
    drawn.update_xaxes(
        type="date",
        range=[day(pd.Timestamp(first) - edge), day(pd.Timestamp(last) + edge)],  # type: ignore[arg-type]
        tickformatstops=_DATE_TICKS,
        hoverformat=DATE,
        nticks=5 if _is_narrow(drawn) else 9,
        **place,
    )


def _is_narrow(drawn: Figure) -> bool:
    return drawn.layout.dragmode is False


def mark_split(drawn: Figure, style: Style, split: object, last: object, **place: Any) -> None:
    """The first test day: a dashed green line with its date above it, and a faint band over the test part."""
    at, tokens = day(split), style.tokens
    drawn.add_vrect(x0=at, x1=day(last), fillcolor=tokens.band, line_width=0, layer="below", **place)
    drawn.add_vline(x=at, line={"color": tokens.split, "width": 1.5, "dash": "dash"}, **place)
    drawn.add_annotation(
        text=style.write(N_("test from {date}"), date=at),
        x=at,
        y=1,
        yref="paper",
        yanchor="bottom",
        xanchor="auto",  # turns to the left where the right edge is near
        showarrow=False,
        font={"size": 12, "color": tokens.split_text},
    )


def mark_parts(drawn: Figure, style: Style, dates: pd.Series, part: pd.Series, **place: Any) -> None:
    """The split where there is a test part, and before it the validation part: a violet band behind a dotted line.

    Args:
        dates, part: as those columns of Run.prediction.
    """
    held_out, tested = dates[part == "validation"], dates[part == "test"]
    if len(held_out):
        first, last = day(held_out.iloc[0]), day(tested.iloc[0] if len(tested) else held_out.iloc[-1])
        band = faint(style.tokens.extra, 0.1)
        drawn.add_vrect(x0=first, x1=last, fillcolor=band, line_width=0, layer="below", **place)
        drawn.add_vline(x=first, line={"color": style.tokens.extra, "width": 1, "dash": "dot"}, **place)
    if len(tested):
        mark_split(drawn, style, tested.iloc[0], dates.iloc[-1], **place)


def log_axis(drawn: Figure, values: ArrayLike, **place: Any) -> None:
    """A logarithmic y axis for `values`, ticked at whole decades, or at 1, 2, 5 where there are few of them."""
    drawn.update_yaxes(type="log", exponentformat="power", **place)
    known = np.asarray(values, dtype=float).ravel()
    known = known[np.isfinite(known) & (known > 0)]
    if not len(known):
        return
    low, high = float(known.min()), float(known.max())
    first, last = floor(log10(low)), ceil(log10(high))
    heads = (1, 2, 5) if log10(high / low) < 1.5 else (1,)
    stride = ceil((last - first + 1) / MOST_TICKS)
    powers = range(first - first % stride, last + 1, stride)  # multiples of the stride, so that 1 is among them
    ticks = [head * 10.0**power for power in powers for head in heads]
    if sum(low <= tick <= high for tick in ticks) > 1:  # else Plotly's own ticks serve a narrow range better
        drawn.update_yaxes(tickvals=ticks, ticktext=[_power_text(tick, stride > 1) for tick in ticks], **place)


def whole_steps(drawn: Figure, values: ArrayLike) -> None:
    """Ticks at whole numbers on an x axis of counted things: left alone, a short one would be ticked at 1.5.

    A longer axis, and one whose values are not whole, is left to Plotly.
    """
    known = np.asarray(values, dtype=float).ravel()
    known = known[np.isfinite(known)]
    most = drawn.layout.xaxis.nticks or MOST_AUTOMATIC
    if len(known) and (known == np.round(known)).all() and known.max() - known.min() <= most:
        drawn.update_xaxes(tick0=round(known.min()), dtick=1)


def _power_text(tick: float, wide: bool) -> str:
    """0.001 to 1000 in full; beyond that, and all of a wide axis but 1, as powers of ten."""
    if tick == 1 or (1e-4 < tick < 1e4 and not wide):
        return f"{tick:g}"
    return f"10<sup>{round(log10(tick))}</sup>".replace("-", "−")

"""What a network of several inputs reads: which of them opens each gate, and how the prediction answers to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.gates import every, gate_title
from core.charts.heat import Scale, add_heat, key_in_words, signed_scale, two_digits
from core.charts.style import Chart, Style, day, done, escape, figure, number, significant
from core.sentence import N_
from core.values import Array

ROW, HEAD, FOOT = 24, 34, 60  # pixels of a row, of a panel's heading, of the axis below
LONGEST = 16  # letters of a label's line on a phone
LETTER = 5.8  # pixels across of one


def gate_drives(shares: Mapping[str, Array], names: Sequence[str], style: Style) -> Chart:
    """Of each gate the share of its pre-activation's variance by term: a heat map of terms by units.

    Args:
        shares: gate -> (H, K), as core.introspect.drives has them; below zero where a term works against the others.
        names: of the K terms, in the reader's language.
    """
    count, units = len(shares), next(iter(shares.values())).shape[0]
    columns = 1 if style.narrow else min(count, 2)
    rows, body = ceil(count / columns), ROW * len(names)
    height = rows * (body + HEAD) + FOOT
    drawn = figure(style, f"drives|{units}|{len(names)}|{count}", height=height, legend=False)
    drawn = make_subplots(
        figure=drawn, rows=rows, cols=columns, shared_xaxes=True, shared_yaxes=True, horizontal_spacing=0.03,
        vertical_spacing=HEAD / (height - FOOT) if rows > 1 else 0,
    )  # fmt: skip
    scale, told = (
        signed_scale(1.0, style),
        [style.translate(N_("What moves each gate's pre-activation, unit by unit."))],
    )
    for index, (gate, found) in enumerate(shares.items()):
        row, column = divmod(index, columns)
        title = gate_title(gate, "update" in shares, style)
        hover = style.translate(N_("%{y}, unit %{x}: share %{z:.3f}")) + "<extra></extra>"
        add_heat(drawn, found.T, scale, hover, style, row=row + 1, col=column + 1)
        key = "" if index else f'   <span style="font-size:11px">{key_in_words(scale, style)}</span>'
        _heading(drawn, title + key, row + 1, column + 1, style)
        told.append(_strongest(title, found, names, style))
    at = every(units, 16)
    drawn.update_xaxes(tickvals=at, ticktext=[str(i + 1) for i in at], ticks="", range=[-0.5, units - 0.5])
    drawn.update_xaxes(title_text=style.translate(N_("unit")), row=rows)
    _named_rows(drawn, names, style)
    _without_crowding(drawn, names, style.chart_width / columns, units)
    drawn.update_layout(margin_t=HEAD)
    return done(drawn, style, " ".join(told))


def input_saliency(
    slopes: Array, names: Sequence[str], style: Style, *, dates: pd.DatetimeIndex | None = None
) -> Chart:
    """How the prediction answers to each input on each day it read: a heat map of inputs by days, oldest first.

    Args:
        slopes: (D, F), change of the scaled prediction for one scaled unit more; averaged as absolute values where
            there are no `dates`.
        names: of the F inputs, in the reader's language.
        dates: of the days, (D,).
    """
    length, most = len(slopes), float(np.abs(slopes).max(initial=0.0))
    scale, digits = signed_scale(most, style), min(max(1 - floor(log10(most)), 2), 4) if most > 0 else 2
    key = key_in_words(scale, style)
    if dates is None:  # sizes have no sign: the upper half of the same colours
        scale = Scale(0.0, scale.high, scale.stops[1:])
        key = f"0 {key.split(' ', 1)[1]}"
    drawn = figure(style, f"input saliency|{slopes.shape}", height=HEAD + ROW * len(names) + FOOT, legend=False)
    hover = style.translate(N_("%{y}, %{x} days before the prediction: %{z:.4f}")) + "<extra></extra>"
    add_heat(drawn, slopes.T, scale, hover, style, digits)
    at = every(length, 10 if length <= 10 else 6)
    drawn.update_xaxes(tickvals=at, ticktext=[f"{i + 1 - length}".replace("-", "−") for i in at], ticks="")
    drawn.update_xaxes(title_text=style.translate(N_("days before the prediction")), range=[-0.5, length - 0.5])
    _named_rows(drawn, names, style)
    _without_crowding(drawn, names, style.chart_width / (1 if style.narrow else 2), length, digits)
    drawn.update_layout(margin_t=HEAD)
    drawn.add_annotation(
        text=key, x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
        showarrow=False, font={"size": 11, "color": style.tokens.quiet},
    )  # fmt: skip
    return done(drawn, style, _answer_alt(slopes, names, dates, style))


def _answer_alt(slopes: Array, names: Sequence[str], dates: pd.DatetimeIndex | None, style: Style) -> str:
    length = len(slopes)
    when, which = (int(place) for place in np.unravel_index(int(np.argmax(np.abs(slopes))), slopes.shape))
    told = N_(
        "Answer of the prediction to {count} inputs on each of {days} days; the strongest, {slope}, to {name}, {lag} "
        "days before the last."
    )
    given = {
        "count": len(names),
        "days": length,
        "slope": significant(float(slopes[when, which])),
        "name": names[which],
    }
    alt = [style.say(told, **given, lag=length - 1 - when)]
    if dates is not None:
        alt.append(style.say(N_("That is {date}."), date=day(dates[when])))
    return " ".join(alt)


def _strongest(title: str, found: Array, names: Sequence[str], style: Style) -> str:
    """Which unit of a gate moves with one term most of all."""
    if not np.isfinite(found).any():
        return style.say(N_("{layer}: no unit moves."), layer=title)
    unit, term = (int(place) for place in np.unravel_index(int(np.nanargmax(found)), found.shape))
    return style.say(
        N_("{gate}: the largest share, {value}, is that of {term} in unit {unit}."),
        gate=title, value=two_digits(float(found[unit, term])), term=names[term], unit=unit + 1,
    )  # fmt: skip


def _without_crowding(drawn: Figure, names: Sequence[str], width: float, cells: int, digits: int = 2) -> None:
    """Take the printed numbers away where the rows' names leave the cells too little of `width` pixels."""
    longest = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in name) for name in names)
    if (width - LETTER * longest - 20) / cells < LETTER * (digits + 3):
        drawn.update_traces(text=None, texttemplate=None, selector={"type": "heatmap"})


def _named_rows(drawn: Figure, names: Sequence[str], style: Style) -> None:
    labels = [_wrapped(name) if style.narrow else escape(name) for name in names]
    at = list(range(len(names)))
    drawn.update_yaxes(tickvals=at, ticktext=labels, range=[len(names) - 0.5, -0.5], showgrid=False, ticks="")
    if style.narrow:
        drawn.update_yaxes(tickfont={"size": 10})


def _wrapped(name: str) -> str:
    """A label over two lines where it is long, so that a phone has room for the cells; a Chinese sign counts double."""
    widths = np.cumsum([2 if ord(letter) > 0x2E80 else 1 for letter in name])
    if not len(widths) or widths[-1] <= LONGEST:
        return escape(name)
    middle = int(np.searchsorted(widths, widths[-1] / 2)) + 1
    spaces = [place for place, letter in enumerate(name) if letter == " "]
    cut = min(spaces, key=lambda place: abs(place - middle)) if spaces else middle
    return f"{escape(name[:cut])}<br>{escape(name[cut:].strip())}"


def _heading(drawn: Figure, text: str, row: int, column: int, style: Style) -> None:
    place = drawn.get_subplot(row, column)
    drawn.add_annotation(
        text=text, x=place.xaxis.domain[0], y=place.yaxis.domain[1], xref="paper", yref="paper", xanchor="left",
        yanchor="bottom", align="left", showarrow=False, font={"size": 13, "color": style.tokens.text},
    )  # fmt: skip


@dataclass(frozen=True)
class Gain:
    """What one input adds: its name in the reader's language, 1 - RMSE with / RMSE without, "helps", "beside",
    "costs" or "nothing", as core.whatif.helping has them."""

    name: str
    value: float
    kind: str


def input_gains(gains: Sequence[Gain], style: Style) -> Chart:
    """By how much the error is smaller with each input than without it: a mark a row, its shape and colour the kind."""
    drawn = figure(style, "input gains", height=110 + ROW * len(gains))
    looks = {
        "helps": (N_("helps"), style.tokens.split, "circle"),
        "beside": (N_("helps beside the others"), style.tokens.split, "circle-open-dot"),
        "costs": (N_("costs"), style.tokens.test, "diamond"),
        "nothing": (N_("no difference"), style.tokens.persistence, "circle-open"),
    }
    for kind, (name, colour, symbol) in looks.items():
        mine = [place for place, gain in enumerate(gains) if gain.kind == kind]
        if mine:
            drawn.add_scatter(
                x=[100 * gains[place].value for place in mine], y=mine, mode="markers", name=style.translate(name),
                marker={"size": 11, "symbol": symbol, "color": colour, "line": {"width": 2, "color": colour}},
                hovertemplate="%{x:.2f} %<extra></extra>",
            )  # fmt: skip
    drawn.add_vline(x=0, line={"color": style.tokens.quiet, "width": 1})
    _named_rows(drawn, [gain.name for gain in gains], style)
    drawn.update_xaxes(title_text=style.translate(N_("% of the error that the input takes away")))
    told = [
        style.say(
            N_("{name}: the error is {value} % smaller with it."), name=gain.name, value=number(100 * gain.value, 2)
        )
        for gain in gains
    ]
    return done(drawn, style, " ".join(told))

"""How far back the gradient reaches, and by which way."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure

from core.charts.axes import log_axis
from core.charts.curves import Axes, Line, curves, cycle
from core.charts.style import Chart, Style, day, days, done, figure, number, significant
from core.charts.tokens import GATE_HUES, ink_on, mix
from core.sentence import N_
from core.values import Array

LAG = N_("days before the last")
FURTHEST = 1000.0  # steps; a longer half-life is drawn at the edge


def gradient_norms(
    hidden: Array,
    style: Style,
    *,
    cell: Array | None = None,
    name: str = "LSTM",
    others: Sequence[tuple[str, Array]] = (),
) -> Chart:
    """Norms of dL/dh_t, where given of dL/dc_t, and those of networks to compare with, by lag (T,), on a log axis.

    Args:
        others: at most two lines to compare with, each with its name in the reader's language.
    """
    colours = style.tokens
    named = [(style.say(N_("{cell}, hidden state"), cell=name), hidden, colours.train)]
    if cell is not None:
        named.append((style.say(N_("{cell}, cell state"), cell=name), cell, colours.split))
    looks = (colours.test, colours.extra)
    named += [(words, norms, look) for (words, norms), look in zip(others, looks, strict=False)]
    lines = [Line(words, np.arange(len(norms), dtype=float), norms, look) for words, norms, look in named]
    axes = Axes(style.translate(LAG), style.translate(N_("norm of the gradient")), log=True)
    return curves(lines, axes, style)


def gradient_share(kept: Array, style: Style) -> Chart:
    """Share (0..1) of the gradient crossing each step that goes along the memory itself, by lag: kept is (L, T-1)."""
    layers = np.atleast_2d(kept)
    lags = np.arange(1, layers.shape[1] + 1, dtype=float)
    lines = [Line(style.say(N_("Layer {layer}"), layer=index + 1), lags, 100 * row) for index, row in enumerate(layers)]
    axes = Axes(style.translate(LAG), style.translate(N_("% along the memory")))
    chart = curves(lines, axes, style, height=300)
    chart.figure.update_yaxes(range=[0, 102])
    told = [
        style.say(
            N_("{name}: {first} % one day back, {last} % at the furthest."),
            name=line.name, first=_percent(row[0]), last=_percent(row[-1]),
        )
        for line, row in zip(lines, layers, strict=True)
        if len(row)
    ]  # fmt: skip
    return Chart(chart.figure, " ".join([style.translate(N_("Share of the gradient along the memory.")), *told]))


def saliency(dates: pd.DatetimeIndex, slopes: Array, style: Style) -> Chart:
    """How much the prediction moves for one unit more on each day it read: bars up and down, oldest first, (D,)."""
    drawn = figure(style, f"saliency|{len(slopes)}", height=300, legend=False)
    colours = [style.tokens.test if slope < 0 else style.tokens.train for slope in slopes]
    drawn.add_bar(
        x=days(dates),
        y=slopes,
        marker={"color": colours, "line": {"width": 0}, "pattern": {"shape": ["/" if s < 0 else "" for s in slopes]}},
        hovertemplate="%{x}: %{y:.4f}<extra></extra>",
    )
    drawn.add_hline(y=0, line={"color": style.tokens.quiet, "width": 1})
    shown = days(dates)[:: -ceil(len(slopes) / (3 if style.narrow else 4))]
    drawn.update_xaxes(type="category", tickvals=shown, tickangle=0)
    drawn.update_yaxes(title_text=style.translate(N_("change of the prediction per unit of that day")))
    strongest = int(np.argmax(np.abs(slopes)))
    alt = style.say(
        N_(
            "Answer of the prediction to each of {count} days; the strongest, {slope}, to {date}; all together {total}."
        ),
        count=len(slopes),
        slope=significant(float(slopes[strongest])),
        date=day(dates[strongest]),
        total=significant(float(np.sum(slopes))),
    )
    return done(drawn, style, alt)


def mean_saliency(slopes: Array, style: Style) -> Chart:
    """Mean size of the prediction's answer to each day it read, oldest first, (D,), by how long ago that was."""
    lags = np.arange(len(slopes))[::-1]
    drawn = figure(style, f"mean saliency|{len(slopes)}", height=300, legend=False)
    drawn.add_bar(
        x=-lags, y=slopes, marker={"color": style.tokens.train, "line": {"width": 0}}, customdata=lags,
        hovertemplate="−%{customdata}: %{y:.4f}<extra></extra>",
    )  # fmt: skip
    at = lags[:: -ceil(len(slopes) / 10)]
    labels = [f"−{lag}" if lag else "0" for lag in at]  # as on the heat maps
    drawn.update_xaxes(tickvals=-at, ticktext=labels, title_text=style.translate(N_("days before the prediction")))
    drawn.update_yaxes(title_text=style.translate(N_("mean size of the change")), rangemode="tozero")
    strongest = int(np.argmax(slopes))
    alt = style.say(
        N_(
            "Mean answer of the predictions to each of {count} days; "
            "the strongest, {slope}, {lag} days before the last."
        ),
        count=len(slopes), slope=significant(float(slopes[strongest])), lag=int(lags[strongest]),
    )  # fmt: skip
    return done(drawn, style, alt)


def half_lives(steps: Array, style: Style) -> Chart:
    """Steps in which each unit's memory halves, (L, H), longest first in each layer, on a log axis."""
    drawn = figure(style, f"half-lives|{steps.shape}", height=320)
    told = []
    for layer, row in enumerate(np.atleast_2d(steps)):
        order = np.argsort(-row, kind="stable")
        name = style.say(N_("Layer {layer}"), layer=layer + 1)
        drawn.add_scatter(
            x=np.arange(1, len(row) + 1),
            y=np.clip(row[order], 0.01, FURTHEST),
            customdata=[[int(unit) + 1, steps_text(row[unit])] for unit in order],
            mode="lines+markers",
            name=name,
            line={"color": cycle(style.tokens)[layer], "width": 1, "dash": "dot"},
            marker={"size": 9, "symbol": ("circle", "diamond", "square", "triangle-up")[layer]},
            hovertemplate=style.translate(N_("unit %{customdata[0]}: %{customdata[1]} steps")),
        )
        told.append(
            style.say(
                N_("{name}: half-lives from {low} to {high} steps, median {middle}."),
                name=name,
                low=steps_text(row.min()),
                high=steps_text(row.max()),
                middle=steps_text(float(np.median(row))),
            )
        )
    drawn.update_xaxes(title_text=style.translate(N_("units, longest memory first")))
    drawn.update_yaxes(title_text=style.translate(N_("half-life (steps)")))
    log_axis(drawn, np.clip(steps, 0.01, FURTHEST))
    return done(drawn, style, " ".join(told))


def saturation(gates: Sequence[str], below: Array, above: Array, style: Style) -> Chart:
    """Share of steps in which each gate is shut (under 0.1) or open (over 0.9), by layer; below and above: (G, L)."""
    layers = below.shape[1]
    drawn = figure(style, f"saturation|{layers}", height=70 + 34 * len(gates) * layers)
    rows = [(gate, layer) for gate in range(len(gates)) for layer in range(layers)]
    labels = [f"{style.translate(GATE_WORDS[gates[g]])} {layer + 1}" for g, layer in rows]
    shares = {
        N_("shut, under 0.1"): (0.0, [below[row] for row in rows]),
        N_("between"): (0.45, [1 - below[row] - above[row] for row in rows]),
        N_("open, over 0.9"): (1.0, [above[row] for row in rows]),
    }
    for name, (ink, values) in shares.items():
        fills = [mix(style.tokens.background, GATE_HUES[gates[g]], ink) for g, _ in rows]
        drawn.add_bar(
            y=labels,
            x=100 * np.array(values),
            orientation="h",
            showlegend=False,
            marker={"color": fills, "line": {"color": style.tokens.quiet, "width": 0.6}},
            text=[f"{100 * v:.0f} %" if v >= 0.08 else "" for v in values],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            textfont={"color": [ink_on(fill) for fill in fills], "size": 11},
            hovertemplate=f"%{{y}}, {style.translate(name)}: %{{x:.1f}} %<extra></extra>",
        )
        _key_ink(drawn, style.translate(name), ink, style)
    drawn.update_layout(barmode="stack", bargap=0.25)
    drawn.update_yaxes(autorange="reversed", showgrid=False)
    drawn.update_xaxes(range=[0, 100], title_text=style.translate(N_("% of steps")))
    told = [
        style.say(
            N_("{gate}: shut {shut} %, open {open} %."), gate=label, shut=_percent(below[at]), open=_percent(above[at])
        )
        for label, at in zip(labels, rows, strict=True)
    ]
    return done(drawn, style, " ".join(told) or style.translate(N_("This cell has no gates.")))


def steps_text(steps: float) -> str:
    """A half-life in three digits; "∞" where nothing is ever lost, "–" where there is none."""
    if np.isnan(steps):
        return "–"
    return "∞" if np.isinf(steps) else significant(float(steps))


def _percent(share: float) -> str:
    return number(100 * float(share), 1) if np.isfinite(share) else "–"


def _key_ink(drawn: Figure, name: str, ink: float, style: Style) -> None:
    """A legend entry in neutral ink, as it stands for gates of every hue."""
    fill = mix(style.tokens.background, style.tokens.quiet, ink)
    marker = {"symbol": "square", "size": 11, "color": fill, "line": {"color": style.tokens.quiet, "width": 1}}
    drawn.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)


GATE_WORDS = {
    "forget": N_("Forget, layer"),
    "input": N_("Input, layer"),
    "output": N_("Output, layer"),
    "reset": N_("Reset, layer"),
    "update": N_("Update, layer"),
}

"""The lessons' figures: activations, products of Jacobians, powers of a matrix, the adding problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from plotly.subplots import make_subplots

from core.charts.curves import Axes, Line, curves
from core.charts.style import Chart, Style, done, figure, significant
from core.sentence import N_
from core.values import Array

CELLS = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN (tanh)", "sigmoid": "RNN (sigmoid)"}
ERRORS = [-3.2, 0.0]  # the axis of the adding problem, as powers of ten


def activations(z: Array, functions: Mapping[str, tuple[Array, Array]], style: Style) -> Chart:
    """Activations and their slopes over z, in two panels: name ("tanh", "sigmoid") -> (values, slopes), each like z."""
    drawn = figure(style, "activations", height=560 if style.narrow else 320, unified=True)
    layout = {"rows": 2} if style.narrow else {"cols": 2}
    titles = [style.translate(N_("value")), style.translate(N_("slope"))]
    drawn = make_subplots(figure=drawn, **layout, horizontal_spacing=0.1)
    told = []
    looks = {"tanh": (style.tokens.train, "solid"), "sigmoid": (style.tokens.test, "dash")}
    for name, pair in functions.items():
        colour, dash = looks[name]
        for index, y in enumerate(pair):
            drawn.add_scatter(
                x=z, y=y, mode="lines", name=name, legendgroup=name, showlegend=index == 0,
                line={"color": colour, "dash": dash, "width": 2}, hovertemplate="%{y:.3f}",
                row=index + 1 if style.narrow else 1, col=1 if style.narrow else index + 1,
            )  # fmt: skip
        told.append(
            style.say(
                N_("{name}: from {low} to {high}, largest slope {slope}."),
                name=name, low=significant(pair[0].min()), high=significant(pair[0].max()),
                slope=significant(pair[1].max()),
            )
        )  # fmt: skip
    drawn.update_xaxes(title_text="z")
    for index, title in enumerate(titles):
        place = {"row": index + 1} if style.narrow else {"col": index + 1}
        drawn.update_yaxes(title_text=title, **place)
    return done(drawn, style, " ".join(told))


def jacobian_norms(norms: Mapping[float, Array], style: Style) -> Chart:
    """Norm of the product of Jacobians by lag, for each radius: radius -> (lags,), lag 1 first."""
    lines = [
        Line(style.say(N_("radius {radius}"), radius=f"{radius:g}"), np.arange(1.0, len(values) + 1), values)
        for radius, values in norms.items()
    ]
    axes = Axes(style.translate(N_("lag (steps)")), style.translate(N_("norm of the product")), log=True)
    return curves(lines, axes, style)


def matrix_powers(norms: Array, radius: float, style: Style) -> Chart:
    """Norms of a matrix's powers 1 ... n, (n,), beside its radius to the same powers."""
    count = np.arange(1.0, len(norms) + 1)
    lines = [
        Line(style.translate(N_("norm of the power")), count, norms),
        Line(style.translate(N_("radius to that power")), count, radius**count),
    ]
    axes = Axes(style.translate(N_("power")), style.translate(N_("size")))
    chart = curves(lines, axes, style)
    peak = int(np.argmax(norms))
    chart.figure.add_scatter(
        x=[peak + 1], y=[norms[peak]], mode="markers+text", text=[significant(float(norms[peak]), 4)],
        textposition="top center", cliponaxis=False, showlegend=False, hoverinfo="skip",
        marker={"size": 9, "color": style.tokens.train},
    )  # fmt: skip
    alt = style.say(
        N_("The norm of the powers peaks at {peak}, at power {power}; the radius is {radius}."),
        peak=significant(float(norms[peak]), 4),
        power=peak + 1,
        radius=f"{radius:g}",
    )
    return done(chart.figure, style, alt)


def adding_problem(
    learning: Mapping[str, tuple[Sequence[int], Sequence[float]]], variance: float, batches: int, style: Style
) -> Chart:
    """Error on watched sequences over training steps, by cell, on fixed log axes; may still be growing.

    Args:
        learning: cell ("lstm", "gru", "rnn", "sigmoid") -> (training steps, errors).
        variance: of the answers: what always answering the mean scores, drawn as a level.
    """
    lines = [
        Line(CELLS[cell], np.asarray(steps, dtype=float), np.asarray(errors, dtype=float))
        for cell, (steps, errors) in learning.items()
    ]
    axes = Axes(
        style.translate(N_("training steps")),
        style.translate(N_("mean squared error")),
        log=True,
        level=(style.translate(N_("always answering the mean")), variance),
    )
    chart = curves(lines, axes, style)
    chart.figure.update_traces(x=[0, batches], selector={"name": style.translate(N_("always answering the mean"))})
    chart.figure.update_xaxes(range=[0, batches])
    chart.figure.update_yaxes(range=ERRORS, dtick=1)
    return chart

"""The loss over one weight, with its cliff, and two descents that start on it."""

from __future__ import annotations

import numpy as np

from core.charts.curves import Axes, Line, curves
from core.charts.style import Chart, Style, significant
from core.sentence import N_
from core.theory.cliff import Path
from core.values import Array


def cliff(weights: Array, losses: Array, paths: tuple[Path, Path], style: Style) -> Chart:
    """The landscape as a line; the unclipped and the clipped descent as marks, their ends written out.

    Args:
        weights, losses: the landscape, (K,) each.
        paths: without and with clipping.
    """
    tokens = style.tokens
    axes = Axes("w", style.translate(N_("loss")))
    drawn = curves([Line(style.translate(N_("loss")), weights, losses, tokens.actual)], axes, style).figure
    names = (N_("descent without clipping"), N_("descent with clipping"))
    looks = ((tokens.test, "circle-open"), (tokens.train, "diamond"))
    for name, path, (colour, symbol) in zip(names, paths, looks, strict=True):
        drawn.add_scatter(
            x=path.weights, y=path.losses, mode="lines+markers", name=style.translate(name), cliponaxis=False,
            line={"color": colour, "width": 1.5, "dash": "dot"}, marker={"size": 8, "symbol": symbol, "color": colour},
            hovertemplate="w = %{x:.4f}: %{y:.4g}",
        )  # fmt: skip
    drawn.add_annotation(
        x=paths[0].weights[0], y=paths[0].losses[0], text=style.translate(N_("start")), ax=34, ay=-30, arrowwidth=1,
        arrowcolor=tokens.quiet, font={"size": 12, "color": tokens.text},
    )  # fmt: skip
    drawn.update_layout(hovermode="closest")
    steepest = int(np.argmax(np.abs(np.diff(losses))))
    told = style.say(
        N_(
            "The loss has a wall at w = {at}. Without clipping the descent ends at w = {free}, loss {free_loss}; "
            "with clipping at w = {clipped}, loss {clipped_loss}."
        ),
        at=significant(float(weights[steepest]), 4),
        free=significant(float(paths[0].weights[-1])), free_loss=significant(float(paths[0].losses[-1])),
        clipped=significant(float(paths[1].weights[-1]), 4), clipped_loss=significant(float(paths[1].losses[-1])),
    )  # fmt: skip
    return Chart(drawn, told)

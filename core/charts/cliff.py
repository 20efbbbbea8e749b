"""The loss over one weight, with its cliff, two descents that start on it, and the edge of the cliff close up."""

from __future__ import annotations

import numpy as np
from plotly.graph_objs import Figure

from core.charts.curves import Axes, Line, curves
from core.charts.style import Chart, Style, done, significant
from core.sentence import N_
from core.theory.cliff import Path, Scene

INSET = ((0.42, 0.97), (0.4, 0.93))  # where the close view stands: shares of the plot across and up
BELOW = ((0.0, 1.0), (0.0, 0.4))  # on a phone: under the whole
HEIGHT, TALL = 420, 640  # pixels


def cliff(scene: Scene, style: Style) -> Chart:
    """The landscape as a line; the unclipped and the clipped descent as marks; both again around the edge."""
    tokens, loss = style.tokens, style.translate(N_("loss"))
    axes = Axes("w", loss)
    whole = Line(loss, scene.whole.weights, scene.whole.losses, tokens.actual)
    drawn = curves([whole], axes, style, height=TALL if style.narrow else HEIGHT).figure
    drawn.add_scatter(
        x=scene.edge.weights, y=scene.edge.losses, mode="lines", line={"color": tokens.actual, "width": 2},
        hovertemplate="%{y:.3g}", name=loss, showlegend=False, xaxis="x2", yaxis="y2",
    )  # fmt: skip
    names = (N_("descent without clipping"), N_("descent with clipping"))
    looks = ((tokens.test, "circle-open"), (tokens.train, "diamond"))
    for name, path, look in zip(names, (scene.free, scene.clipped), looks, strict=True):
        _add_path(drawn, style.translate(name), path, look)
    _place(drawn, scene, style)
    steepest = int(np.argmax(np.abs(np.diff(scene.edge.losses))))
    told = style.say(
        N_(
            "The loss has a wall at w = {at}. Without clipping the descent ends at w = {free}, loss {free_loss}; "
            "with clipping at w = {clipped}, loss {clipped_loss}."
        ),
        at=significant(float(scene.edge.weights[steepest]), 4),
        free=significant(float(scene.free.weights[-1])), free_loss=significant(float(scene.free.losses[-1])),
        clipped=significant(float(scene.clipped.weights[-1]), 4),
        clipped_loss=significant(float(scene.clipped.losses[-1])),
    )  # fmt: skip
    return done(drawn, style, told)


def _add_path(drawn: Figure, name: str, path: Path, look: tuple[str, str]) -> None:
    """A descent on the whole and on the close view; there what leaves the view is cut off."""
    colour, symbol = look
    for close in (False, True):
        drawn.add_scatter(
            x=path.weights, y=path.losses, mode="lines+markers", name=name, legendgroup=name, showlegend=not close,
            cliponaxis=close, line={"color": colour, "width": 1.5, "dash": "dot"},
            marker={"size": 6 if close else 8, "symbol": symbol, "color": colour},
            hovertemplate="w = %{x:.4f}: %{y:.4g}", xaxis="x2" if close else "x", yaxis="y2" if close else "y",
        )  # fmt: skip


def _place(drawn: Figure, scene: Scene, style: Style) -> None:
    """Lay the close view over the flat part of the whole, or below it on a phone, and mark where the descents start."""
    tokens, (across, up) = style.tokens, BELOW if style.narrow else INSET
    low, high = float(scene.edge.weights[0]), float(scene.edge.weights[-1])
    frame = {"showline": True, "linecolor": tokens.border, "mirror": True}
    drawn.update_layout(
        hovermode="closest",
        xaxis2=frame | {"domain": across, "anchor": "y2", "range": [low, high], "nticks": 5, "tickformat": ".3f"},
        yaxis2=frame | {"domain": up, "anchor": "x2", "nticks": 4, "title": {"text": ""}},
    )
    if style.narrow:
        drawn.update_layout(yaxis_domain=[0.56, 1.0], xaxis_title_text="", xaxis2_title_text="w")
    else:
        drawn.update_layout(yaxis_showgrid=False)  # its lines would run through the close view
    drawn.add_annotation(
        x=across[0], y=up[1], xref="paper", yref="paper", text=style.translate(N_("the edge of the cliff, close up")),
        showarrow=False, xanchor="left", yanchor="bottom", font={"size": 12, "color": tokens.quiet},
    )  # fmt: skip
    for axes in ("", "2"):
        drawn.add_annotation(
            x=scene.free.weights[0], y=scene.free.losses[0], xref=f"x{axes}", yref=f"y{axes}",
            text=style.translate(N_("start")), ax=30, ay=-34, arrowwidth=1, arrowcolor=tokens.quiet,
            font={"size": 12, "color": tokens.text},
        )  # fmt: skip

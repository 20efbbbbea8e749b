"""What the gates did: one heat map each, step by unit, for the chosen day and layer."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from math import ceil

import numpy as np
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.heat import add_heat, key_in_words, scale_of, two_digits
from core.charts.pressed import add_marks, can_be_pressed
from core.charts.style import Chart, Style, done, figure, spark
from core.charts.tokens import GATE_HUES
from core.sentence import N_
from core.values import Array

NAMES = {
    "forget": N_("Forget gate f"),
    "input": N_("Input gate i"),
    "output": N_("Output gate o"),
    "candidate": N_("Candidate g"),
    "cell": N_("Cell state c"),
    "hidden": N_("Hidden state h"),
    "reset": N_("Reset gate r"),
    "update": N_("Update gate z"),
}
GRU_CANDIDATE = N_("Candidate n")
ROW_HEIGHT, HEAD = 19, 56  # pixels a unit, and of a panel's heading


def gates(
    matrices: Mapping[str, Array],
    style: Style,
    *,
    step: int | None = None,
    unit: int | None = None,
    steps: str = "window",
) -> Chart:
    """Heat maps of step by unit: gates in their hues, states signed.

    Args:
        matrices: by name, each (T, H): forget, input, output, candidate, cell, hidden for an LSTM; reset, update,
            candidate, hidden for a GRU; hidden for an RNN. Drawn in the order given.
        step: 0..T-1, outlined; unit: 0..H-1, outlined.
        steps: "window" counts days before the prediction (-9..0); "days" counts the days from 1.
    """
    kept = {name: np.asarray(values, dtype=float) for name, values in matrices.items()}
    columns, (length, units) = _columns(len(kept), style), next(iter(kept.values())).shape
    drawn = deepcopy(_panels(len(kept), (length, units), columns, steps, style))
    for index, (name, values) in enumerate(kept.items()):
        _add_panel(drawn, (name, values), _title(name, kept, style), divmod(index, columns), style)
    labels = step_labels(length, steps)
    if can_be_pressed((length, units)):
        for index, values in enumerate(kept.values()):
            add_marks(drawn, values, labels, style, row=index // columns + 1, col=index % columns + 1)
    drawn.update_layout(shapes=_outlines((length, units), len(kept), step, unit, style))
    return done(drawn, style, _alt(kept, style, step, unit))


def gates_spark(matrices: Mapping[str, Array], style: Style) -> Chart:
    """The gates alone (of an RNN the hidden state), small and side by side, for the overview."""
    kept = {name: np.asarray(v, dtype=float) for name, v in matrices.items() if name in GATE_HUES}
    kept = kept or {"hidden": np.asarray(matrices["hidden"], dtype=float)}
    drawn = make_subplots(figure=spark(style, "gates spark"), cols=len(kept), horizontal_spacing=0.03)
    for index, (name, values) in enumerate(kept.items()):
        scale = scale_of(name, values, style)
        add_heat(drawn, values.T, scale, "%{z:.2f}", style, row=1, col=index + 1)
        _heading(drawn, _title(name, kept, style), (0, index), style)
    drawn.update_traces(texttemplate="", text=None, xgap=0, ygap=0)
    drawn.update_xaxes(visible=False, fixedrange=True)
    drawn.update_yaxes(visible=False, fixedrange=True, autorange="reversed")
    drawn.update_layout(margin_t=24)
    return done(drawn, style, _alt(kept, style, None, None))


@lru_cache(maxsize=64)
def _panels(count: int, shape: tuple[int, int], columns: int, steps: str, style: Style) -> Figure:
    """The panels without what is in them: two fifths of the time of a chart, and the same for every day and run."""
    (length, units), rows = shape, ceil(count / columns)
    height = rows * (min(max(units * ROW_HEIGHT, 90), 420) + HEAD) + 56
    drawn = make_subplots(
        figure=figure(style, f"gates|{length}|{units}|{count}", height=height, legend=False), rows=rows, cols=columns,
        shared_xaxes=True, shared_yaxes=True, horizontal_spacing=0.035,
        vertical_spacing=HEAD / (height - 56) if rows > 1 else 0,
    )  # fmt: skip
    _axes(drawn, shape, (rows, columns), steps, style)
    return drawn.update_layout(margin_t=HEAD - 6)


def _columns(count: int, style: Style) -> int:
    """Panels abreast: one on a phone, else three (two for the GRU's four)."""
    return 1 if style.narrow else min(count, 2 if count == 4 else 3)


def _title(name: str, present: Mapping[str, Array], style: Style) -> str:
    return gate_title(name, "update" in present, style)


def gate_title(name: str, of_gru: bool, style: Style) -> str:
    """What a gate or state is called; a GRU's candidate has a letter of its own."""
    return style.translate(GRU_CANDIDATE if name == "candidate" and of_gru else NAMES[name])


def _add_panel(drawn: Figure, panel: tuple[str, Array], title: str, place: tuple[int, int], style: Style) -> None:
    name, values = panel
    scale = scale_of(name, values, style)
    # Values are (T, H); a heat map wants its rows first, so units become rows: (H, T).
    hover = style.translate(N_("unit %{y}, step %{x}: %{z:.4f}")) + "<extra></extra>"
    add_heat(drawn, values.T, scale, hover, style, row=place[0] + 1, col=place[1] + 1)
    quiet = f'<span style="font-size:11px;color:{style.tokens.quiet}">{key_in_words(scale, style)}</span>'
    _heading(drawn, f"{title}<br>{quiet}", place, style)


def _heading(drawn: Figure, text: str, place: tuple[int, int], style: Style) -> None:
    across = drawn.get_subplot(place[0] + 1, place[1] + 1).xaxis.domain
    up = drawn.get_subplot(place[0] + 1, place[1] + 1).yaxis.domain
    drawn.add_annotation(
        text=text, x=across[0], y=up[1], xref="paper", yref="paper", xanchor="left", yanchor="bottom", align="left",
        showarrow=False, font={"size": 13, "color": style.tokens.text},
    )  # fmt: skip


def _outlines(
    shape: tuple[int, int], panels: int, step: int | None, unit: int | None, style: Style
) -> list[dict[str, object]]:
    """A frame around the chosen step's column and the chosen unit's row, in every panel."""
    length, units = shape
    frames = []
    if step is not None:
        frames.append({"x0": step - 0.5, "x1": step + 0.5, "y0": -0.5, "y1": units - 0.5})
    if unit is not None:
        frames.append({"x0": -0.5, "x1": length - 0.5, "y0": unit - 0.5, "y1": unit + 0.5})
    line = {"color": style.tokens.text, "width": 1.6}
    return [
        {"type": "rect", "xref": f"x{panel or ''}", "yref": f"y{panel or ''}", "line": line, **frame}
        for panel in (0, *range(2, panels + 1))
        for frame in frames
    ]


def _axes(drawn: Figure, shape: tuple[int, int], grid: tuple[int, int], steps: str, style: Style) -> None:
    (length, units), (rows, _) = shape, grid
    step_axis(drawn, length, steps, style, row=rows)
    which = every(units, 12)
    drawn.update_yaxes(
        tickvals=which, ticktext=[str(i + 1) for i in which], range=[units - 0.5, -0.5], showgrid=False, ticks=""
    )
    drawn.update_yaxes(title_text=style.translate(N_("unit")), col=1)


def step_labels(length: int, steps: str) -> list[str]:
    """What each step is called; `steps` as in `gates`."""
    first = 1 - length if steps == "window" else 1
    return [f"{first + i}".replace("-", "−") for i in range(length)]


def step_axis(drawn: Figure, length: int, steps: str, style: Style, **place: int) -> None:
    """Ticks at the steps of every panel; the title at those of `place`. `steps` as in `gates`."""
    title = N_("days before the prediction") if steps == "window" else N_("day")
    at, labels = every(length, 10 if length <= 10 else 6), step_labels(length, steps)
    drawn.update_xaxes(
        tickvals=at, ticktext=[labels[i] for i in at], ticks="", range=[-0.5, length - 0.5], constrain="domain"
    )
    drawn.update_xaxes(title_text=style.translate(title), **place)


def every(count: int, most: int) -> list[int]:
    """At most about `most` evenly spaced places of 0..count-1, the last among them."""
    return list(range(count - 1, -1, -ceil(count / most)))[::-1]


def _alt(kept: Mapping[str, Array], style: Style, step: int | None, unit: int | None) -> str:
    length, units = next(iter(kept.values())).shape
    told = [style.say(N_("Heat maps of {steps} steps by {units} units."), steps=length, units=units)]
    for name, values in kept.items():
        chosen = step is not None and unit is not None
        template = N_("{name}: mean {mean}, chosen cell {value}.") if chosen else N_("{name}: mean {mean}.")
        value = two_digits(values[step, unit]) if step is not None and unit is not None else ""
        told.append(
            style.say(template, name=_title(name, kept, style), mean=two_digits(float(np.nanmean(values))), value=value)
        )
    return " ".join(told)

"""What became of gates and weights over the epochs of a training: small panels side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.curves import DASHES, cycle
from core.charts.gates import gate_title
from core.charts.style import Chart, Style, done, figure, significant
from core.charts.tokens import GATE_HUES, faint
from core.sentence import N_
from core.values import Array

HEIGHT = 250  # pixels a row of panels
ROUND = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)  # epochs written at the axis, where there is room
MOST_UNITS = 64  # lines of single units; of more, every second, third ... is drawn


def over_epochs(
    epochs: Sequence[int], norms: Mapping[str, Array], distance: Array, style: Style,
    *, kept: tuple[str, Array] | None = None, at: int | None = None,
) -> Chart:  # fmt: skip
    """The gate that keeps the memory by unit, the weights' norms by gate, and how far they have moved.

    Args:
        epochs: after which the snapshots were taken, (S,); their axis is logarithmic, with 0 on it.
        norms: by gate, each (S,).
        distance: of all weights from the first snapshot's, (S,).
        kept: name and values (S, L, H) of that gate; None for a cell without one.
        at: the epoch that is looked at: a line through the panels.
    """
    titles = [N_("Norm of the weights"), N_("Distance from the start")]
    headings = [style.translate(title) for title in titles]
    if kept is not None:
        headings.insert(0, style.say(N_("{gate}, mean of each unit"), gate=gate_title(kept[0], False, style)))
    panels = len(headings)
    rows, columns = (panels, 1) if style.narrow else (1, panels)
    drawn = figure(style, f"over epochs|{epochs[-1]}|{panels}", height=rows * HEIGHT + 60)
    drawn = make_subplots(
        figure=drawn, rows=rows, cols=columns, subplot_titles=headings, horizontal_spacing=0.07,
        vertical_spacing=0.5 / rows if rows > 1 else 0,
    )  # fmt: skip
    places = [{"row": 1 + i, "col": 1} if style.narrow else {"row": 1, "col": 1 + i} for i in range(panels)]
    drawn.update_annotations(font={"size": 13, "color": style.tokens.text})
    if kept is not None:
        _add_units(drawn, epochs, kept, style, places[0])
    for index, (name, values) in enumerate(norms.items()):
        look = {"color": GATE_HUES.get(name, cycle(style.tokens)[4]), "dash": DASHES[index]}
        _add_line(drawn, epochs, values, gate_title(name, "update" in norms, style), look, places[-2])
    total = style.translate(N_("All weights"))
    _add_line(drawn, epochs, distance, total, {"color": style.tokens.extra, "dash": "solid"}, places[-1])
    _axes(drawn, epochs, at, style)
    chart = done(drawn, style, _alt(epochs, norms, distance, style, kept))
    chart.figure.update_layout(margin_t=drawn.layout.margin.t + 30)  # the first headings stand below the legend
    return chart


def _place(epochs: Sequence[int] | Array) -> Array:
    """Where epochs stand on the axis: log(1 + epoch), so that 0 has a place."""
    return np.asarray(np.log1p(np.asarray(epochs, dtype=float)), dtype=np.float64)


def _add_line(
    drawn: Figure, epochs: Sequence[int], values: Array, name: str, look: Mapping[str, str], place: dict[str, int]
) -> None:
    hover = f"{name}<br>%{{customdata}}: %{{y:.4g}}<extra></extra>"
    drawn.add_scatter(
        x=_place(epochs), y=values, customdata=list(epochs), name=name, mode="lines", line={"width": 2, **look},
        hovertemplate=hover, **place,
    )  # fmt: skip


def _add_units(
    drawn: Figure, epochs: Sequence[int], kept: tuple[str, Array], style: Style, place: dict[str, int]
) -> None:
    """Each unit faint, each layer's mean over them; layers differ by dash."""
    name, values = kept
    hue, gap = GATE_HUES[name], np.array([np.nan])
    units = values.reshape(len(values), -1)  # (S, L, H) -> (S, L*H)
    units = units[:, :: -(-units.shape[1] // MOST_UNITS)]
    drawn.add_scatter(
        x=np.tile(np.concatenate([_place(epochs), gap]), units.shape[1]),
        y=np.concatenate([np.concatenate([unit, gap]) for unit in units.T]),
        mode="lines", line={"color": faint(hue, 0.35), "width": 1}, hoverinfo="skip",
        name=style.translate(N_("Each unit")), **place,
    )  # fmt: skip
    for layer, means in enumerate(values.mean(axis=2).T):  # (S,) each
        title = style.say(N_("Mean of layer {layer}"), layer=layer + 1)
        _add_line(drawn, epochs, means, title, {"color": style.tokens.text, "dash": DASHES[layer % 6]}, place)
    drawn.update_yaxes(range=[-0.02, 1.02], **place)


def _axes(drawn: Figure, epochs: Sequence[int], at: int | None, style: Style) -> None:
    ticks = [epoch for epoch in ROUND if epoch <= epochs[-1]]
    drawn.update_xaxes(
        title_text=style.translate(N_("epoch")), tickvals=_place(ticks), ticktext=[str(tick) for tick in ticks]
    )
    if at is not None:
        drawn.add_vline(
            x=float(_place([at])[0]), line={"color": style.tokens.quiet, "width": 1, "dash": "dot"}, row="all",
            col="all",
        )  # fmt: skip


def _alt(
    epochs: Sequence[int], norms: Mapping[str, Array], distance: Array, style: Style, kept: tuple[str, Array] | None
) -> str:
    told = [style.say(N_("From epoch {first} to epoch {last}."), first=epochs[0], last=epochs[-1])]
    named = [(gate_title(name, "update" in norms, style), values) for name, values in norms.items()]
    lines = [(style.say(N_("norm of the weights of {gate}"), gate=name), values) for name, values in named]
    if kept is not None:
        means = kept[1].mean(axis=(1, 2))
        lines.insert(0, (style.say(N_("mean of {gate}"), gate=gate_title(kept[0], False, style)), means))
    lines.append((style.translate(N_("distance from the start")), distance))
    for name, values in lines:
        told.append(
            style.say(
                N_("{name}: {first} at first, {last} at the end."),
                name=name, first=significant(values[0]), last=significant(values[-1]),
            )
        )  # fmt: skip
    return " ".join(told)

"""The gates over the whole series: what a unit answers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
import pandas as pd
from plotly.graph_objs import Figure
from plotly.subplots import make_subplots

from core.charts.axes import date_axis, mark_split
from core.charts.gates import NAMES, every
from core.charts.heat import add_heat, key_in_words, scale_of, signed_scale, two_digits
from core.charts.style import Chart, Days, Style, day, days, done, escape, figure
from core.charts.tokens import DARK, GATE_HUES, mix
from core.sentence import N_
from core.values import Array

DASHES = {"forget": "solid", "input": "dash", "output": "dot", "reset": "solid", "update": "dash"}
ROW_HEIGHT, PRICE_HEIGHT = 150, 190  # pixels
BETWEEN = 37  # pixels between two layers of correlations
SERIES = {"price": N_("price"), "log_return": N_("return"), "volatility": N_("volatility")}


def gates_over_time(
    closes: pd.Series, states: Mapping[str, Array], units: Sequence[int], style: Style, *, split: object = None
) -> Chart:
    """The closes, and under them one row for each chosen unit with its gates and its hidden state, dates shared.

    Args:
        closes: by date, (D,).
        states: by name (gates, and "hidden" where wanted), each (D, H): one row a close.
        units: 0..H-1, the rows drawn.
    """
    rows = 1 + len(units)
    inner = PRICE_HEIGHT + ROW_HEIGHT * len(units)
    drawn = figure(style, f"over time|{day(closes.index[0])}|{len(units)}", height=inner + 70, unified=True)
    share = [PRICE_HEIGHT / inner] + [ROW_HEIGHT / inner] * len(units)
    drawn = make_subplots(figure=drawn, rows=rows, shared_xaxes=True, row_heights=share, vertical_spacing=0.03)
    x = days(closes.index)
    drawn.add_scatter(
        x=x, y=closes.to_numpy(dtype=float), mode="lines", name=style.translate(N_("Close")),
        line={"color": style.tokens.actual, "width": 1.6}, hovertemplate=style.hover(), row=1, col=1,
    )  # fmt: skip
    for row, unit in enumerate(units, start=2):
        _add_unit(drawn, x, {name: values[:, unit] for name, values in states.items()}, row, style)
        drawn.update_yaxes(title_text=style.say(N_("unit {unit}"), unit=unit + 1), row=row)
    date_axis(drawn, closes.index[0], closes.index[-1])
    drawn.update_yaxes(title_text=style.with_unit(style.translate(N_("Close"))), row=1)
    if split is not None:
        mark_split(drawn, style, split, closes.index[-1], row=1, col=1)
    return done(drawn, style, _over_time_alt(closes, states, units, style))


def unit_correlations(
    found: Mapping[str, Array], style: Style, inputs: Mapping[str, Array] = MappingProxyType({})
) -> Chart:
    """Correlation of every unit with price, return and volatility: found by series, each (L, H); one row a series.

    `inputs` are further rows by their names in the reader's language.
    """
    layers, units = next(iter(found.values())).shape
    named = {style.translate(SERIES[name]): values for name, values in found.items()} | dict(inputs)
    height = 80 + (36 * len(named) + 2) * layers
    drawn = figure(style, f"correlations|{layers}|{units}|{len(named)}", height=height, legend=False)
    drawn = make_subplots(
        figure=drawn, rows=layers, shared_xaxes=True, vertical_spacing=BETWEEN / (height - 80) if layers > 1 else 0
    )
    names, told = [*named], []
    for layer in range(layers):
        values = np.stack([matrix[layer] for matrix in named.values()])  # (S, H)
        hover = style.translate(N_("unit %{x}, {series}: %{z:.3f}")).replace("{series}", "%{y}") + "<extra></extra>"
        add_heat(drawn, values, signed_scale(1.0, style), hover, style, row=layer + 1, col=1)
        title = style.say(N_("Layer {layer}"), layer=layer + 1)
        key = "" if layer else f"   {key_in_words(signed_scale(1.0, style), style)}"
        _head(drawn, title + key, layer, style)
        told += [_strongest(name, row, title, style) for name, row in zip(names, values, strict=True)]
    at = np.arange(0, units, max(1, units // 16))
    drawn.update_xaxes(tickvals=at, ticktext=[str(i + 1) for i in at], ticks="", range=[-0.5, units - 0.5])
    drawn.update_xaxes(title_text=style.translate(N_("unit")), row=layers)
    drawn.update_yaxes(tickvals=list(range(len(names))), ticktext=[*map(escape, names)], autorange="reversed",
        showgrid=False)  # fmt: skip
    drawn.update_layout(margin_t=30)
    return done(drawn, style, " ".join(told))


def two_days(one: Array, other: Array, name: str, titles: tuple[str, str], style: Style) -> Chart:
    """One gate or state on two days, each (T, H), and what changed from the first to the second."""
    length, units = one.shape
    change, columns = other - one, 1 if style.narrow else 3
    body = min(max(19 * units, 90), 420)
    height = (3 * (body + 56) if style.narrow else body + 56) + 40
    drawn = figure(style, f"two days|{name}|{one.shape}", height=height, legend=False)
    drawn = make_subplots(figure=drawn, rows=4 - columns if style.narrow else 1, cols=columns, shared_xaxes=True,
                   shared_yaxes=True, horizontal_spacing=0.035,
                   vertical_spacing=56 / (height - 56) if style.narrow else 0)  # fmt: skip
    both = np.stack([one, other])
    shown = [(one, escape(titles[0])), (other, escape(titles[1])), (change, style.translate(N_("change")))]
    for index, (values, title) in enumerate(shown):
        scale = signed_scale(float(np.abs(change).max()), style) if index == 2 else scale_of(name, both, style)
        row, column = (index + 1, 1) if style.narrow else (1, index + 1)
        hover = style.translate(N_("unit %{y}, step %{x}: %{z:.4f}")) + "<extra></extra>"
        add_heat(drawn, values.T, scale, hover, style, row=row, col=column)
        quiet = f'<span style="font-size:11px;color:{style.tokens.quiet}">{key_in_words(scale, style)}</span>'
        _head(drawn, f"{title}<br>{quiet}", index, style)
    at, which = every(length, 10 if length <= 10 else 6), every(units, 12)
    drawn.update_xaxes(tickvals=at, ticktext=[f"{i + 1 - length}".replace("-", "−") for i in at], ticks="")
    drawn.update_xaxes(title_text=style.translate(N_("days before the prediction")), row=3 if style.narrow else 1)
    drawn.update_yaxes(title_text=style.translate(N_("unit")), col=1)
    drawn.update_yaxes(autorange="reversed", showgrid=False, tickvals=which, ticktext=[str(i + 1) for i in which])
    drawn.update_layout(margin_t=50)
    moved = np.unravel_index(int(np.argmax(np.abs(change))), change.shape)
    alt = style.say(
        N_("{name} on two days, {one} and {other}: the largest change, {value}, is in unit {unit} at step {step}."),
        name=style.translate(NAMES[name]), one=titles[0], other=titles[1], value=two_digits(float(change[moved])),
        unit=int(moved[1]) + 1, step=int(moved[0]) + 1,
    )  # fmt: skip
    return done(drawn, style, alt)


def _add_unit(drawn: Figure, x: Days, lines: Mapping[str, Array], row: int, style: Style) -> None:
    for name, values in lines.items():
        drawn.add_scatter(
            x=x,
            y=values,
            mode="lines",
            name=style.translate(NAMES[name]),
            legendgroup=name,
            showlegend=row == 2,
            line={"color": _hue(name, style), "width": 1.4, "dash": DASHES.get(name, "solid")},
            hovertemplate="%{y:.3f}",
            row=row,
            col=1,
        )


def _hue(name: str, style: Style) -> str:
    """A gate's hue as a thin line: lightened on the dark page, where the pure blue would be lost."""
    if name not in GATE_HUES:
        return style.tokens.text
    return mix(GATE_HUES[name], "#FFFFFF", 0.25) if style.tokens is DARK else GATE_HUES[name]


def _head(drawn: Figure, text: str, index: int, style: Style) -> None:
    """A heading over the index-th panel in reading order."""
    axis = "" if index == 0 else str(index + 1)
    drawn.add_annotation(
        text=text, x=drawn.layout[f"xaxis{axis}"].domain[0], y=drawn.layout[f"yaxis{axis}"].domain[1], xref="paper",
        yref="paper", xanchor="left", yanchor="bottom", align="left", showarrow=False,
        font={"size": 13, "color": style.tokens.text},
    )  # fmt: skip


def _strongest(name: str, row: Array, layer: str, style: Style) -> str:
    if not np.isfinite(row).any():
        return style.say(N_("{layer}: no unit moves."), layer=layer)
    unit = int(np.nanargmax(np.abs(row)))
    return style.say(
        N_("{layer}: unit {unit} follows {series} most closely, correlation {value}."),
        layer=layer, unit=unit + 1, series=name, value=two_digits(float(row[unit])),
    )  # fmt: skip


def _over_time_alt(closes: pd.Series, states: Mapping[str, Array], units: Sequence[int], style: Style) -> str:
    told = [
        style.say(
            N_("Gates under the price from {first} to {last}."), first=day(closes.index[0]), last=day(closes.index[-1])
        )
    ]
    for unit in units:
        for name, values in states.items():
            told.append(
                style.say(
                    N_("Unit {unit}, {name}: {low} to {high}."), unit=unit + 1, name=style.translate(NAMES[name]),
                    low=two_digits(float(np.nanmin(values[:, unit]))),
                    high=two_digits(float(np.nanmax(values[:, unit]))),
                )
            )  # fmt: skip
    return " ".join(told)

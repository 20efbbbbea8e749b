"""The film of a training as a film: a figure with the frames of all snapshots, played by the browser alone.

Each film stays under 400 kB as it is sent. Values travel as float32, at most MOST_VALUES over all frames: a forecast of
more days draws one day in two, in three ..., heat maps with more cells show fewer snapshots, the first and last always.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from plotly.graph_objs import Figure, Frame

from core.charts.forecast import forecast, part_masks
from core.charts.gates import every, gate_title, step_axis
from core.charts.heat import Scale, key_in_words, scale_of, two_digits
from core.charts.style import Chart, Style, done, escape, figure
from core.sentence import N_
from core.values import Array

MOST_VALUES, MOST_DAYS, MOST_CELLS = 45_000, 2_000, 15_000  # of all frames; of a frame's line; of a frame's heat map
PACE = 400  # milliseconds a snapshot stays
CONTROLS = 104  # pixels below the plot that buttons and slider take
BUTTONS = 170  # pixels across
ROW = 40  # pixels that the buttons take below the slider, where there is no room beside it


def forecast_film(
    prediction: pd.DataFrame, through: Array, epochs: Sequence[int], style: Style, *, target: str = "close"
) -> Chart:
    """The forecast as it came to be, opening with the finished one.

    Args:
        prediction: as Run.prediction.
        through: predictions by snapshot, in the same units: (S, N).
        epochs: after which the snapshots were taken, (S,).
        target: as TrainConfig.target.
    """
    stride = ceil(len(prediction) / min(MOST_DAYS, MOST_VALUES // len(epochs)))
    days = slice((len(prediction) - 1) % stride, None, stride)  # the last day is among them
    shown, values = prediction.iloc[days], np.asarray(through, dtype=np.float32)[:, days]
    drawn = forecast(shown, style, target=target).figure
    parts = part_masks(shown).values()
    predicted = list(range(1, len(drawn.data)))  # after the actual values
    frames = [[{"y": row[part]} for part in parts] for row in values]
    _add_frames(drawn, frames, predicted, epochs, style)
    seen = np.concatenate([values[np.isfinite(values)], shown["actual"].dropna().to_numpy(dtype=float)])
    edge = 0.04 * (seen.max() - seen.min())
    drawn.update_yaxes(range=[float(seen.min() - edge), float(seen.max() + edge)])  # or it would jump at each frame
    drawn.update_layout(hovermode="closest")
    told = style.say(
        N_(
            "Film of the forecast: {count} snapshots from epoch {first} to epoch {last}. For the last day, actual "
            "{actual}, it says {before} at first and {after} at the end."
        ),
        count=len(epochs),
        first=epochs[0],
        last=epochs[-1],
        actual=style.value(shown["actual"].iloc[-1], target),
        before=style.value(float(values[0, -1]), target),
        after=style.value(float(values[-1, -1]), target),
    )
    return done(drawn, style, told)


def gate_film(
    through: Array, epochs: Sequence[int], name: str, style: Style, *, cell: str = "lstm", steps: str = "window"
) -> Chart:
    """One gate or state of one prediction as it came to be: a heat map of step by unit, opening with the finished one.

    Args:
        through: by snapshot, (S, T, H).
        epochs: after which the snapshots were taken, (S,).
        name: as in `gates`; cell: "lstm" | "gru" | "rnn", which name their candidates differently.
        steps: "window" counts days before the prediction (-9..0); "days" counts the days from 1.
    """
    length, units = through.shape[1:]
    rows = np.arange(0, units, ceil(length * units / MOST_CELLS))
    places = _spread(len(epochs), MOST_VALUES // (length * len(rows)) - 1)  # one more is what it opens with
    values = np.asarray(through, dtype=np.float32)[places][:, :, rows].swapaxes(1, 2)  # units are rows: (S, H, T)
    kept = [epochs[place] for place in places]
    title = gate_title(name, cell == "gru", style)
    drawn = _one_panel(values[-1], rows, scale_of(name, through, style), title, style)
    step_axis(drawn, length, steps, style)
    _add_frames(drawn, [[{"z": each}] for each in values], [0], kept, style, redraw=True)
    told = style.say(
        N_(
            "Film of {name}, {steps} steps by {units} units: {count} snapshots from epoch {first} to epoch {last}. "
            "Its mean is {before} at first and {after} at the end."
        ),
        name=title, steps=length, units=units, count=len(kept), first=kept[0], last=kept[-1],
        before=two_digits(float(through[0].mean())), after=two_digits(float(through[-1].mean())),
    )  # fmt: skip
    return done(drawn, style, told)


def _one_panel(values: NDArray[np.float32], rows: NDArray[np.intp], scale: Scale, title: str, style: Style) -> Figure:
    """A heat map with units as rows, those numbered `rows` from 0: values (H, T)."""
    height, gap = min(max(len(rows) * 24, 140), 420) + 70, 1 if values.size < 400 else 0
    drawn = figure(style, f"gate film|{title}|{values.shape}", height=height, legend=False)
    hover = style.translate(N_("unit %{y}, step %{x}: %{z:.4f}")) + "<extra></extra>"
    drawn.add_heatmap(
        z=values, y=rows + 1, zmin=scale.low, zmax=scale.high, colorscale=scale.plotly, showscale=False,
        hovertemplate=hover, xgap=gap, ygap=gap,
    )  # fmt: skip
    quiet = f'<span style="font-size:11px;color:{style.tokens.quiet}">{key_in_words(scale, style)}</span>'
    drawn.add_annotation(
        text=f"{title} {quiet}", x=0, y=1, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
        showarrow=False, font={"size": 13, "color": style.tokens.text},
    )  # fmt: skip
    ticks = [int(rows[place]) + 1 for place in every(len(rows), 12)]
    drawn.update_yaxes(tickvals=ticks, autorange="reversed", showgrid=False, title_text=style.translate(N_("unit")))
    drawn.update_layout(margin_t=30)
    return drawn


def _spread(count: int, most: int) -> list[int]:
    """At most `most` of the places 0..count-1 (but at least two), the first and the last among them."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, max(most, 2)))})


def _add_frames(
    drawn: Figure, frames: Sequence[list[dict[str, Any]]], traces: list[int], epochs: Sequence[int], style: Style,
    redraw: bool = False,
) -> None:  # fmt: skip
    """Frames by epoch, with buttons that play and pause and a slider; a heat map wants to be drawn anew each time."""
    kind = drawn.data[traces[0]].type
    drawn.frames = [
        Frame(name=str(epoch), traces=traces, data=[{"type": kind, **trace} for trace in frame])
        for epoch, frame in zip(epochs, frames, strict=True)
    ]
    at_once = {"mode": "immediate", "transition": {"duration": 0}, "frame": {"duration": 0, "redraw": redraw}}
    below = CONTROLS + (ROW if style.narrow else 0)
    drawn.update_layout(
        height=drawn.layout.height + below,
        margin_b=below + 44,
        updatemenus=[_buttons(at_once, {"duration": PACE, "redraw": redraw}, style)],
        sliders=[_slider(at_once, epochs, style)],
    )


def _buttons(at_once: dict[str, Any], frame: dict[str, Any], style: Style) -> dict[str, Any]:
    """Play, from the start where the end is shown, and pause."""
    playing = {**at_once, "frame": frame, "fromcurrent": True}
    named = [("▶ ", N_("Play"), [None, playing]), ("❚❚ ", N_("Pause"), [[None], at_once])]
    return {
        "type": "buttons", "direction": "left", "showactive": False, "x": 0, "xanchor": "left", "y": 0,
        "yanchor": "top", "pad": {"t": 74 + (ROW + 16 if style.narrow else 0)}, "bgcolor": style.tokens.background,
        "bordercolor": style.tokens.border, "font": {"size": 12, "color": style.tokens.text},
        "buttons": [
            {"label": mark + style.translate(word), "method": "animate", "args": args} for mark, word, args in named
        ],
    }  # fmt: skip


def _slider(at_once: dict[str, Any], epochs: Sequence[int], style: Style) -> dict[str, Any]:
    """The epochs beside the buttons (on a phone above them), the last one chosen."""
    tokens, start = style.tokens, 0 if style.narrow else BUTTONS / style.chart_width
    before, after = style.translate(N_("after epoch {epoch}")).split("{epoch}")
    return {
        "active": len(epochs) - 1, "x": start, "len": 1 - start, "xanchor": "left", "y": 0, "yanchor": "top",
        "pad": {"t": 50, "b": 0}, "bgcolor": tokens.grid, "bordercolor": tokens.border, "tickcolor": tokens.border,
        "activebgcolor": tokens.border, "font": {"size": 11, "color": tokens.quiet},
        "currentvalue": {"prefix": escape(before), "suffix": escape(after), "xanchor": "left",
                         "font": {"size": 13, "color": tokens.text}},
        "steps": [{"label": str(epoch), "method": "animate", "args": [[str(epoch)], at_once]} for epoch in epochs],
    }  # fmt: skip

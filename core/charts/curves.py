"""Named lines over a common axis: the chart most lessons and gradient figures need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from plotly.graph_objs import Figure

from core.charts.axes import log_axis, whole_steps
from core.charts.style import Chart, Style, done, escape, figure, significant
from core.charts.tokens import Tokens
from core.sentence import N_
from core.values import Array

DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")  # never colour alone


@dataclass(frozen=True)
class Line:
    """One line: `name` in the reader's language, x and y of one length.

    Attributes:
        colour: "#RRGGBB" or "" for that of its look.
        look: which of the colours and dashes, from 0; None takes the line's place among the others. Lines that come
            and go beside others are given one, so that the others keep theirs.
    """

    name: str
    x: Array
    y: Array
    colour: str = ""
    look: int | None = None


@dataclass(frozen=True)
class Axes:
    """Titles in the reader's language; `log` is for y; `level` a horizontal line (name, value)."""

    x: str
    y: str
    log: bool = False
    level: tuple[str, float] | None = None


def curves(lines: Sequence[Line], axes: Axes, style: Style, *, height: int = 340) -> Chart:
    """Lines told apart by colour and dash. On a log axis what is not positive is left out."""
    drawn = figure(style, f"curves|{axes.x}|{axes.y}|{axes.log}", height=height, unified=True)
    for place, line in enumerate(lines):
        index = place if line.look is None else line.look
        y = np.asarray(line.y, dtype=float)
        drawn.add_scatter(
            x=np.asarray(line.x),
            y=np.where(y > 0, y, np.nan) if axes.log else y,
            mode="lines" if len(y) > 1 else "markers",
            name=escape(line.name),
            line={"color": line.colour or cycle(style.tokens)[index % 5], "width": 2, "dash": DASHES[index % 6]},
            hovertemplate="%{y:.3g}",
        )
    if axes.level is not None:
        _add_level(drawn, lines, axes.level, style)
    drawn.update_xaxes(title_text=escape(axes.x))
    whole_steps(drawn, [value for line in lines for value in line.x])
    drawn.update_yaxes(title_text=escape(axes.y))
    if axes.log:
        level = [axes.level[1]] if axes.level else []
        log_axis(drawn, np.concatenate([level, *(np.asarray(line.y, dtype=float) for line in lines)]))
    return done(drawn, style, _alt(lines, axes, style))


def cycle(tokens: Tokens) -> tuple[str, ...]:
    """Five line colours in order."""
    return tokens.train, tokens.test, tokens.split, tokens.extra, tokens.persistence


def _add_level(drawn: Figure, lines: Sequence[Line], level: tuple[str, float], style: Style) -> None:
    name, value = level
    reached = np.concatenate([np.asarray(line.x, dtype=float) for line in lines]) if lines else np.array([0.0, 1.0])
    reached = reached if len(reached) else np.array([0.0, 1.0])
    drawn.add_scatter(
        x=[reached.min(), reached.max()],
        y=[value, value],
        mode="lines",
        name=escape(name),
        line={"color": style.tokens.persistence, "width": 1.5, "dash": "dash"},
        hovertemplate="%{y:.3g}",
    )


def _alt(lines: Sequence[Line], axes: Axes, style: Style) -> str:
    told = [style.say(N_("{y} over {x}."), y=axes.y[:1].upper() + axes.y[1:], x=axes.x)]
    for line in lines:
        if len(line.y):
            told.append(
                style.say(
                    N_("{name}: {first} at {start}, {last} at {end}."),
                    name=line.name,
                    first=significant(line.y[0]),
                    start=significant(line.x[0], 4),
                    last=significant(line.y[-1]),
                    end=significant(line.x[-1], 4),
                )
            )
    if axes.level is not None:
        told.append(style.say(N_("{name}: {value}."), name=axes.level[0], value=significant(axes.level[1])))
    return " ".join(told)

"""A sequence read step by step: the recurrent unit unrolled, and what a network expects next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from plotly.graph_objs import Figure

from core.charts.board import WIDTH, Board
from core.charts.heat import Scale, add_heat, signed_scale, two_digits
from core.charts.style import Chart, Style, escape, figure
from core.sentence import N_
from core.theory.characters import Reading
from core.theory.recurrence import Step


def unrolled(steps: Sequence[Step], start: float, style: Style, chosen: int) -> Chart:
    """One copy of the unit for each step, inputs from below, outputs above, the state handed on between them.

    Every step can be pressed where there is a mouse: its marks carry its number t.

    Args:
        steps: at most eight are readable.
        start: the state before the first step.
        chosen: the place of the step that is framed, from 0.
    """
    board = Board.blank(style, f"unrolled|{len(steps)}", 240 if style.narrow else 280)
    wide = WIDTH / (len(steps) + 0.6)
    half, scale = min(6.0, 0.28 * wide), signed_scale(1.0, style)
    handed = start
    for step in steps:
        x = wide * (step.t - 0.2)
        board.wire([(x - wide + (half if step.t > 1 else 0.45 * wide), 28), (x - half, 28)], handed)
        board.wire([(x, 11), (x, 23)], None)
        board.wire([(x, 33), (x, 45)], None)
        board.box((x, 28), two_digits(step.a), scale.colour(step.a), half=half)
        board.label((x, 7), f"x<sub>{step.t}</sub> {two_digits(step.x)}")
        board.label((x, 50), f"y<sub>{step.t}</sub> {two_digits(step.y)}")
        handed = step.a
    board.label((0.5, 34), f"a<sub>0</sub> {two_digits(start)}", "left")
    middle = wide * (steps[chosen].t - 0.2)
    board.shapes.append(
        {"type": "rect", "x0": middle - 0.47 * wide, "x1": middle + 0.47 * wide, "y0": 2.5, "y1": 54.5,
         "layer": "below", "line": {"color": style.tokens.text, "width": 1.6}}
    )  # fmt: skip
    drawn = board.drawn
    if not style.narrow:
        _add_marks(drawn, [(wide * (step.t - 0.2), step.t) for step in steps], style)
    told = style.say(
        N_("The unit unrolled over {count} steps; its state goes from {start} to {end}. Step {chosen} is framed."),
        count=len(steps), start=two_digits(start), end=two_digits(handed), chosen=steps[chosen].t,
    )  # fmt: skip
    return Chart(drawn, told)


def _add_marks(drawn: Figure, at: Sequence[tuple[float, int]], style: Style) -> None:
    """Clear marks over input, state and output of every step, so that each can be pressed."""
    places = [(x, y, t) for x, t in at for y in (7, 28, 50)]
    clear = {"marker": {"opacity": 0}}
    drawn.add_scatter(
        x=[x for x, _y, _t in places], y=[y for _x, y, _t in places], customdata=[t for _x, _y, t in places],
        mode="markers", marker={"size": 40, "symbol": "square", "opacity": 0}, selected=clear, unselected=clear,
        hovertemplate=style.translate(N_("step %{customdata}: press to see its numbers")) + "<extra></extra>",
    )  # fmt: skip


def next_letters(reading: Reading, style: Style) -> Chart:
    """Probability of every letter after each letter read; the one that really came next is outlined."""
    chances = reading.probabilities.T  # (T, V) -> (V, T)
    drawn = figure(style, f"letters|{reading.word}", height=90 + 34 * len(chances), legend=False)
    hover = style.translate(N_("probability %{z:.3f}")) + "<extra></extra>"
    add_heat(drawn, chances, Scale(0.0, 1.0, (style.tokens.background, style.tokens.extra)), hover, style)
    for t, letter in enumerate(reading.word[1:]):
        row = reading.letters.index(letter)
        drawn.add_shape(
            type="rect", x0=t - 0.5, x1=t + 0.5, y0=row - 0.5, y1=row + 0.5,
            line={"color": style.tokens.text, "width": 1.6},
        )  # fmt: skip
    ticks = {"tickmode": "array", "tickfont_size": 14}
    read, known = list(reading.word[:-1]), list(reading.letters)
    drawn.update_xaxes(
        title_text=style.translate(N_("letter read")), tickvals=np.arange(len(read)), ticktext=read, **ticks
    )
    drawn.update_yaxes(
        title_text=style.translate(N_("letter expected next")), tickvals=np.arange(len(known)), ticktext=known,
        autorange="reversed", showgrid=False, **ticks,
    )  # fmt: skip
    told = style.say(
        N_("Reading {word}, the letter that came next had a probability of {chances}."),
        word=escape(reading.word), chances=", ".join(two_digits(chance) for chance in reading.of_truth),
    )  # fmt: skip
    return Chart(drawn, told)

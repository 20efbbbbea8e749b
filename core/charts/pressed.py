"""Marks over the cells of a heat map, so that each can be pressed: a heat map itself tells nobody what was pressed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from plotly.graph_objs import Figure

from core.charts.style import Style, number
from core.sentence import N_
from core.values import Array

MOST_CELLS = 2000  # of a panel; with more they are too small to be aimed at, and their marks too much to send

# `maxdisplayed` draws one mark and leaves all of them to be pressed.
_CLEAR = {"marker": {"opacity": 0}}
CLEAR_MARKS: dict[str, Any] = {
    "mode": "markers",
    "marker": {"opacity": 0, "size": 1, "maxdisplayed": 1},
    "selected": _CLEAR,
    "unselected": _CLEAR,
    "showlegend": False,
}


def can_be_pressed(shape: tuple[int, ...]) -> bool:
    """Whether the cells of a panel of that shape get marks."""
    return bool(np.prod(shape) <= MOST_CELLS)


def add_marks(drawn: Figure, values: Array, labels: Sequence[str], style: Style, **place: int) -> None:
    """A clear mark in the middle of each cell of `values` (T, H); its customdata begins with step and unit, from 1.

    The mark nearest to the pointer is the one under it, so it also says what the cell holds.

    Args:
        labels: what the steps are called, (T,).
    """
    length, units = values.shape
    drawn.add_scatter(
        x=np.repeat(np.arange(length), units),
        y=np.tile(np.arange(units), length),
        customdata=[
            [step + 1, unit + 1, labels[step], number(values[step, unit], 4)]
            for step in range(length)
            for unit in range(units)
        ],
        hovertemplate=style.translate(N_("unit %{customdata[1]}, step %{customdata[2]}: %{customdata[3]}"))
        + "<extra></extra>",
        **CLEAR_MARKS,
        **place,
    )
    drawn.update_layout(hoverdistance=-1)  # anywhere in a cell, however wide

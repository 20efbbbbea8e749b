"""One vector of a layer at one step: what the cells' equations are written over."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """Places in memory. The lanes are samples of one unit, or units of one sequence: the equations are the same.

    gates: the first row of pre-activations, the others `apart` floats from one another.
    hidden: h_{t-1}. before: c_{t-1} of a cell that has any. cell: c_t, and `apart` from it tanh(c_t).
    carried: what goes from step to step on the way back beside dL/dh.
    """

    gates: int
    apart: int
    hidden: int
    before: int
    cell: int
    carried: int

"""A vector of the tanh RNN, forward and back; line by line as in core.introspect.rnn."""

from __future__ import annotations

from core.kernel.unit import Unit
from core.kernel.vector import Floats, Vector, even, inlined, load, store, tanh

ROWS = 1  # pre-activations a unit
STATES = 0  # vectors a unit and step beside them


@inlined
def step(memory: Floats, at: Unit) -> Vector:
    """h_t, which takes the place of the pre-activation."""
    h = tanh(load(memory, at.gates))
    store(memory, at.gates, h)
    return h


@inlined
def step_back(memory: Floats, at: Unit, d_h: Vector) -> None:
    """From dL/dh_t: h_t becomes dL/dpre."""
    h = load(memory, at.gates)
    store(memory, at.gates, d_h * (even(1) - h * h))  # tanh' = 1 - tanh^2

"""One unit of the tanh RNN on one vector of samples, forward and back; line by line as in core.introspect.rnn."""

from __future__ import annotations

from core.kernel.vector import Floats, Vector, compiled, even, load, store, tanh

ROWS = 1  # pre-activations a unit
STATES = 0  # vectors a unit and step beside them


@compiled
def step(memory: Floats, gates: int) -> Vector:
    """h_t, which takes the place of the pre-activation at `gates`."""
    h = tanh(load(memory, gates))
    store(memory, gates, h)
    return h


@compiled
def step_back(memory: Floats, gates: int, d_h: Vector) -> None:
    """From dL/dh_t: h_t at `gates` becomes dL/dpre."""
    h = load(memory, gates)
    store(memory, gates, d_h * (even(1) - h * h))  # tanh' = 1 - tanh^2

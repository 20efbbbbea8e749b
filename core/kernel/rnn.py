"""One unit of the tanh RNN on LANES samples, forward and back: the equations of core.introspect.rnn, line by line."""

from __future__ import annotations

from core.kernel.vector import Floats, Vector, compiled, even, load, store, tanh

ROWS = 1  # pre-activations a unit
KEPT = 1  # vectors a unit and step that the way back needs


@compiled()
def step(memory: Floats, pre: int, kept: int) -> Vector:
    """h_t from the pre-activation at `pre`."""
    h = tanh(load(memory, pre))
    store(memory, kept, h)
    return h


@compiled()
def step_back(memory: Floats, d_pre: int, kept: int, d_h: Vector) -> None:
    """dL/dpre to `d_pre` from dL/dh_t."""
    h = load(memory, kept)
    store(memory, d_pre, d_h * (even(1) - h * h))  # tanh' = 1 - tanh^2

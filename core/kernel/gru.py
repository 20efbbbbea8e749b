"""One unit of the GRU on LANES samples, forward and back: the equations of core.introspect.gru, line by line."""

from __future__ import annotations

from core.kernel.vector import LANES, Floats, Vector, compiled, even, load, sigmoid, store, tanh

ROWS = 4  # pre-activations a unit: reset, update, and the candidate's two sides: from the input, and recalled
KEPT = 5  # vectors a unit and step that the way back needs


@compiled()
def step(memory: Floats, pre: int, kept: int, hidden: int) -> Vector:
    """h_t from the four pre-activations at `pre` and h_{t-1} at `hidden`."""
    r, z = sigmoid(load(memory, pre)), sigmoid(load(memory, pre + LANES))
    recalled, before = load(memory, pre + 3 * LANES), load(memory, hidden)
    n = tanh(load(memory, pre + 2 * LANES) + r * recalled)
    store(memory, kept, r)
    store(memory, kept + LANES, z)
    store(memory, kept + 2 * LANES, n)
    store(memory, kept + 3 * LANES, recalled)
    store(memory, kept + 4 * LANES, before)
    return (even(1) - z) * n + z * before


@compiled()
def step_back(memory: Floats, d_pre: int, kept: int, d_kept: int, d_h: Vector) -> None:
    """dL/dpre to `d_pre` from dL/dh_t.

    z dL/dh_t, the way back that no weight matrix touches, goes to `d_kept`, where the step after left its own.
    """
    r, z, n = load(memory, kept), load(memory, kept + LANES), load(memory, kept + 2 * LANES)
    recalled, before, one = load(memory, kept + 3 * LANES), load(memory, kept + 4 * LANES), even(1)
    d_h = d_h + load(memory, d_kept)
    store(memory, d_kept, z * d_h)
    pre_n = d_h * (one - z) * (one - n * n)  # tanh' = 1 - tanh^2
    store(memory, d_pre, pre_n * recalled * r * (one - r))  # sigmoid' = s (1 - s)
    store(memory, d_pre + LANES, d_h * (before - n) * z * (one - z))
    store(memory, d_pre + 2 * LANES, pre_n)
    store(memory, d_pre + 3 * LANES, pre_n * r)

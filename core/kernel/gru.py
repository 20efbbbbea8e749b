"""One unit of the GRU on LANES samples, forward and back: the equations of core.introspect.gru, line by line."""

from __future__ import annotations

from core.kernel.vector import LANES, Floats, Vector, compiled, even, load, store, tanh

ROWS = 4  # pre-activations a unit: reset, update, and the candidate's two sides: from the input, and recalled
CELLS = 0  # vectors a unit and step beside them


@compiled
def step(memory: Floats, gates: int, before: int) -> Vector:
    """h_t; the pre-activations at `gates` become gates (what is recalled stays). h_{t-1} stands at `before`."""
    half, one = even(0.5), even(1)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    r = half * tanh(half * load(memory, gates)) + half
    z = half * tanh(half * load(memory, gates + LANES)) + half
    n = tanh(load(memory, gates + 2 * LANES) + r * load(memory, gates + 3 * LANES))
    store(memory, gates, r)
    store(memory, gates + LANES, z)
    store(memory, gates + 2 * LANES, n)
    return (one - z) * n + z * load(memory, before)


@compiled
def step_back(memory: Floats, gates: int, before: int, d_h: Vector, d_kept: int) -> None:
    """From dL/dh_t: the gates become dL/dpre.

    z dL/dh_t, the way back that no weight matrix touches, goes to `d_kept`, where the step after left its own.
    """
    r, z, n = load(memory, gates), load(memory, gates + LANES), load(memory, gates + 2 * LANES)
    recalled, one = load(memory, gates + 3 * LANES), even(1)
    d_h = d_h + load(memory, d_kept)
    store(memory, d_kept, z * d_h)
    pre_n = d_h * (one - z) * (one - n * n)  # tanh' = 1 - tanh^2
    store(memory, gates, pre_n * recalled * r * (one - r))  # sigmoid' = s (1 - s)
    store(memory, gates + LANES, d_h * (load(memory, before) - n) * z * (one - z))
    store(memory, gates + 2 * LANES, pre_n)
    store(memory, gates + 3 * LANES, pre_n * r)

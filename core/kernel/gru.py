"""One unit of the GRU on one vector of samples, forward and back; line by line as in core.introspect.gru."""

from __future__ import annotations

from core.kernel.vector import BLOCK, Floats, Vector, compiled, even, load, store, tanh

ROWS = 4  # pre-activations a unit: reset, update, and the candidate's two sides: from the input, and recalled
STATES = 0  # vectors a unit and step beside them


@compiled
def step(memory: Floats, gates: int, before: int) -> Vector:
    """h_t; the pre-activations at `gates` become gates (what is recalled stays). h_{t-1} stands at `before`."""
    half, one = even(0.5), even(1)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    r = half * tanh(half * load(memory, gates)) + half
    z = half * tanh(half * load(memory, gates + BLOCK)) + half
    n = tanh(load(memory, gates + 2 * BLOCK) + r * load(memory, gates + 3 * BLOCK))
    store(memory, gates, r)
    store(memory, gates + BLOCK, z)
    store(memory, gates + 2 * BLOCK, n)
    return (one - z) * n + z * load(memory, before)


@compiled
def step_back(memory: Floats, gates: int, before: int, d_h: Vector, d_kept: int) -> None:
    """From dL/dh_t: the gates become dL/dpre.

    z dL/dh_t, the way back that no weight matrix touches, goes to `d_kept`, where the step after left its own.
    """
    r, z, n = load(memory, gates), load(memory, gates + BLOCK), load(memory, gates + 2 * BLOCK)
    recalled, one = load(memory, gates + 3 * BLOCK), even(1)
    d_h = d_h + load(memory, d_kept)
    store(memory, d_kept, z * d_h)
    pre_n = d_h * (one - z) * (one - n * n)  # tanh' = 1 - tanh^2
    store(memory, gates, pre_n * recalled * r * (one - r))  # sigmoid' = s (1 - s)
    store(memory, gates + BLOCK, d_h * (load(memory, before) - n) * z * (one - z))
    store(memory, gates + 2 * BLOCK, pre_n)
    store(memory, gates + 3 * BLOCK, pre_n * r)

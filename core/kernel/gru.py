"""A vector of the GRU, forward and back; line by line as in core.introspect.gru."""

from __future__ import annotations

from core.kernel.unit import Unit
from core.kernel.vector import Floats, Vector, even, inlined, load, store, tanh

ROWS = 4  # pre-activations a unit: reset, update, and the candidate's two sides: from the input, and recalled
STATES = 0  # vectors a unit and step beside them


@inlined
def step(memory: Floats, at: Unit) -> Vector:
    """h_t; the pre-activations become gates (what is recalled stays)."""
    gates, half, one = at.gates, even(0.5), even(1)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    r = half * tanh(half * load(memory, gates)) + half
    z = half * tanh(half * load(memory, gates + at.apart)) + half
    n = tanh(load(memory, gates + 2 * at.apart) + r * load(memory, gates + 3 * at.apart))
    store(memory, gates, r)
    store(memory, gates + at.apart, z)
    store(memory, gates + 2 * at.apart, n)
    return (one - z) * n + z * load(memory, at.hidden)


@inlined
def step_back(memory: Floats, at: Unit, d_h: Vector) -> None:
    """From dL/dh_t: the gates become dL/dpre.

    What is carried is z dL/dh_t, the way back that no weight matrix touches; the step after left its own.
    """
    gates, one = at.gates, even(1)
    r, z, n = load(memory, gates), load(memory, gates + at.apart), load(memory, gates + 2 * at.apart)
    recalled, d_h = load(memory, gates + 3 * at.apart), d_h + load(memory, at.carried)
    store(memory, at.carried, z * d_h)
    pre_n = d_h * (one - z) * (one - n * n)  # tanh' = 1 - tanh^2
    store(memory, gates, pre_n * recalled * r * (one - r))  # sigmoid' = s (1 - s)
    store(memory, gates + at.apart, d_h * (load(memory, at.hidden) - n) * z * (one - z))
    store(memory, gates + 2 * at.apart, pre_n)
    store(memory, gates + 3 * at.apart, pre_n * r)

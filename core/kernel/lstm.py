"""A vector of the LSTM, forward and back; line by line as in core.introspect.lstm."""

from __future__ import annotations

from core.kernel.unit import Unit
from core.kernel.vector import Floats, Vector, even, inlined, load, store, tanh, tanh_of_four

ROWS = 4  # pre-activations a unit, in PyTorch's order: input, forget, candidate, output
STATES = 2  # vectors a unit and step beside them: c_t, tanh(c_t)


@inlined
def step(memory: Floats, at: Unit) -> Vector:
    """h_t; the pre-activations become gates."""
    gates, half = at.gates, even(0.5)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    i, f = half * load(memory, gates), half * load(memory, gates + at.apart)
    g, o = load(memory, gates + 2 * at.apart), half * load(memory, gates + 3 * at.apart)
    i, f, g, o = tanh_of_four(i, f, g, o)
    i, f, o = half * i + half, half * f + half, half * o + half
    c = f * load(memory, at.before) + i * g
    tanh_c = tanh(c)
    store(memory, gates, i)
    store(memory, gates + at.apart, f)
    store(memory, gates + 2 * at.apart, g)
    store(memory, gates + 3 * at.apart, o)
    store(memory, at.cell, c)
    store(memory, at.cell + at.apart, tanh_c)
    return o * tanh_c


@inlined
def step_back(memory: Floats, at: Unit, d_h: Vector) -> None:
    """From dL/dh_t: the gates become dL/dpre.

    What is carried is dL/dc_t by way of the step after, which gives way to dL/dc_{t-1}.
    """
    gates, one = at.gates, even(1)
    i, f, g = load(memory, gates), load(memory, gates + at.apart), load(memory, gates + 2 * at.apart)
    o, tanh_c = load(memory, gates + 3 * at.apart), load(memory, at.cell + at.apart)
    d_c = load(memory, at.carried) + d_h * o * (one - tanh_c * tanh_c)  # c_t is read by h_t as well as by c_{t+1}
    store(memory, gates, d_c * g * i * (one - i))  # sigmoid' = s (1 - s)
    store(memory, gates + at.apart, d_c * load(memory, at.before) * f * (one - f))
    store(memory, gates + 2 * at.apart, d_c * i * (one - g * g))  # tanh' = 1 - tanh^2
    store(memory, gates + 3 * at.apart, d_h * tanh_c * o * (one - o))
    store(memory, at.carried, d_c * f)

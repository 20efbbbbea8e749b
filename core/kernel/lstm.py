"""One unit of the LSTM on one vector of samples, forward and back; line by line as in core.introspect.lstm."""

from __future__ import annotations

from core.kernel.vector import BLOCK, Floats, Vector, compiled, even, load, store, tanh, tanh_of_four

ROWS = 4  # pre-activations a unit, in PyTorch's order: input, forget, candidate, output
STATES = 2  # vectors a unit and step beside them: c_t, tanh(c_t)


@compiled
def step(memory: Floats, gates: int, before: int, cell: int) -> Vector:
    """h_t; the pre-activations at `gates` become gates. c_{t-1} stands at `before`, c_t goes to `cell`."""
    half = even(0.5)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    i, f = half * load(memory, gates), half * load(memory, gates + BLOCK)
    g, o = load(memory, gates + 2 * BLOCK), half * load(memory, gates + 3 * BLOCK)
    i, f, g, o = tanh_of_four(i, f, g, o)
    i, f, o = half * i + half, half * f + half, half * o + half
    c = f * load(memory, before) + i * g
    tanh_c = tanh(c)
    store(memory, gates, i)
    store(memory, gates + BLOCK, f)
    store(memory, gates + 2 * BLOCK, g)
    store(memory, gates + 3 * BLOCK, o)
    store(memory, cell, c)
    store(memory, cell + BLOCK, tanh_c)
    return o * tanh_c


@compiled
def step_back(memory: Floats, gates: int, before: int, cell: int, d_h: Vector) -> None:
    """From dL/dh_t: the gates become dL/dpre, and c_{t-1} at `before`, once read, dL/dc_{t-1}.

    At `cell` stands, instead of c_t, dL/dc_t by way of the step after.
    """
    i, f, g = load(memory, gates), load(memory, gates + BLOCK), load(memory, gates + 2 * BLOCK)
    o, tanh_c, one = load(memory, gates + 3 * BLOCK), load(memory, cell + BLOCK), even(1)
    d_c = load(memory, cell) + d_h * o * (one - tanh_c * tanh_c)  # c_t is read by h_t as well as by c_{t+1}
    store(memory, gates, d_c * g * i * (one - i))  # sigmoid' = s (1 - s)
    store(memory, gates + BLOCK, d_c * load(memory, before) * f * (one - f))
    store(memory, gates + 2 * BLOCK, d_c * i * (one - g * g))  # tanh' = 1 - tanh^2
    store(memory, gates + 3 * BLOCK, d_h * tanh_c * o * (one - o))
    store(memory, before, d_c * f)

"""One unit of the LSTM on LANES samples, forward and back: the equations of core.introspect.lstm, line by line."""

from __future__ import annotations

from core.kernel.vector import LANES, Floats, Vector, compiled, even, load, sigmoid, store, tanh

ROWS = 4  # pre-activations a unit, PyTorch's order: input, forget, candidate, output
KEPT = 6  # vectors a unit and step that the way back needs


@compiled()
def step(memory: Floats, pre: int, kept: int, cell: int) -> Vector:
    """h_t from the four pre-activations at `pre`; c_{t-1} at `cell` becomes c_t."""
    i, f = sigmoid(load(memory, pre)), sigmoid(load(memory, pre + LANES))
    g, o = tanh(load(memory, pre + 2 * LANES)), sigmoid(load(memory, pre + 3 * LANES))
    before = load(memory, cell)
    c = f * before + i * g
    tanh_c = tanh(c)
    store(memory, cell, c)
    store(memory, kept, i)
    store(memory, kept + LANES, f)
    store(memory, kept + 2 * LANES, g)
    store(memory, kept + 3 * LANES, o)
    store(memory, kept + 4 * LANES, tanh_c)
    store(memory, kept + 5 * LANES, before)
    return o * tanh_c


@compiled()
def step_back(memory: Floats, d_pre: int, kept: int, d_cell: int, d_h: Vector) -> None:
    """dL/dpre to `d_pre` from dL/dh_t; dL/dc_t of the step after, at `d_cell`, becomes that of the step before."""
    i, f, g = load(memory, kept), load(memory, kept + LANES), load(memory, kept + 2 * LANES)
    o, tanh_c, before = load(memory, kept + 3 * LANES), load(memory, kept + 4 * LANES), load(memory, kept + 5 * LANES)
    one = even(1)
    d_c = load(memory, d_cell) + d_h * o * (one - tanh_c * tanh_c)  # c_t is read by h_t as well as by c_{t+1}
    store(memory, d_cell, d_c * f)
    store(memory, d_pre, d_c * g * i * (one - i))  # sigmoid' = s (1 - s)
    store(memory, d_pre + LANES, d_c * before * f * (one - f))
    store(memory, d_pre + 2 * LANES, d_c * i * (one - g * g))  # tanh' = 1 - tanh^2
    store(memory, d_pre + 3 * LANES, d_h * tanh_c * o * (one - o))

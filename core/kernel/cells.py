"""The cells by their number: one vector's step and its step back, whichever cell it is."""

from __future__ import annotations

from core.kernel import gru, lstm, rnn
from core.kernel.unit import Unit
from core.kernel.vector import Floats, Vector, inlined

CELLS = ("lstm", "gru", "rnn")
LSTM, GRU, RNN = range(3)
ROWS = (lstm.ROWS, gru.ROWS, rnn.ROWS)
STATES = (lstm.STATES, gru.STATES, rnn.STATES)


@inlined
def step(cell: int, memory: Floats, at: Unit) -> Vector:
    """h_t; the pre-activations become gates."""
    if cell == LSTM:
        return lstm.step(memory, at)
    if cell == GRU:
        return gru.step(memory, at)
    return rnn.step(memory, at)


@inlined
def step_back(cell: int, memory: Floats, at: Unit, d_h: Vector) -> None:
    """From dL/dh_t: the gates become dL/dpre."""
    if cell == LSTM:
        lstm.step_back(memory, at, d_h)
    elif cell == GRU:
        gru.step_back(memory, at, d_h)
    else:
        rnn.step_back(memory, at, d_h)

"""The cell of `nn.LSTM`: three gates around a cell state (Hochreiter and Schmidhuber 1997; forget gate: Gers 2000)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from core.introspect.states import Layer, Memory, States, by_gate, sigmoid
from core.values import Array


@dataclass(frozen=True, kw_only=True)
class LSTMStates(States):
    """c_t = f c_{t-1} + i g and h_t = o tanh(c_t), with f, i, o in 0..1 and g in -1..1.

    f, i, o = sigmoid(pre), g = tanh(pre), each with its own pre = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh.
    """

    input: Array
    forget: Array
    candidate: Array
    output: Array
    cell: Array
    cell_before: Array
    pre_input: Array
    pre_forget: Array
    pre_candidate: Array
    pre_output: Array

    gates: ClassVar[tuple[str, ...]] = ("input", "forget", "candidate", "output")
    sigmoid_gates: ClassVar[tuple[str, ...]] = ("input", "forget", "output")
    shown: ClassVar[tuple[str, ...]] = ("forget", "input", "output", "candidate", "cell", "hidden")
    keeps: ClassVar[str | None] = "forget"
    input_side: ClassVar[tuple[str, ...]] = ("pre_input", "pre_forget", "pre_candidate", "pre_output")
    memory_side: ClassVar[tuple[str, ...]] = input_side

    @classmethod
    def step(cls, layer: Layer, x: Array, before: Memory) -> Self:
        """One step forward: x (N, F), before (h, c) with both (N, H)."""
        h, c = before
        pre = layer.from_input(x) + layer.from_memory(h)  # (N, F), (N, H) -> (N, 4H)
        pre_i, pre_f, pre_g, pre_o = by_gate(pre, 4)
        i, f, g, o = sigmoid(pre_i), sigmoid(pre_f), np.tanh(pre_g), sigmoid(pre_o)
        cell = f * c + i * g
        return cls(
            input=i, forget=f, candidate=g, output=o,
            pre_input=pre_i, pre_forget=pre_f, pre_candidate=pre_g, pre_output=pre_o,
            cell=cell, cell_before=c, hidden=o * np.tanh(cell), hidden_before=h,
        )  # fmt: skip

    def step_back(self, layer: Layer, d_memory: Memory) -> Self:
        """One step backward: d_memory (dL/dh_t, what dL/dc_t gets from the step after).

        The cell state's own way back is one product, f times dL/dc_t: no weight matrix and no tanh' repeats on it.
        """
        d_h, d_c = d_memory
        i, f, g, o, tanh_c = self.input, self.forget, self.candidate, self.output, np.tanh(self.cell)
        d_c = d_c + d_h * o * (1 - tanh_c**2)  # c_t is read by h_t as well as by c_{t+1}
        d_i, d_f, d_g, d_o = d_c * g, d_c * self.cell_before, d_c * i, d_h * tanh_c
        pre_i, pre_f, pre_o = d_i * i * (1 - i), d_f * f * (1 - f), d_o * o * (1 - o)  # sigmoid' = s (1 - s)
        pre_g = d_g * (1 - g**2)  # tanh' = 1 - tanh^2
        d_pre = np.concatenate([pre_i, pre_f, pre_g, pre_o], axis=-1)  # 4 times (N, H) -> (N, 4H)
        return type(self)(
            input=d_i, forget=d_f, candidate=d_g, output=d_o,
            pre_input=pre_i, pre_forget=pre_f, pre_candidate=pre_g, pre_output=pre_o,
            cell=d_c, cell_before=d_c * f, hidden=d_h, hidden_before=d_pre @ layer.weight_hh,
        )  # fmt: skip

    @property
    def memory(self) -> Memory:
        """(h_t, c_t)."""
        return self.hidden, self.cell

    @property
    def memory_before(self) -> Memory:
        """(h_{t-1}, c_{t-1})."""
        return self.hidden_before, self.cell_before

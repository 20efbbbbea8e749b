"""The tanh cell of `nn.RNN`: one equation (Elman 1990)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from core.introspect.states import Layer, Memory, States
from core.values import Array


@dataclass(frozen=True, kw_only=True)
class RNNStates(States):
    """h_t = tanh(pre_hidden), pre_hidden = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh."""

    pre_hidden: Array

    gates: ClassVar[tuple[str, ...]] = ("hidden",)
    sigmoid_gates: ClassVar[tuple[str, ...]] = ()
    shown: ClassVar[tuple[str, ...]] = ("hidden",)
    keeps: ClassVar[str | None] = None
    input_side: ClassVar[tuple[str, ...]] = ("pre_hidden",)
    memory_side: ClassVar[tuple[str, ...]] = ("pre_hidden",)

    @classmethod
    def step(cls, layer: Layer, x: Array, before: Memory) -> Self:
        """One step forward: x (N, F), before (h,) with h (N, H)."""
        (h,) = before
        pre = layer.from_input(x) + layer.from_memory(h)  # (N, F), (N, H) -> (N, H)
        return cls(pre_hidden=pre, hidden=np.tanh(pre), hidden_before=h)

    def step_back(self, layer: Layer, d_memory: Memory) -> Self:
        """One step backward: d_memory (dL/dh_t,). The factor tanh' W_hh is what repeats over the steps."""
        (d_h,) = d_memory
        d_pre = d_h * (1 - self.hidden**2)
        return type(self)(hidden=d_h, pre_hidden=d_pre, hidden_before=d_pre @ layer.weight_hh)

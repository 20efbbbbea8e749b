"""The cell of `nn.GRU`: two gates, no separate cell state (Cho et al. 2014, with PyTorch's place of the reset gate)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from core.introspect.states import Layer, Memory, States, by_gate, sigmoid
from core.values import Array


@dataclass(frozen=True, kw_only=True)
class GRUStates(States):
    """h_t = (1 - z) n + z h_{t-1}: the update gate z keeps, the candidate n renews, the reset gate r mutes the past.

    r, z = sigmoid(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh); n = tanh(W_ih x_t + b_ih + r * recalled),
    where recalled = W_hh h_{t-1} + b_hh: PyTorch resets after the matrix product.
    """

    reset: Array
    update: Array
    candidate: Array
    recalled: Array
    pre_reset: Array
    pre_update: Array
    pre_candidate: Array

    gates: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate")
    sigmoid_gates: ClassVar[tuple[str, ...]] = ("reset", "update")
    shown: ClassVar[tuple[str, ...]] = ("reset", "update", "candidate", "hidden")
    keeps: ClassVar[str | None] = "update"
    input_side: ClassVar[tuple[str, ...]] = ("pre_reset", "pre_update", "pre_candidate")
    memory_side: ClassVar[tuple[str, ...]] = ("pre_reset", "pre_update", "recalled")

    @classmethod
    def step(cls, layer: Layer, x: Array, before: Memory) -> Self:
        """One step forward: x (N, F), before (h,) with h (N, H)."""
        (h,) = before
        x_r, x_z, x_n = by_gate(layer.from_input(x), 3)  # (N, 3H) -> 3 times (N, H)
        h_r, h_z, recalled = by_gate(layer.from_memory(h), 3)
        pre_r, pre_z = x_r + h_r, x_z + h_z
        r, z = sigmoid(pre_r), sigmoid(pre_z)
        pre_n = x_n + r * recalled
        n = np.tanh(pre_n)
        return cls(
            reset=r, update=z, candidate=n, recalled=recalled,
            pre_reset=pre_r, pre_update=pre_z, pre_candidate=pre_n,
            hidden=(1 - z) * n + z * h, hidden_before=h,
        )  # fmt: skip

    def step_back(self, layer: Layer, d_memory: Memory) -> Self:
        """One step backward: d_memory (dL/dh_t,). z times dL/dh_t is the way back that no weight matrix touches."""
        (d_h,) = d_memory
        r, z, n = self.reset, self.update, self.candidate
        d_z, d_n = d_h * (self.hidden_before - n), d_h * (1 - z)
        pre_n = d_n * (1 - n**2)  # tanh' = 1 - tanh^2
        d_r, d_recalled = pre_n * self.recalled, pre_n * r
        pre_r, pre_z = d_r * r * (1 - r), d_z * z * (1 - z)  # sigmoid' = s (1 - s)
        d_pre = np.concatenate([pre_r, pre_z, d_recalled], axis=-1)  # 3 times (N, H) -> (N, 3H)
        return type(self)(
            reset=d_r, update=d_z, candidate=d_n, recalled=d_recalled,
            pre_reset=pre_r, pre_update=pre_z, pre_candidate=pre_n,
            hidden=d_h, hidden_before=z * d_h + d_pre @ layer.weight_hh,
        )  # fmt: skip

"""What every recurrent cell has in common: weights of a layer, states of a step, and the sigmoid.

Shapes here and in the whole package: N samples, T steps, F features, H units, L layers, G gates of the cell.
"""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike

from core.values import Array

Memory = tuple[Array, ...]  # what a step hands to the next: (h,) for RNN and GRU, (h, c) for LSTM


def sigmoid(z: ArrayLike) -> Array:
    """1 / (1 + e^-z), written as a tanh so that no exponential overflows."""
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * np.asarray(z)), dtype=np.float64)


def by_gate(stacked: Array, gates: int) -> list[Array]:
    """(N, G*H) -> G times (N, H), views; at each step of each pair, where np.split would take longer than the sums."""
    units = stacked.shape[-1] // gates
    return [stacked[..., gate * units : (gate + 1) * units] for gate in range(gates)]


@dataclass(frozen=True)
class Layer:
    """Weights of one layer as PyTorch stacks them, gate by gate along the first axis.

    Attributes:
        weight_ih: what acts on the input, (G*H, F).
        weight_hh: what acts on the previous hidden state, (G*H, H).
        bias_ih: (G*H,); PyTorch adds both biases, so both count.
        bias_hh: (G*H,).
    """

    weight_ih: Array
    weight_hh: Array
    bias_ih: Array
    bias_hh: Array

    def from_input(self, x: Array) -> Array:
        """W_ih x + b_ih: (N, F) -> (N, G*H)."""
        return x @ self.weight_ih.T + self.bias_ih

    def from_memory(self, h: Array) -> Array:
        """W_hh h + b_hh: (N, H) -> (N, G*H)."""
        return h @ self.weight_hh.T + self.bias_hh


@dataclass(frozen=True, kw_only=True)
class States(ABC):
    """Every gate and state of one step, each (N, H); or of many, stacked into (L, N, T, H).

    The backward pass uses the same class for gradients: there each field holds the derivative with respect to the
    value of that name, and the `_before` fields hold the part that crosses from a step into the one before it.
    """

    hidden: Array
    hidden_before: Array

    gates: ClassVar[tuple[str, ...]]  # activated by sigmoid or tanh, in PyTorch's order; "pre_" + name before that
    sigmoid_gates: ClassVar[tuple[str, ...]]
    shown: ClassVar[tuple[str, ...]]  # what a reader is shown, in the order it is drawn
    keeps: ClassVar[str | None]  # the gate that multiplies the old memory
    input_side: ClassVar[tuple[str, ...]]  # what W_ih x + b_ih flows into, in PyTorch's order
    memory_side: ClassVar[tuple[str, ...]]  # what W_hh h + b_hh flows into

    @classmethod
    @abstractmethod
    def step(cls, layer: Layer, x: Array, before: Memory) -> Self:
        """One step forward: input x (N, F) and the memory before, each (N, H)."""

    @abstractmethod
    def step_back(self, layer: Layer, d_memory: Memory) -> Self:
        """One step backward through these values: from dL/d(memory after) to dL/d(everything in the step)."""

    @property
    def memory(self) -> Memory:
        """What this step hands to the next."""
        return (self.hidden,)

    @property
    def memory_before(self) -> Memory:
        """What this step took from the one before; among gradients: what it sends back to it."""
        return (self.hidden_before,)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of all fields."""
        return tuple(field.name for field in dataclasses.fields(cls))

    @classmethod
    def stack(cls, parts: Sequence[Self], axis: int) -> Self:
        """Join along a new axis."""
        return cls(**{name: np.stack([getattr(part, name) for part in parts], axis) for name in cls.names()})

    @classmethod
    def join(cls, parts: Sequence[Self], axis: int) -> Self:
        """Join along an axis that is there already."""
        return cls(**{name: np.concatenate([getattr(part, name) for part in parts], axis) for name in cls.names()})

    def __getitem__(self, index: Any) -> Self:
        """The same index applied to every field: `states[layer, sample, step]`."""
        return type(self)(**{name: getattr(self, name)[index] for name in self.names()})

    def side(self, names: tuple[str, ...]) -> Array:
        """Some fields next to each other in PyTorch's order: (N, G*H)."""
        return np.concatenate([getattr(self, name) for name in names], axis=-1)

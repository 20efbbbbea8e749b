"""The explicit forward pass: what `nn.LSTM`, `nn.GRU` and `nn.RNN` compute, with nothing thrown away.

Equations as in PyTorch's documentation; all arithmetic in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.introspect.gru import GRUStates
from core.introspect.lstm import LSTMStates
from core.introspect.rnn import RNNStates
from core.introspect.states import Layer, Memory, States
from core.values import Array

CELLS: dict[int, type[States]] = {4: LSTMStates, 3: GRUStates, 1: RNNStates}  # by rows a unit has in weight_hh


@dataclass(frozen=True)
class Network:
    """Stacked recurrent layers and the linear head that reads the top one.

    Attributes:
        cell: the kind of step every layer takes.
        layers: bottom to top.
        head: weights of the head, (H,).
        head_bias: its bias.
    """

    cell: type[States]
    layers: tuple[Layer, ...]
    head: Array
    head_bias: float

    @property
    def hidden_size(self) -> int:
        return len(self.head)

    def no_memory(self, samples: int) -> Memory:
        """The zero state PyTorch starts from: (L, N, H), once or, for LSTM, twice."""
        zeros = np.zeros((len(self.layers), samples, self.hidden_size))
        return (zeros, zeros) if self.cell is LSTMStates else (zeros,)

    def read_out(self, hidden: Array) -> Array:
        """The head on hidden states of the top layer: (..., H) -> (...)."""
        return hidden @ self.head + self.head_bias


def network(weights: Mapping[str, NDArray[Any]]) -> Network:
    """The network behind PyTorch's names: weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, ..., fc.weight, fc.bias.

    The cell shows in the shapes: weight_hh has 4H rows in an LSTM, 3H in a GRU, H in an RNN.

    Raises:
        KeyError: a name is missing.
        ValueError: the shapes belong to none of the three cells.
    """
    arrays = {name: np.asarray(weight, dtype=np.float64) for name, weight in weights.items()}
    rows, units = arrays["weight_hh_l0"].shape
    if rows % units or rows // units not in CELLS:
        raise ValueError(f"weight_hh_l0 of shape {(rows, units)} belongs to no LSTM, GRU or RNN")
    count = sum(name.startswith("weight_hh_l") for name in arrays)
    kinds = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return Network(
        cell=CELLS[rows // units],
        layers=tuple(Layer(**{kind: arrays[f"{kind}_l{k}"] for kind in kinds}) for k in range(count)),
        head=arrays["fc.weight"][0],
        head_bias=float(arrays["fc.bias"][0]),
    )


@dataclass(frozen=True)
class Trace:
    """One forward pass, kept whole.

    Attributes:
        network: what computed it.
        x: its input, (N, T, F).
        states: every gate and state, each (L, N, T, H).
        outputs: what the head says after every step, (N, T); a prediction is made from the last.
    """

    network: Network
    x: Array
    states: States
    outputs: Array

    @property
    def predictions(self) -> Array:
        """The head after the last step, (N,)."""
        return self.outputs[:, -1]

    @property
    def memory(self) -> Memory:
        """What the last step hands on: (L, N, H) each; PyTorch's h_n (and c_n)."""
        return self.states[:, :, -1].memory


def steps(net: Network, x: Array, memory: Memory | None = None) -> Iterator[States]:
    """Go through x (N, T, F) step by step; yields the states of all layers at that step, each (L, N, H).

    `memory` is what to start from, (L, N, H) each; zeros when left out.
    """
    memory = net.no_memory(len(x)) if memory is None else memory
    before = [tuple(part[k] for part in memory) for k in range(len(net.layers))]
    for t in range(x.shape[1]):
        below, column = x[:, t], []
        for k, layer in enumerate(net.layers):
            states = net.cell.step(layer, below, before[k])
            before[k], below = states.memory, states.hidden  # to the next step, to the layer above
            column.append(states)
        yield net.cell.stack(column, axis=0)  # L times (N, H) -> (L, N, H)


def forward(net: Network, x: Array, memory: Memory | None = None) -> Trace:
    """Everything the network computes on x (N, T, F), T at least 1, starting from `memory` (zeros when left out)."""
    states = net.cell.stack(list(steps(net, x, memory)), axis=2)  # T times (L, N, H) -> (L, N, T, H)
    return Trace(net, x, states, net.read_out(states.hidden[-1]))

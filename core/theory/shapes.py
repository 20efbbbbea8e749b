"""Shapes and parameter counts of nn.RNN, nn.LSTM and nn.GRU, worked out from their arguments.

Source: the shape sections of PyTorch's torch.nn.RNN, torch.nn.LSTM and torch.nn.GRU.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from core.config import CELL_NAMES
from core.values import Array

BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4}  # gate blocks stacked in each weight matrix
Shape = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RecurrentArguments:
    """The arguments of nn.LSTM that change a shape or a count."""

    cell: str = "lstm"
    input_size: int = 1
    hidden_size: int = 8
    num_layers: int = 2
    batch_first: bool = False
    bidirectional: bool = False
    bias: bool = True

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def call(self) -> str:
        """The line of Python that makes this module; arguments left at PyTorch's default are left out."""
        extras = [("batch_first", self.batch_first, False), ("bidirectional", self.bidirectional, False)]
        extras.append(("bias", self.bias, True))
        said = "".join(f", {key}={value}" for key, value, usual in extras if value != usual)
        sizes = f"input_size={self.input_size}, hidden_size={self.hidden_size}, num_layers={self.num_layers}"
        return f"nn.{CELL_NAMES[self.cell]}({sizes}{said})"


def tensor_shapes(arguments: RecurrentArguments, samples: int, steps: int) -> dict[str, Shape]:
    """Shapes of x, output, h_n and, for an LSTM, c_n, for N = `samples` and T = `steps`.

    `batch_first` swaps the first two axes of x and output only: h_n and c_n keep (layers * directions, N, H).
    """
    lead = (samples, steps) if arguments.batch_first else (steps, samples)
    state = (arguments.num_layers * arguments.directions, samples, arguments.hidden_size)
    shapes: dict[str, Shape] = {
        "x": (*lead, arguments.input_size),
        "output": (*lead, arguments.directions * arguments.hidden_size),
        "h_n": state,
    }
    return shapes | {"c_n": state} if arguments.cell == "lstm" else shapes


def tensor_axes(arguments: RecurrentArguments) -> dict[str, str]:
    """What the axes of `tensor_shapes` mean, in letters: N samples, T steps, F features, H units, L layers."""
    lead, twice = ("N, T" if arguments.batch_first else "T, N"), "2" if arguments.bidirectional else ""
    axes = {"x": f"{lead}, F", "output": f"{lead}, {twice}H", "h_n": f"{twice}L, N, H"}
    return axes | {"c_n": axes["h_n"]} if arguments.cell == "lstm" else axes


def weight_shapes(arguments: RecurrentArguments) -> dict[str, Shape]:
    """Every parameter under PyTorch's own name, in PyTorch's order."""
    rows = BLOCKS[arguments.cell] * arguments.hidden_size
    shapes: dict[str, Shape] = {}
    for layer in range(arguments.num_layers):
        reads = arguments.input_size if layer == 0 else arguments.directions * arguments.hidden_size
        for direction in ("", "_reverse")[: arguments.directions]:
            place = f"l{layer}{direction}"
            shapes[f"weight_ih_{place}"] = (rows, reads)
            shapes[f"weight_hh_{place}"] = (rows, arguments.hidden_size)
            if arguments.bias:
                shapes |= {f"bias_ih_{place}": (rows,), f"bias_hh_{place}": (rows,)}
    return shapes


def parameter_count(arguments: RecurrentArguments) -> int:
    """Numbers to be learnt in the recurrent part: per layer blocks * H * (inputs + H + 2)."""
    return sum(prod(shape) for shape in weight_shapes(arguments).values())


def head_count(arguments: RecurrentArguments) -> int:
    """Numbers to be learnt in nn.Linear(H, 1) on top: one weight per output and one bias."""
    return arguments.directions * arguments.hidden_size + 1


def layout_tensors(series: Array, window: int) -> dict[str, Array]:
    """The same pairs in both layouts: "article" (pairs, 1, window), time axis the days; "window" (pairs, window, 1).

    Args:
        series: (D,); there are D - window pairs, the oldest first.
    """
    pairs = np.lib.stride_tricks.sliding_window_view(series, window)[:-1]  # (D,) -> (pairs, window)
    return {"article": pairs[:, None, :], "window": pairs[:, :, None]}

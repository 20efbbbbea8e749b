"""The network: `nn.LSTM`, `nn.GRU` or `nn.RNN` (tanh), and a linear head. Imported by workers only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.config import ModelConfig
from core.values import Weights

CELLS: dict[str, Callable[..., nn.RNNBase]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
State = Tensor | tuple[Tensor, Tensor]


class Regressor(nn.Module):
    """One number per sample (window layout) or per day (article layout).

    Input x: (N, T, F) for `layout="window"`, read batch-first; (days, 1, window * F) for `layout="article"`,
    where the time axis is the days and the state runs through all of them, as in the published code.
    Output: (N,) or (days,).
    """

    def __init__(self, config: ModelConfig, inputs: int = 1) -> None:
        super().__init__()
        self.config, self.inputs = config, inputs
        self.by_window = config.layout == "window"
        self.rnn = CELLS[config.cell](
            input_size=inputs if self.by_window else config.window * inputs,
            hidden_size=config.hidden_size,
            num_layers=config.num_layers,
            batch_first=self.by_window,
            dropout=config.dropout if config.num_layers > 1 else 0.0,  # PyTorch puts it between layers only
        )
        self.fc = nn.Linear(config.hidden_size, 1)
        if config.forget_bias is not None and config.cell == "lstm":
            set_forget_bias(self.rnn, config.forget_bias)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Predictions and the last state, which lets the article's test days go on where training ended."""
        hidden, state = self.rnn(x, state)
        last = hidden[:, -1] if self.by_window else hidden[:, 0]  # (N, T, H) -> (N, H); (days, 1, H) -> (days, H)
        return self.fc(last)[:, 0], state

    def shape(self, windows: NDArray[np.float64]) -> Tensor:
        """Scaled windows (N, T, F) as the x this layout reads."""
        x = torch.from_numpy(np.ascontiguousarray(windows, dtype=np.float32))
        return x if self.by_window else x.reshape(len(x), 1, -1)

    @property
    def count(self) -> int:
        """P, how many weights there are."""
        return sum(weight.numel() for weight in self.parameters())

    def in_one_array(self, room: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """All weights in the order of `parameters()` and one 0 behind them, (P + 1,): the module's own from now on.

        What is written into the array changes the module. It is `room`, zeros, where that is given.
        """
        count = self.count
        values = torch.zeros(count + 1) if room is None else torch.from_numpy(room)
        values[:count] = nn.utils.parameters_to_vector(self.parameters()).detach()
        nn.utils.vector_to_parameters(values[:count], self.parameters())
        array: NDArray[np.float32] = values.numpy()
        return array

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Copies of all weights under PyTorch's own names: weight_ih_l0, ..., fc.weight, fc.bias."""
        return {name.removeprefix("rnn."): w.detach().numpy().copy() for name, w in self.state_dict().items()}

    def load(self, arrays: Weights) -> None:
        """Put the weights of `arrays()` back, in place."""
        named = {name if name.startswith("fc.") else f"rnn.{name}": w for name, w in arrays.items()}
        self.load_state_dict({name: torch.tensor(weight) for name, weight in named.items()})


def set_forget_bias(rnn: nn.RNNBase, bias: float) -> None:
    """Make b_ih + b_hh of every forget gate equal `bias` at the start (Gers et al. 2000; Jozefowicz et al. 2015)."""
    forget = slice(rnn.hidden_size, 2 * rnn.hidden_size)  # PyTorch's order: input, forget, candidate, output
    with torch.no_grad():
        for name, weight in rnn.named_parameters():
            if name.startswith("bias"):
                weight[forget] = bias if "ih" in name else 0.0

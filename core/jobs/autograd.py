"""The gradient of the LSTM lesson's example by PyTorch's autograd. Imported by workers only."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from core.theory.gradients import TARGET, WEIGHTS, LSTMExample
from core.values import Cancelled, StopSignal, never


def run_autograd(
    task: LSTMExample,
    bars: pd.DataFrame | None = None,
    observe: Callable[[object], None] | None = None,
    should_stop: StopSignal = never,
) -> dict[str, NDArray[np.float64]]:
    """dL/dweights of the LSTM lesson's example by PyTorch's autograd, under PyTorch's names, each (4,).

    Raises:
        Cancelled: nobody wants the result any more.
    """
    del bars, observe
    if should_stop():
        raise Cancelled
    lstm, layer = nn.LSTM(1, 1, batch_first=True).double(), task.layer
    with torch.no_grad():
        for name in WEIGHTS:
            getattr(lstm, f"{name}_l0").copy_(torch.from_numpy(getattr(layer, name)))
    prediction = lstm(torch.from_numpy(task.x))[0][0, -1, 0]  # (N=1, T, H=1) -> number
    (0.5 * (prediction - TARGET) ** 2).backward()
    slopes = {name.removesuffix("_l0"): weight.grad for name, weight in lstm.named_parameters()}
    return {name: slope.reshape(-1).numpy() for name, slope in slopes.items() if slope is not None}

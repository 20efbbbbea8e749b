"""What the compiled trainer takes, made from a model and its pairs: windows, or one sequence through all days."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.kernel.layout import Part
from core.kernel.network import Described, Floats, Networks, Places, Sizes, part_of, sizes_of
from core.values import Array

Pairs = tuple[NDArray[np.float32], NDArray[np.float32]]


class SequenceNetworks(Networks):
    """Networks whose state runs through all days; a part's days go on from the state after the day before them.

    While it learns, that state is the one the batch before left, from weights of before its step. A loss is measured
    with the present weights throughout: days before the part that were not gone through with them are so first.
    """

    def __init__(self, sizes: Sizes, values: Floats) -> None:
        super().__init__(sizes, values)
        self.known = 0  # days, from the first on, whose states are those of the present weights

    def loss(self, part: Part, which: Places | None = None) -> Array:
        if self.known < part.rows[0]:
            super().loss(part._replace(rows=np.arange(self.known, part.rows[0])), which)
        found = super().loss(part, which)
        self.known = int(part.rows[-1]) + 1
        return found

    def learn(self, part: Part, which: Places | None = None) -> Array:
        found = super().learn(part, which)
        self.known = len(part.rows) if part.rows[0] == 0 else 0
        return found

    def train(self, part: Part, rate: float, beta: float, which: Places | None = None) -> Array:
        found = super().train(part, rate, beta, which)
        self.known = 0
        return found

    def step(self, rate: float, beta: float, which: Places | None = None) -> None:
        super().step(rate, beta, which)
        self.known = 0


def prepared(model: Described, loss: str, values: Floats, parts: Sequence[Pairs]) -> tuple[Networks, list[Part]]:
    """The networks on these weights, which they change in place, and the parts as they read them.

    Args:
        model: the sizes.
        loss: "mse" or "huber".
        values: each one's weights in PyTorch's order and one 0 behind them, (S, P + 1), or (P + 1,) of a single one.
        parts: inputs as the model's layout reads them, (N, T, F) or (N, 1, T * F), and targets (N,), of each part.
    """
    sizes = sizes_of(model, loss)
    if model.config.layout == "window":
        return Networks(sizes, values), [part_of(x, y) for x, y in parts]
    days = np.cumsum([0, *(len(y) for _, y in parts)])
    everything = part_of(*(np.concatenate(side) for side in zip(*parts, strict=True)))
    rows = [np.arange(first, end) for first, end in itertools.pairwise(days)]
    one = Sizes(sizes.cell, sizes.inputs * sizes.steps, sizes.units, sizes.layers, int(days[-1]), sizes.huber, one=True)
    return SequenceNetworks(one, values), [everything._replace(rows=each) for each in rows]

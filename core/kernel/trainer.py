"""Epochs of the compiled path, with the same order of things as PyTorch's in core.training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.config import TrainConfig
from core.kernel.choice import Losses, Seen
from core.kernel.layout import Part
from core.kernel.network import Network
from core.kernel.schedule import pace_of
from core.values import AdamState, Cancelled, StopSignal


class Batches(Protocol):
    """What an epoch goes through: the rows of `per_epoch` batches, drawn anew each time."""

    per_epoch: int

    def __iter__(self) -> Iterator[NDArray[np.int64] | slice]: ...


class Trainer:
    """Trains a Network in place.

    Args:
        network: what is trained.
        parts: training, validation and test part.
        batches: of an epoch; where there is one, losses are watched before its step, as the published loop prints them.
        config: schedule, rate and epochs.
        seen: is told each validation loss, and says whether the training ends with it; see core.kernel.choice.
    """

    def __init__(
        self,
        network: Network,
        parts: Sequence[Part],
        batches: Batches,
        config: TrainConfig,
        seen: Seen,
    ) -> None:
        self.network, self.batches, self.config, self.seen = network, batches, config, seen
        self.train, self.validation, self.test = parts

    @property
    def rate(self) -> float:
        """Of the next step."""
        return self._pace()[0]

    @property
    def adam(self) -> AdamState:
        return self.network.adam

    def resume(self, adam: AdamState) -> None:
        self.network.resume(adam)

    def epoch(self, should_stop: StopSignal, watched: bool) -> Losses:
        """One pass over the training part, and its losses.

        Raises:
            Cancelled: `should_stop()` was true before a mini-batch.
        """
        total, losses = 0.0, None
        for batch in self.batches:
            if should_stop():
                raise Cancelled
            rows = self.train.rows[batch]
            total += self.network.learn(self.train._replace(rows=rows)) * len(rows)
            if self.batches.per_epoch == 1:
                losses = self._watch(watched)
            self.network.step(*self._pace())
        validation, test = losses or self._watch(watched)
        return total / len(self.train.rows), validation, test

    def _pace(self) -> tuple[float, float]:
        return pace_of(self.config, self.network.steps_done, self.config.epochs * self.batches.per_epoch)

    def _watch(self, test: bool) -> tuple[float | None, float | None]:
        validation = self.network.loss(self.validation) if len(self.validation.rows) else None
        ends = self.seen(validation)
        return validation, self.network.loss(self.test) if test or ends else None

"""Epochs of the compiled path, with the same order of things as PyTorch's in core.training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.config import TrainConfig
from core.kernel.choice import Losses, Seen
from core.kernel.layout import Part
from core.kernel.network import Networks
from core.kernel.schedule import pace_of
from core.values import AdamState, Cancelled, StopSignal

Which = NDArray[np.int64]


class Batches(Protocol):
    """What an epoch goes through: the rows of `per_epoch` batches, drawn anew each time."""

    per_epoch: int

    def __iter__(self) -> Iterator[NDArray[np.int64] | slice]: ...


class SideBySide:
    """Trains networks of one shape in place, a mini-batch of each in turn. What each learns, it would learn alone.

    Args:
        networks: what is trained.
        parts: training, validation and test part.
        batches: of an epoch, of each network; where there is one, losses are watched before its step, as the published
            loop prints them.
        config: schedule, rate and epochs.
        seen: each network's is told its validation loss, and says whether its training ends with it; see
            core.kernel.choice.
    """

    def __init__(
        self,
        networks: Networks,
        parts: Sequence[Part],
        batches: Sequence[Batches],
        config: TrainConfig,
        seen: Sequence[Seen],
    ) -> None:
        self.networks, self.batches, self.config, self.seen = networks, batches, config, seen
        self.train, self.validation, self.test = parts

    @property
    def rate(self) -> float:
        """Of the next step."""
        return self._pace()[0]

    def epoch(self, which: Which, should_stop: StopSignal, watched: bool) -> list[Losses]:
        """One pass over the training part by those networks that are meant, and their losses.

        Raises:
            Cancelled: `should_stop()` was true before a mini-batch.
        """
        total, losses = np.zeros(len(which)), None
        for batches in zip(*(self.batches[place] for place in which), strict=True):
            if should_stop():
                raise Cancelled
            part = Part(self.train.x, self.train.y, self._rows(batches))
            if self.batches[0].per_epoch > 1:
                found = self.networks.train(part, *self._pace(), which)
            else:
                found, losses = self.networks.learn(part, which), self._watch(which, watched)
                self.networks.step(*self._pace(), which)
            total += found * part.rows.shape[-1]
        return [
            (float(summed) / len(self.train.rows), *both)
            for summed, both in zip(total, losses or self._watch(which, watched), strict=True)
        ]

    def _rows(self, batches: Sequence[NDArray[np.int64] | slice]) -> NDArray[np.int64]:
        """Those of a batch of each, (n, rows); (rows,) where all have the same. The training part comes first."""
        first = batches[0]
        if isinstance(first, slice):
            return self.train.rows[first]  # type: ignore[no-any-return]
        return first[None] if len(batches) == 1 else np.stack(batches)  # type: ignore[arg-type]

    def _pace(self) -> tuple[float, float]:
        return pace_of(self.config, self.networks.steps_done, self.config.epochs * self.batches[0].per_epoch)

    def _watch(self, which: Which, test: bool) -> list[tuple[float | None, float | None]]:
        """Validation and test loss of each."""
        validation: list[float | None] = [None] * len(which)
        if len(self.validation.rows):
            validation = self.networks.loss(self.validation, which).tolist()
        ends = [self.seen[place](loss) for place, loss in zip(which, validation, strict=True)]
        tested: dict[int, float] = {}
        if len(asked := which if test else which[np.array(ends)]):
            tested = dict(zip(asked.tolist(), self.networks.loss(self.test, asked).tolist(), strict=True))
        return [(loss, tested.get(int(place))) for place, loss in zip(which, validation, strict=True)]


class Trainer:
    """Trains a single network: SideBySide with nothing beside it."""

    def __init__(
        self, networks: Networks, parts: Sequence[Part], batches: Batches, config: TrainConfig, seen: Seen
    ) -> None:
        self.networks, self.only = networks, SideBySide(networks, parts, [batches], config, [seen])

    @property
    def rate(self) -> float:
        """Of the next step."""
        return self.only.rate

    @property
    def adam(self) -> AdamState:
        return self.networks.adam()

    def resume(self, adam: AdamState) -> None:
        self.networks.resume(adam)

    def epoch(self, should_stop: StopSignal, watched: bool) -> Losses:
        """One pass over the training part, and its losses.

        Raises:
            Cancelled: `should_stop()` was true before a mini-batch.
        """
        return self.only.epoch(self.networks.all, should_stop, watched)[0]

"""What is kept of a training while it goes on, and at its end: history, film, checkpoint."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime

from core.config import TrainConfig
from core.film import MOST_BYTES, Film, FilmedRun, film_epochs
from core.model import Regressor
from core.training import is_watched
from core.values import Array, Checkpoint, EpochRecord, FilmedEpoch, Observer, Weights


@dataclass(frozen=True)
class Trained:
    """What training leaves: weights by PyTorch's names, the records, scaled predictions of every pair (N,)."""

    weights: Weights
    history: list[EpochRecord]
    film: Film
    checkpoint: Checkpoint | None
    predicted: Array
    started: datetime
    seconds: float


def worth_keeping(checkpoint: Checkpoint, train: TrainConfig) -> bool:
    """A cycle is over at its end; a large network would take more room than the time it saves is worth."""
    return train.schedule == "constant" and checkpoint.nbytes <= MOST_BYTES


class Camera:
    """Takes in each epoch as it ends: the history, snapshots for the film, and what the observer is told."""

    def __init__(self, model: Regressor, train: TrainConfig, observe: Observer | None) -> None:
        self.model, self.train, self.observe = model, train, observe
        self.history: list[EpochRecord] = []
        untrained = model.arrays()
        self.snapshots = {0: untrained}
        self.due = set(film_epochs(train.epochs, sum(weight.size for weight in untrained.values()))[:-1])

    def watch(self, epochs: Generator[EpochRecord, None, Checkpoint]) -> Checkpoint:
        """Take in all of them; what `fit` returns at its end."""
        while True:
            try:
                record = next(epochs)
            except StopIteration as ended:
                checkpoint: Checkpoint = ended.value
                return checkpoint
            self.see(record)

    def see(self, record: EpochRecord) -> None:
        """Take in an epoch that has just ended."""
        self._take(record, self.model.arrays() if record.epoch in self.due else None)

    def replay(self, start: FilmedRun, checkpoint: Checkpoint) -> None:
        """Take in the epochs of a training that goes on; what its last one had for being the last is taken back."""
        patience, last = self.train.patience, start.history[-1]
        if not is_watched(last.epoch) and (patience is None or checkpoint.waited < patience):
            last = replace(last, test_loss=None)
        known = dict(zip(start.film.epochs, start.film.frames, strict=True)) | {last.epoch: checkpoint.weights}
        for record in [*start.history[:-1], last]:
            self._take(record, known[record.epoch] if record.epoch in self.due else None)

    def film(self, checkpoint: Checkpoint) -> Film:
        """The snapshots, the last one being what the training ended with."""
        whole = self.snapshots | {checkpoint.epoch: checkpoint.answer}
        return Film(tuple(whole), tuple(whole.values()))

    def _take(self, record: EpochRecord, weights: Weights | None) -> None:
        self.history.append(record)
        if weights is not None:
            self.snapshots[record.epoch] = weights
        if self.observe:
            self.observe(record if weights is None else FilmedEpoch(**vars(record), weights=weights))

"""The film of a training: snapshots of its weights, a run as it was at any of them, and how a run goes on.

Needs no PyTorch: predictions of a snapshot come from core.introspect's forward pass.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Experiment, TrainConfig, bounds
from core.digest import digest
from core.evaluation.evaluate import by_part
from core.introspect.predictor import predictions
from core.run import Run
from core.values import Checkpoint, Weights

MOST_BYTES = 4 * 2**20  # of a run's film, beside its first and last snapshot; of its checkpoint
LONGEST = int(bounds(TrainConfig, "epochs").high)


def film_epochs(epochs: int, parameters: int) -> list[int]:
    """After which epochs a training keeps a snapshot of its weights: of each up to 8, then ever farther apart.

    0 is the untrained network, and the last one is always kept. In between they do not depend on how many epochs there
    are, so that a training which goes on leaves the film of one that never paused. A large network, whose film of the
    longest training would not fit into MOST_BYTES, keeps one snapshot in two, in three ..., at least these two.
    """
    dense = list(itertools.takewhile(lambda epoch: epoch < LONGEST, _ever_farther_apart()))
    most = max(2, MOST_BYTES // (4 * parameters))  # float32
    stride = -(-len(dense) // (most - 1))
    return [epoch for epoch in dense[::stride] if epoch < epochs] + [epochs]


def _ever_farther_apart() -> Iterator[int]:
    """0, 1, 2, ..., 8, 10, 12, 15, 18, 22, ...: each a quarter more than the one before."""
    epoch = 0
    while True:
        yield epoch
        epoch = max(epoch + 1, epoch * 5 // 4)


@dataclass(frozen=True)
class Film:
    """Snapshots of a training, oldest first.

    Attributes:
        epochs: after which they were taken, (S,); 0 is the untrained network.
        frames: the weights then, by PyTorch's names; the last ones are what the training ended with.
    """

    epochs: tuple[int, ...]
    frames: tuple[Weights, ...]

    def nearest(self, epoch: int) -> int:
        """The place of the snapshot nearest to `epoch`; of two, the earlier one's."""
        return min(range(len(self.epochs)), key=lambda place: abs(self.epochs[place] - epoch))

    def stack(self, name: str) -> NDArray[np.float32]:
        """One weight through the film: (S, ...)."""
        return np.stack([frame[name] for frame in self.frames])


@dataclass(frozen=True)
class FilmedRun(Run):
    """A run that remembers how it came to be.

    A snapshot after epoch n holds the weights after that epoch's steps. At a constant rate and without patience these
    are, to the last bit, the weights the same experiment with n epochs ends with. A one-cycle training stretches its
    cycle over all its epochs, so its snapshots are those of that training alone. With patience the last snapshot holds
    the best weights, which were put back; those before it are what each epoch left.

    Attributes:
        film: the snapshots.
        checkpoint: what it takes to train on; None with one-cycle, for large networks, and of `at`.
    """

    film: Film
    checkpoint: Checkpoint | None

    def unfilmed(self) -> Run:
        """The run alone, where many are kept at once."""
        return Run(**{field.name: getattr(self, field.name) for field in fields(Run)})

    def at(self, epoch: int) -> FilmedRun:
        """This run as it was after `epoch` (the nearest snapshot): weights, predictions, scores, history and film.

        Predictions agree to six digits with those of a training that ends there. The key is one of its own: what is
        kept by key must not mix up the run and its past. After epoch 0 the history is empty.
        """
        place = self.film.nearest(epoch)
        reached, weights = self.film.epochs[place], self.film.frames[place]
        if reached == self.film.epochs[-1]:
            return self
        scaled = predictions(weights, self.windows, self.experiment.model.layout)
        predicted = self.task.in_units(scaled, self.scaler)
        history = [record for record in self.history if record.epoch <= reached]
        return replace(
            self,
            key=f"{self.key}-{reached}",
            history=history,
            prediction=self.prediction.assign(predicted=predicted),
            metrics=by_part(self.task, predicted),
            weights=weights,
            seconds=history[-1].seconds if history else 0.0,
            film=Film(self.film.epochs[: place + 1], self.film.frames[: place + 1]),
            checkpoint=None,
        )


def continues(run: Run, experiment: Experiment, bars: pd.DataFrame) -> bool:
    """Whether `experiment` on `bars` is what `run` was, but for more epochs, and the run has kept what it takes."""
    if not isinstance(run, FilmedRun) or run.checkpoint is None or experiment.train.schedule != "constant":
        return False
    epochs = run.experiment.train.epochs
    same = experiment.replace(train=experiment.train.replace(epochs=epochs)) == run.experiment
    return same and experiment.train.epochs > epochs and digest(run.experiment, bars) == run.key

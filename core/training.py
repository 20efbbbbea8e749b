"""fit(): trains a Regressor, by PyTorch or core.kernel, and yields one EpochRecord an epoch. Workers only."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from core.config import TrainConfig
from core.dataset import Dataset
from core.errors import TrainingError
from core.kernel.choice import Epochs, Seen, takes_compiled
from core.model import Regressor
from core.sentence import N_
from core.trainer import Batches, Parts, Trainer, parts_of
from core.values import Checkpoint, EpochRecord, StopSignal, Weights, never

if TYPE_CHECKING:
    from core.kernel.layout import Part
    from core.kernel.network import Networks

WATCHED_EACH, WATCHED_EVERY = 400, 5  # epochs up to which each is watched; after them one in so many
_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def reproducible(seed: int) -> Iterator[None]:
    """One thread and a seeded generator inside, the caller's own afterwards; one such block at a time in a process.

    PyTorch's generator and its thread count belong to the whole process: two trainings at once would draw each
    other's numbers.
    """
    with _ONE_AT_A_TIME:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(seed)
                yield
        finally:
            torch.set_num_threads(threads)


def is_watched(epoch: int) -> bool:
    """Whether the test loss is worked out in this epoch: in each up to 400, then in every fifth.

    A chart cannot show more. It goes by the epoch's own number, whatever the number of all of them is, so that a
    training which goes on leaves the records of one that never paused. The last epoch is watched besides.
    """
    return epoch <= WATCHED_EACH or epoch % WATCHED_EVERY == 0


def fit(
    model: Regressor,
    data: Dataset,
    config: TrainConfig,
    should_stop: StopSignal = never,
    start: Checkpoint | None = None,
) -> Generator[EpochRecord, None, Checkpoint]:
    """Train `model` in place on the training part; one record an epoch, losses in scaled units.

    A full-batch epoch's losses are those before its step, as the published loop prints them; with mini-batches the
    training loss is the mean over the epoch's batches. With `patience`, training stops when the validation loss (of the
    validation part; without one, of the last 15 % of the training part) has not fallen for so many epochs, and the
    weights that gave the lowest one, which with full batches are those before that epoch's step, are put back.

    What the generator returns at its end is what it takes to train on: given as `start`, under the same config but
    more epochs, at a constant rate, what follows has the same bits as without the pause.

    Raises:
        Cancelled: `should_stop()` was true before a mini-batch.
        TrainingError: the loss is no longer a finite number.
    """
    training = _Training(model, data, config, start)
    epoch, seconds = (start.epoch, start.seconds) if start else (0, 0.0)
    began = time.perf_counter() - seconds
    while epoch < config.epochs and not training.best.stalled:
        epoch, rate = epoch + 1, training.trainer.rate
        watched = is_watched(epoch) or epoch == config.epochs
        train, validation, test = training.trainer.epoch(should_stop, watched)
        check_finite(train, epoch, config.learning_rate)
        seconds = time.perf_counter() - began
        yield EpochRecord(epoch, train, test, seconds, rate, validation)
    kept = training.checkpoint(epoch, seconds)
    model.load(kept.answer)
    return kept


class _Training:
    """All that goes on from epoch to epoch, from the beginning or from a checkpoint."""

    def __init__(self, model: Regressor, data: Dataset, config: TrainConfig, start: Checkpoint | None) -> None:
        self.model, self.best = model, Best(config.patience, model)
        self.compiled = takes_compiled(model.config, config.batch_size) if start is None else start.compiled
        if start:
            model.load(start.weights)  # before the compiled path lays them out
        parts = parts_of(model, data, config.patience)
        self.batches = Batches(model, len(parts.x), config)
        kind = _compiled_trainer if self.compiled else Trainer
        self.trainer: Epochs = kind(model, parts, self.batches, config, self.best.see)
        if start:
            self.best.lowest, self.best.waited, self.best.weights = start.lowest, start.waited, start.best
            self.trainer.resume(start.adam)
            self.batches.generator.set_state(_state(start.shuffles))
            torch.set_rng_state(_state(start.noise))

    def checkpoint(self, epoch: int, seconds: float) -> Checkpoint:
        """What it takes to go on from here, after so many epochs."""
        return Checkpoint(
            epoch=epoch,
            seconds=seconds,
            compiled=self.compiled,
            weights=self.model.arrays(),
            adam=self.trainer.adam,
            shuffles=self.batches.state,
            noise=noise(),
            lowest=self.best.lowest,
            waited=self.best.waited,
            best=self.best.weights,
        )


def _compiled_trainer(model: Regressor, parts: Parts, batches: Batches, config: TrainConfig, seen: Seen) -> Epochs:
    """The same training in machine code, on the module's own weights and in the same shuffles."""
    from core.kernel.trainer import Trainer as CompiledTrainer  # not before numba is known to run here

    networks, three = compiled_networks(model, parts, config.loss, model.in_one_array())
    return CompiledTrainer(networks, three, batches, config, seen)


def compiled_networks(
    model: Regressor, parts: Parts, loss: str, values: NDArray[np.float32]
) -> tuple[Networks, list[Part]]:
    """Networks of the model's shape on these weights, as of `core.kernel.prepared`, and the parts as they read them."""
    from core.kernel.prepared import prepared

    pairs = ((parts.x, parts.y), (parts.x_validation, parts.y_validation), (parts.x_test, parts.y_test))
    return prepared(model, loss, values, [(x.numpy(), y.numpy()) for x, y in pairs])


def noise() -> bytes:
    """The state of PyTorch's own generator."""
    state: bytes = torch.get_rng_state().numpy().tobytes()
    return state


def predict(model: Regressor, windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """One step ahead for every window (N, T, F), scaled: (N,). True inputs throughout."""
    model.eval()
    with torch.no_grad():
        predicted, _ = model(model.shape(windows))
    result: NDArray[np.float64] = predicted.numpy().astype(np.float64)
    return result


class Best:
    """Remembers the weights of the lowest validation loss; does nothing without patience."""

    def __init__(self, patience: int | None, model: Regressor) -> None:
        self.patience, self.model, self.lowest, self.waited = patience, model, float("inf"), 0
        self.weights: Weights | None = None

    @property
    def stalled(self) -> bool:
        return self.patience is not None and self.waited >= self.patience

    def see(self, validation: float | None) -> bool:
        """Take in what the model's very weights gave; whether that was the last of it."""
        if self.patience is None or validation is None:
            return False
        if validation < self.lowest:
            self.lowest, self.waited, self.weights = validation, 0, self.model.arrays()
        else:
            self.waited += 1
        return self.stalled


def _state(kept: bytes) -> torch.Tensor:
    """A generator's state from its bytes."""
    return torch.from_numpy(np.frombuffer(kept, np.uint8).copy())


def check_finite(loss: float, epoch: int, rate: float) -> None:
    if not np.isfinite(loss):
        raise TrainingError(
            N_("The loss stopped being a number in epoch {epoch}; lower the learning rate from {rate}."),
            epoch=epoch,
            rate=rate,
        )

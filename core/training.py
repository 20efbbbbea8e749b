"""fit(): trains a Regressor, by PyTorch or core.kernel, and yields one EpochRecord an epoch. Workers only."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.config import TrainConfig
from core.dataset import Dataset
from core.errors import TrainingError
from core.kernel.choice import Epochs, takes_compiled
from core.model import Regressor, State
from core.sentence import N_
from core.values import Cancelled, EpochRecord, StopSignal, never

VALIDATION_SHARE = 0.15  # of the training part, its last days, where patience is asked for
_ONE_AT_A_TIME = threading.RLock()
LOSSES: dict[str, type[nn.Module]] = {"mse": nn.MSELoss, "huber": nn.HuberLoss}


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


@dataclass(frozen=True)
class _Parts:
    """Tensors of the three parts: inputs as the layout reads them, targets (N,)."""

    x: Tensor
    y: Tensor
    x_validation: Tensor
    y_validation: Tensor
    x_test: Tensor
    y_test: Tensor


def _parts(model: Regressor, data: Dataset, patience: int | None) -> _Parts:
    x = model.shape(data.windows)
    y = torch.from_numpy(data.targets.astype(np.float32))
    held_out = int(VALIDATION_SHARE * data.train_pairs) if patience else 0
    fitted = data.train_pairs - held_out
    return _Parts(
        x=x[:fitted],
        y=y[:fitted],
        x_validation=x[fitted : data.train_pairs],
        y_validation=y[fitted : data.train_pairs],
        x_test=x[data.train_pairs :],
        y_test=y[data.train_pairs :],
    )


def fit(model: Regressor, data: Dataset, config: TrainConfig, should_stop: StopSignal = never) -> Iterator[EpochRecord]:
    """Train `model` in place on the training part; one record an epoch, losses in scaled units.

    A full-batch epoch's losses are those before its step, as the published loop prints them; with mini-batches the
    training loss is the mean over the epoch's batches. With `patience`, training stops when the validation loss (the
    last 15 % of the training part) has not fallen for so many epochs, and the weights that gave the lowest one, which
    with full batches are those before that epoch's step, are put back.

    Raises:
        Cancelled: `should_stop()` was true before a mini-batch.
        TrainingError: the loss is no longer a finite number.
    """
    best = _Best(config.patience)
    kind: Callable[..., Epochs] = _compiled_trainer if takes_compiled(model.config, config.batch_size) else _Trainer
    trainer = kind(model, data, config, best)
    started = time.perf_counter()
    for epoch in range(1, config.epochs + 1):
        rate = trainer.rate
        train, validation, test = trainer.epoch(should_stop)
        _check_finite(train, epoch, config.learning_rate)
        yield EpochRecord(epoch, train, test, time.perf_counter() - started, rate, validation)
        if best.stalled:
            break
    best.restore(model)


def _compiled_trainer(model: Regressor, data: Dataset, config: TrainConfig, best: _Best) -> Epochs:
    """The same training in machine code, on the module's own weights and in the same shuffles."""
    from core.kernel.prepared import prepared  # not before numba is known to run here
    from core.kernel.trainer import Trainer

    parts = _parts(model, data, config.patience)
    pairs = ((parts.x, parts.y), (parts.x_validation, parts.y_validation), (parts.x_test, parts.y_test))
    arrays = [(x.numpy(), y.numpy()) for x, y in pairs]
    network, three = prepared(model, config.loss, model.in_one_array(), arrays)
    batches = _Batches(model, len(parts.x), config)
    return Trainer(network, three, batches, config, lambda validation: best.see(validation, model))


class _Trainer:
    """Everything one training needs from epoch to epoch."""

    def __init__(self, model: Regressor, data: Dataset, config: TrainConfig, best: _Best) -> None:
        self.model, self.best = model, best
        self.parts = _parts(model, data, config.patience)
        self.loss_of = LOSSES[config.loss]()
        self.batches = _Batches(model, len(self.parts.x), config)
        self.optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
        self.schedule = _schedule(self.optimizer, config, self.batches.per_epoch)

    @property
    def rate(self) -> float:
        return float(self.optimizer.param_groups[0]["lr"])

    def epoch(self, should_stop: StopSignal) -> tuple[float, float | None, float]:
        """One pass over the training part; the losses of training, validation (None without patience) and test."""
        self.model.train()
        total = torch.zeros(())
        watched: tuple[float | None, float] | None = None
        state: State | None = None
        for rows in self.batches:
            if should_stop():
                raise Cancelled
            predicted, state = self.model(self.parts.x[rows], None if self.model.by_window else _detached(state))
            loss = self.loss_of(predicted, self.parts.y[rows])
            if self.batches.per_epoch == 1:
                watched = self._watch(state)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()
            total += loss.detach() * len(predicted)
        validation, test = watched or self._watch(None)
        return float(total / len(self.parts.x)), validation, test

    def _watch(self, state: State | None) -> tuple[float | None, float]:
        """Validation and test loss of the weights as they are now, which are remembered where they are the best.

        With dropout the training pass's state holds its draws; the losses start from one without, as predictions do.
        """
        validation, test = _watch(self.model, self.parts, self.loss_of, None if self.model.rnn.dropout else state)
        self.best.see(validation, self.model)
        return validation, test


def predict(model: Regressor, windows: NDArray[np.float64]) -> NDArray[np.float64]:
    """One step ahead for every window (N, T, F), scaled: (N,). True inputs throughout."""
    model.eval()
    with torch.no_grad():
        predicted, _ = model(model.shape(windows))
    result: NDArray[np.float64] = predicted.numpy().astype(np.float64)
    return result


def _detached(state: State | None) -> State | None:
    """The state as a plain value: the article's days go on from batch to batch, their gradients do not."""
    if state is None or isinstance(state, Tensor):
        return None if state is None else state.detach()
    return state[0].detach(), state[1].detach()


class _Batches:
    """Index sets of one epoch: everything at once, or shuffled mini-batches (contiguous days in the article layout)."""

    def __init__(self, model: Regressor, pairs: int, config: TrainConfig) -> None:
        self.size = min(config.batch_size or pairs, pairs)
        self.pairs, self.per_epoch = pairs, -(-pairs // self.size)
        self.shuffled = model.by_window and self.per_epoch > 1
        self.generator = torch.Generator().manual_seed(config.seed)

    def __iter__(self) -> Iterator[NDArray[np.int64] | slice]:
        batches = (slice(first, first + self.size) for first in range(0, self.pairs, self.size))
        if not self.shuffled:
            return batches
        order = torch.randperm(self.pairs, generator=self.generator).numpy()
        return (order[batch] for batch in batches)


def _schedule(
    optimizer: torch.optim.Optimizer, config: TrainConfig, per_epoch: int
) -> torch.optim.lr_scheduler.LRScheduler:
    if config.schedule == "onecycle":  # Smith 2018: up to the peak, then down, over the whole run
        steps = config.epochs * per_epoch
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=config.learning_rate, total_steps=max(steps, 2))
    return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)


def _watch(model: Regressor, parts: _Parts, loss_of: nn.Module, state: State | None) -> tuple[float | None, float]:
    """Validation and test loss, without gradient. The article layout goes on from the training days' state."""
    model.eval()
    with torch.no_grad():
        if not model.by_window and state is None:
            _, state = model(parts.x)
        carried = None if model.by_window else state
        validation = None
        if len(parts.x_validation):
            predicted, carried = model(parts.x_validation, carried)
            validation = float(loss_of(predicted, parts.y_validation))
            carried = None if model.by_window else carried
        test = float(loss_of(model(parts.x_test, carried)[0], parts.y_test))
    model.train()
    return validation, test


class _Best:
    """Remembers the weights of the lowest validation loss; does nothing without patience."""

    def __init__(self, patience: int | None) -> None:
        self.patience, self.lowest, self.waited = patience, float("inf"), 0
        self.weights: dict[str, Tensor] | None = None

    @property
    def stalled(self) -> bool:
        return self.patience is not None and self.waited >= self.patience

    def see(self, validation: float | None, model: Regressor) -> None:
        """To be called with the very weights that `validation` was measured with."""
        if self.patience is None or validation is None:
            return
        if validation < self.lowest:
            self.lowest, self.waited, self.weights = validation, 0, copy.deepcopy(model.state_dict())
        else:
            self.waited += 1

    def restore(self, model: Regressor) -> None:
        if self.weights is not None:
            model.load_state_dict(self.weights)


def _check_finite(loss: float, epoch: int, rate: float) -> None:
    if not np.isfinite(loss):
        raise TrainingError(
            N_("The loss stopped being a number in epoch {epoch}; lower the learning rate from {rate}."),
            epoch=epoch,
            rate=rate,
        )

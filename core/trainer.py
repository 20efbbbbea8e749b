"""Epochs by PyTorch: what a training goes through, what is watched of it. Imported by workers only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector

from core.config import TrainConfig
from core.dataset import Dataset
from core.kernel.choice import Losses, Seen
from core.model import Regressor, State
from core.values import AdamState, Cancelled, StopSignal

VALIDATION_SHARE = 0.15  # of the training part, its last days, where patience has no validation part
LOSSES: dict[str, type[nn.Module]] = {"mse": nn.MSELoss, "huber": nn.HuberLoss}


@dataclass(frozen=True)
class Parts:
    """Tensors of the three parts: inputs as the layout reads them, targets (N,)."""

    x: Tensor
    y: Tensor
    x_validation: Tensor
    y_validation: Tensor
    x_test: Tensor
    y_test: Tensor


def parts_of(model: Regressor, data: Dataset, patience: int | None) -> Parts:
    """The three parts; patience without a validation part takes one from the training part, else it is empty."""
    x = model.shape(data.windows)
    y = torch.from_numpy(data.targets.astype(np.float32))
    held_out = data.validation_pairs or (int(VALIDATION_SHARE * data.train_pairs) if patience else 0)
    fitted = data.train_pairs - held_out
    return Parts(
        x=x[:fitted],
        y=y[:fitted],
        x_validation=x[fitted : data.train_pairs],
        y_validation=y[fitted : data.train_pairs],
        x_test=x[data.train_pairs :],
        y_test=y[data.train_pairs :],
    )


class Batches:
    """Index sets of one epoch: everything at once, or shuffled mini-batches (contiguous days in the article layout)."""

    def __init__(self, model: Regressor, pairs: int, config: TrainConfig) -> None:
        self.size = min(config.batch_size or pairs, pairs)
        self.pairs, self.per_epoch = pairs, -(-pairs // self.size)
        self.shuffled = model.by_window and self.per_epoch > 1
        self.generator = torch.Generator().manual_seed(config.seed)

    @property
    def state(self) -> bytes:
        """Of the generator that shuffles."""
        return self.generator.get_state().numpy().tobytes()

    def __iter__(self) -> Iterator[NDArray[np.int64] | slice]:
        batches = (slice(first, first + self.size) for first in range(0, self.pairs, self.size))
        if not self.shuffled:
            return batches
        order = torch.randperm(self.pairs, generator=self.generator).numpy()
        return (order[batch] for batch in batches)


class Trainer:
    """Trains a Regressor in place.

    Args:
        model: what is trained.
        parts: training, validation and test part.
        batches: of an epoch; where there is one, losses are watched before its step, as the published loop prints them.
        config: schedule, rate, epochs and loss.
        seen: is told each validation loss, and says whether the training ends with it; see core.kernel.choice.
    """

    def __init__(self, model: Regressor, parts: Parts, batches: Batches, config: TrainConfig, seen: Seen) -> None:
        self.model, self.parts, self.batches, self.seen = model, parts, batches, seen
        self.loss_of = LOSSES[config.loss]()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
        self.schedule = _schedule(self.optimizer, config, batches.per_epoch)

    @property
    def rate(self) -> float:
        """Of the next step."""
        return float(self.optimizer.param_groups[0]["lr"])

    @property
    def adam(self) -> AdamState:
        """Copies of what Adam carries; there is nothing before its first step."""
        states = [self.optimizer.state[weight] for weight in self.model.parameters()]
        mean, square = (parameters_to_vector([s[name] for s in states]).numpy() for name in ("exp_avg", "exp_avg_sq"))
        return AdamState(int(states[0]["step"]), mean, square)

    def resume(self, adam: AdamState) -> None:
        """Let Adam go on from there."""
        weights = list(self.model.parameters())
        counts = [weight.numel() for weight in weights]
        means, squares = (torch.split(torch.tensor(kept), counts) for kept in (adam.mean, adam.square))
        state = {
            place: {
                "step": torch.tensor(float(adam.steps)),
                "exp_avg": mean.reshape(weight.shape),
                "exp_avg_sq": square.reshape(weight.shape),
            }
            for place, (weight, mean, square) in enumerate(zip(weights, means, squares, strict=True))
        }
        self.optimizer.load_state_dict({"state": state, "param_groups": self.optimizer.state_dict()["param_groups"]})

    def epoch(self, should_stop: StopSignal, watched: bool) -> Losses:
        """One pass over the training part, and its losses.

        Raises:
            Cancelled: `should_stop()` was true before a mini-batch.
        """
        self.model.train()
        total = torch.zeros(())
        losses: tuple[float | None, float | None] | None = None
        state: State | None = None
        for rows in self.batches:
            if should_stop():
                raise Cancelled
            predicted, state = self.model(self.parts.x[rows], None if self.model.by_window else _detached(state))
            loss = self.loss_of(predicted, self.parts.y[rows])
            if self.batches.per_epoch == 1:
                # With dropout the training pass's state holds its draws; predictions start from one without.
                losses = self._watch(None if self.model.rnn.dropout else state, watched)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()
            total += loss.detach() * len(predicted)
        validation, test = losses or self._watch(None, watched)
        return float(total / len(self.parts.x)), validation, test

    def _watch(self, state: State | None, test: bool) -> tuple[float | None, float | None]:
        """Validation and test loss of the weights as they are now, without gradient.

        The article layout goes on from the training days' state, which is worked out where it is not given.
        """
        parts, by_window = self.parts, self.model.by_window
        if not test and not len(parts.x_validation):
            return None, None
        self.model.eval()
        with torch.no_grad():
            if not by_window and state is None:
                _, state = self.model(parts.x)
            carried, validation = None if by_window else state, None
            if len(parts.x_validation):
                predicted, state = self.model(parts.x_validation, carried)
                validation = float(self.loss_of(predicted, parts.y_validation))
                carried = None if by_window else state
            ends = self.seen(validation)
            tested = float(self.loss_of(self.model(parts.x_test, carried)[0], parts.y_test)) if test or ends else None
        self.model.train()
        return validation, tested


def _detached(state: State | None) -> State | None:
    """The state as a plain value: the article's days go on from batch to batch, their gradients do not."""
    if state is None or isinstance(state, Tensor):
        return None if state is None else state.detach()
    return state[0].detach(), state[1].detach()


def _schedule(
    optimizer: torch.optim.Optimizer, config: TrainConfig, per_epoch: int
) -> torch.optim.lr_scheduler.LRScheduler:
    if config.schedule == "onecycle":  # Smith 2018: up to the peak, then down, over the whole run
        steps = config.epochs * per_epoch
        return torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=config.learning_rate, total_steps=max(steps, 2))
    return torch.optim.lr_scheduler.ConstantLR(optimizer, factor=1.0)

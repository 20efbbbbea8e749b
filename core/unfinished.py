"""A training that is not finished: what is known before it begins, and its network as far as it has got.

Needs no PyTorch: predictions come from core.introspect's forward pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.config import Experiment
from core.dataset import Dataset, build_dataset
from core.evaluation.task import pairs_of
from core.introspect.predictor import predictions
from core.run import Run
from core.values import Array, EpochRecord, FilmedEpoch, ForecastTask

MOST_STEPS = 400_000  # of single units that a drawing goes through: some hundredths of a second
FEWEST_DAYS = 60  # predicted of a network so large that this is not enough
DECADES_BELOW = 1.0  # from "same as yesterday" to the lower end of the loss axis
ROOM_ABOVE = 1.25  # from the loss of an untrained network to its upper end


@dataclass(frozen=True)
class Unfinished(Run):
    """A run still under way, or given up: pairs, levels to beat, and the weights of the last snapshot.

    There is neither history nor scores. Days that are not predicted have NaN as `predicted`: all of them while there
    are no weights (`weights` is empty), and of a large network's all but one in `every`.

    Attributes:
        reached: the epoch after which the weights were taken; None while there are none.
    """

    reached: int | None = None
    every: int = 1

    def learned(self, record: FilmedEpoch) -> Unfinished:
        """The same with the network of a snapshot. The key is one of its own, as that of a run's past is."""
        model = self.experiment.model
        each, rows = 1, np.arange(len(self.prediction))
        if model.layout == "window":  # the article's state runs through all days: none can be left out
            most = max(MOST_STEPS // (model.window * model.num_layers * model.hidden_size), FEWEST_DAYS)
            each = -(-len(rows) // most)
            rows = rows[::-1][::each][::-1]
        scaled = np.full(len(self.prediction), np.nan)
        scaled[rows] = predictions(record.weights, self.windows[rows], model.layout)
        return replace(
            self,
            key=f"{self.key}-{record.epoch}",
            prediction=self.prediction.assign(predicted=self.task.in_units(scaled, self.scaler)),
            weights=record.weights,
            parameter_count=sum(weight.size for weight in record.weights.values()),
            reached=record.epoch,
            every=each,
        )


def outset(key: str, experiment: Experiment, bars: pd.DataFrame) -> Unfinished:
    """What is known of `experiment` on `bars` before anything is trained.

    Raises:
        GatescopeError: the bars do not give the pairs that are asked for.
    """
    data = build_dataset(experiment, bars)
    task = task_of(experiment, data)
    return Unfinished(
        key=key,
        experiment=experiment,
        history=[],
        prediction=prediction_table(data, task, np.full(len(data.targets), np.nan)),
        task=task,
        metrics={},
        baselines={},
        persistence_loss=persistence_loss(experiment, data, task),
        weights={},
        parameter_count=0,
        series=data.series,
        series_dates=data.dates,
        inputs=data.inputs,
        train_pairs=data.train_pairs,
        started=datetime.now().astimezone(),
        seconds=0.0,
    )


def task_of(experiment: Experiment, data: Dataset) -> ForecastTask:
    """What is scored: prices for the targets close and return, log Parkinson ranges for volatility."""
    target, window = experiment.train.target, experiment.model.window
    if target != "volatility":
        task = pairs_of(data.closes, window, data.train_pairs, target, data.first_value)
        return replace(task, validation_pairs=data.validation_pairs)
    task = pairs_of(data.values, window, data.train_pairs, target)  # the first days may have a close, but no range yet
    closes = data.closes[len(data.closes) - len(data.values) :]
    return replace(task, closes=closes, validation_pairs=data.validation_pairs)


def persistence_loss(experiment: Experiment, data: Dataset, task: ForecastTask) -> dict[str, float]:
    """The training's own loss of "same as yesterday" on each part; for returns that is a return of nothing."""
    same = data.scaler.transform(np.zeros(1)) if experiment.train.target == "return" else data.windows[:, -1, 0]
    losses = _losses(same - data.targets, experiment.train.loss)
    return {part: float(losses[pairs].mean()) for part, pairs in task.parts.items()}


def prediction_table(data: Dataset, task: ForecastTask, predicted: Array) -> pd.DataFrame:
    """One row a pair, no padding, as Run.prediction; predicted: (N,), in the task's units."""
    part = np.repeat([*task.parts], [pairs.stop - pairs.start for pairs in task.parts.values()])
    return pd.DataFrame(
        {
            "date": data.target_dates,
            "actual": task.actual,
            "predicted": predicted,
            "persistence": task.previous,
            "part": part,
        }
    )


def loss_room(run: Run, history: Iterable[EpochRecord] = ()) -> tuple[float, float]:
    """Lower and upper end of the loss axis, known before training: a decade below "same as yesterday", and some room
    above what an untrained network loses.

    PyTorch draws the weights of the head within 1/sqrt(H) of zero, and such a network answers about as near to it: its
    loss is taken at that distance, on the worse side and of the worse part. A finished `history` that leaves this room
    widens it.
    """
    window, train = run.experiment.model.window, run.experiment.train
    targets = run.series[window : window + len(run.prediction), 0]
    near = 1 / np.sqrt(run.experiment.model.hidden_size)
    losses = np.stack([_losses(targets - answer, train.loss) for answer in (near, -near)])  # (2, N)
    untrained = max(float(losses[:, pairs].mean(axis=1).max()) for pairs in run.task.parts.values())
    levels = list(run.persistence_loss.values())
    losses_of = [(record.train_loss, record.validation_loss, record.test_loss) for record in history]
    known = [loss for three in losses_of for loss in three if loss is not None]
    low = min([min(levels) / 10**DECADES_BELOW, *(0.9 * loss for loss in known)])
    high = max([ROOM_ABOVE * max(untrained, *levels), *(1.1 * loss for loss in known)])
    return low, high


def _losses(errors: Array, loss: str) -> Array:
    """Of each error, as nn.MSELoss and nn.HuberLoss (delta 1) count it."""
    squared = np.square(errors)
    if loss == "mse":
        return np.asarray(squared)
    sizes = np.abs(errors)
    return np.where(sizes < 1, 0.5 * squared, sizes - 0.5)

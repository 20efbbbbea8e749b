"""run_experiment(): the whole way from Experiment to Run. For workers and notebooks, never the web process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.config import PRESETS, Experiment
from core.data import load_bars
from core.dataset import Dataset, build_dataset
from core.digest import digest
from core.evaluation.evaluate import evaluate
from core.evaluation.task import pairs_of
from core.kernel import compiling
from core.model import Regressor
from core.run import Run
from core.training import LOSSES, fit, predict, reproducible
from core.values import Array, EpochRecord, ForecastTask, Observer, StopSignal, never


def run_experiment(
    experiment: Experiment,
    bars: pd.DataFrame | None = None,
    observe: Observer | None = None,
    should_stop: StopSignal = never,
) -> Run:
    """Train and score one experiment.

    `bars` are loaded by `experiment.data` when left out. `observe` is called with each EpochRecord as it comes;
    `should_stop` is asked before every mini-batch, and true raises `core.values.Cancelled`.
    The same experiment, bars and machine give the same weights to the last bit: one thread, one seed.

    Raises:
        GatescopeError: the data, the dials or the training cannot give a run; the sentence says why.
    """
    bars = load_bars(experiment.data) if bars is None else bars
    data = build_dataset(experiment, bars)
    trained = _train(experiment, data, observe, should_stop)
    task = _task(experiment, data)
    predicted = _in_task_units(experiment, data, task, trained.predicted)
    metrics, baselines = evaluate(task, predicted)
    return Run(
        key=digest(experiment, bars),
        experiment=experiment,
        history=trained.history,
        prediction=_table(data, task, predicted),
        task=task,
        metrics=metrics,
        baselines=baselines,
        persistence_loss=_persistence_loss(experiment, data, task),
        weights=trained.weights,
        parameter_count=sum(weight.size for weight in trained.weights.values()),
        series=data.series,
        series_dates=data.dates,
        inputs=data.inputs,
        train_pairs=data.train_pairs,
        started=trained.started,
        seconds=trained.seconds,
    )


def prepare() -> None:
    """Begin to load or compile the compiled training, in a thread."""
    compiling.begin()


def compiled() -> str:
    """How it stands with the compiled training in this process; any word but "ready" means that PyTorch trains."""
    return compiling.status()


def warm_up() -> None:
    """Run the smallest experiments once, so that no first visitor waits for an import: one by each way of training.

    Returns when the compiled training is there, or cannot be.
    """
    prepare()
    days = pd.bdate_range("2020-01-01", periods=60, name="date")
    bars = pd.DataFrame({"close": 100 + np.sin(np.arange(60.0))}, index=days)
    for preset in ("article", "corrected"):
        train = PRESETS[preset].train.replace(epochs=1)
        run_experiment(PRESETS[preset].replace(train=train), bars)
    compiling.warm_up()


@dataclass(frozen=True)
class _Trained:
    """What training leaves: weights by PyTorch's names, the records, scaled predictions of every pair (N,)."""

    weights: dict[str, NDArray[np.float32]]
    history: list[EpochRecord]
    predicted: Array
    started: datetime
    seconds: float


def _train(experiment: Experiment, data: Dataset, observe: Observer | None, should_stop: StopSignal) -> _Trained:
    with reproducible(experiment.train.seed):
        started, clock = datetime.now().astimezone(), time.perf_counter()
        model = Regressor(experiment.model, len(data.inputs))
        history = _watched(fit(model, data, experiment.train, should_stop), observe)
        predicted = predict(model, data.windows)
        return _Trained(model.arrays(), history, predicted, started, time.perf_counter() - clock)


def _watched(records: Iterator[EpochRecord], observe: Callable[[EpochRecord], None] | None) -> list[EpochRecord]:
    history = []
    for record in records:
        history.append(record)
        if observe:
            observe(record)
    return history


def _task(experiment: Experiment, data: Dataset) -> ForecastTask:
    """What is scored: prices for the targets close and return, log Parkinson ranges for volatility."""
    target, window = experiment.train.target, experiment.model.window
    if target != "volatility":
        return pairs_of(data.closes, window, data.train_pairs, target, data.first_value)
    task = pairs_of(data.values, window, data.train_pairs, target)  # the first days may have a close, but no range yet
    return replace(task, closes=data.closes[len(data.closes) - len(data.values) :])


def _in_task_units(experiment: Experiment, data: Dataset, task: ForecastTask, scaled: Array) -> Array:
    """Scaled predictions (N,) in the task's units; a return becomes the price it leads to from the last close."""
    predicted = data.scaler.inverse(scaled)
    return task.previous * np.exp(predicted) if experiment.train.target == "return" else predicted


def _persistence_loss(experiment: Experiment, data: Dataset, task: ForecastTask) -> dict[str, float]:
    """The training's own loss of "same as yesterday" on each part; for returns that is a return of nothing."""
    same = data.scaler.transform(np.zeros(1)) if experiment.train.target == "return" else data.windows[:, -1, 0]
    loss = LOSSES[experiment.train.loss](reduction="none")
    losses = loss(torch.from_numpy(np.broadcast_to(same, data.targets.shape).copy()), torch.from_numpy(data.targets))
    return {part: float(losses[pairs].mean()) for part, pairs in task.parts.items()}


def _table(data: Dataset, task: ForecastTask, predicted: Array) -> pd.DataFrame:
    """One row a pair, no padding."""
    part = np.where(np.arange(len(predicted)) < data.train_pairs, "train", "test")
    return pd.DataFrame(
        {
            "date": data.target_dates,
            "actual": task.actual,
            "predicted": predicted,
            "persistence": task.previous,
            "part": part,
        }
    )

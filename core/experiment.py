"""run_experiment(): the whole way from Experiment to Run. For workers and notebooks, never the web process."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.config import PRESETS, Experiment, TrainConfig
from core.data import load_bars
from core.dataset import Dataset, build_dataset
from core.digest import digest
from core.evaluation.evaluate import evaluate
from core.film import MOST_BYTES, Film, FilmedRun, continues, film_epochs
from core.kernel import compiling
from core.kernel.choice import takes_compiled
from core.model import Regressor
from core.run import Run
from core.training import fit, is_watched, predict, reproducible
from core.unfinished import persistence_loss, prediction_table, task_of
from core.values import (
    Array,
    Checkpoint,
    EpochRecord,
    FilmedEpoch,
    Observer,
    StopSignal,
    Weights,
    never,
)


def run_experiment(
    experiment: Experiment,
    bars: pd.DataFrame | None = None,
    observe: Observer | None = None,
    should_stop: StopSignal = never,
    start: Run | None = None,
) -> FilmedRun:
    """Train and score one experiment.

    `bars` are loaded by `experiment.data` when left out. `observe` is called with each EpochRecord as it comes, those
    of which the film keeps a snapshot being FilmedEpochs; `should_stop` is asked before every mini-batch, and true
    raises `core.values.Cancelled`.
    The same experiment, bars and machine give the same weights to the last bit: one thread, one seed.
    A `start` that `core.film.continues` is not trained again but gone on from, with the same answer: its epochs are
    observed at once, and its seconds counted in. Any other is left aside.

    Raises:
        GatescopeError: the data, the dials or the training cannot give a run; the sentence says why.
    """
    bars = load_bars(experiment.data) if bars is None else bars
    data = build_dataset(experiment, bars)
    trained = _train(experiment, data, observe, should_stop, _usable(start, experiment, bars))
    return _run(digest(experiment, bars), experiment, data, trained)


def _run(key: str, experiment: Experiment, data: Dataset, trained: _Trained) -> FilmedRun:
    """What was trained, scored."""
    task = task_of(experiment, data)
    predicted = task.in_units(trained.predicted, data.scaler)
    metrics, baselines = evaluate(task, predicted)
    return FilmedRun(
        key=key,
        experiment=experiment,
        history=trained.history,
        prediction=prediction_table(data, task, predicted),
        task=task,
        metrics=metrics,
        baselines=baselines,
        persistence_loss=persistence_loss(experiment, data, task),
        weights=trained.weights,
        parameter_count=sum(weight.size for weight in trained.weights.values()),
        series=data.series,
        series_dates=data.dates,
        inputs=data.inputs,
        train_pairs=data.train_pairs,
        started=trained.started,
        seconds=trained.seconds,
        film=trained.film,
        checkpoint=trained.checkpoint,
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

    weights: Weights
    history: list[EpochRecord]
    film: Film
    checkpoint: Checkpoint | None
    predicted: Array
    started: datetime
    seconds: float


def _usable(start: Run | None, experiment: Experiment, bars: pd.DataFrame) -> FilmedRun | None:
    """`start`, if it can be gone on from to the same bits, here and now."""
    if not isinstance(start, FilmedRun) or not start.checkpoint or not continues(start, experiment, bars):
        return None
    by_same_way = start.checkpoint.compiled == takes_compiled(experiment.model, experiment.train.batch_size)
    return start if by_same_way else None


def _train(
    experiment: Experiment,
    data: Dataset,
    observe: Observer | None,
    should_stop: StopSignal,
    start: FilmedRun | None,
) -> _Trained:
    """Where it goes on from `start`, it is told as if it had done so at once: `started` lies as far back as it took."""
    with reproducible(experiment.train.seed):
        before = timedelta(seconds=start.seconds if start else 0.0)
        started, clock = datetime.now().astimezone() - before, time.perf_counter()
        model = Regressor(experiment.model, len(data.inputs))
        camera = _Camera(model, experiment.train, observe)
        checkpoint = start.checkpoint if start else None
        if start and checkpoint:
            camera.replay(start, checkpoint)
        checkpoint = camera.watch(fit(model, data, experiment.train, should_stop, checkpoint))
        predicted = predict(model, data.windows)
        return _Trained(
            weights=checkpoint.answer,
            history=camera.history,
            film=camera.film(checkpoint),
            checkpoint=checkpoint if _worth_keeping(checkpoint, experiment.train) else None,
            predicted=predicted,
            started=started,
            seconds=before.total_seconds() + time.perf_counter() - clock,
        )


def _worth_keeping(checkpoint: Checkpoint, train: TrainConfig) -> bool:
    """A cycle is over at its end; a large network would take more room than the time it saves is worth."""
    return train.schedule == "constant" and checkpoint.nbytes <= MOST_BYTES


class _Camera:
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

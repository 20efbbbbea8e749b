"""run_experiment(): the whole way from Experiment to Run. For workers and notebooks, never the web process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd

from core.camera import Camera, Trained, worth_keeping
from core.config import PRESETS, Experiment
from core.data import load_bars
from core.data.others import with_others
from core.dataset import Dataset, build_dataset
from core.digest import digest
from core.evaluation.evaluate import ByPart, by_part, of_baselines
from core.film import FilmedRun, continues
from core.kernel import compiling
from core.kernel.choice import takes_compiled
from core.model import Regressor
from core.run import Run
from core.training import fit, predict, reproducible
from core.unfinished import persistence_loss, prediction_table, task_of
from core.values import ForecastTask, Observer, StopSignal, never


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
    ground = Groundwork.of(experiment, bars)
    return run_on(ground, experiment, observe, should_stop, _usable(start, experiment, ground.bars))


def run_on(
    ground: Groundwork,
    experiment: Experiment,
    observe: Observer | None,
    should_stop: StopSignal,
    start: FilmedRun | None = None,
) -> FilmedRun:
    """The same where all that does not depend on the seed is known."""
    return ground.run(experiment, _train(experiment, ground.data, observe, should_stop, start))


@dataclass(frozen=True)
class Groundwork:
    """All of a run that does not depend on the seed.

    Attributes:
        untold: the table of predictions, with nothing predicted yet.
        the rest: as in Run; `task` is what is scored.
    """

    bars: pd.DataFrame
    data: Dataset
    task: ForecastTask
    untold: pd.DataFrame
    baselines: dict[str, ByPart]
    persistence_loss: dict[str, float]

    @classmethod
    def of(cls, experiment: Experiment, bars: pd.DataFrame | None) -> Groundwork:
        """As `experiment` asks; bars, and those of other tickers it reads, are loaded where they are not given."""
        bars = with_others(load_bars(experiment.data), experiment, load_bars).bars if bars is None else bars
        data = build_dataset(experiment, bars)
        task = task_of(experiment, data)
        untold = prediction_table(data, task, np.full(len(data.targets), np.nan))
        return cls(bars, data, task, untold, of_baselines(task), persistence_loss(experiment, data, task))

    def run(self, experiment: Experiment, trained: Trained) -> FilmedRun:
        """What was trained, scored."""
        data, predicted = self.data, self.task.in_units(trained.predicted, self.data.scaler)
        return FilmedRun(
            key=digest(experiment, self.bars),
            experiment=experiment,
            history=trained.history,
            prediction=self.untold.assign(predicted=predicted),
            task=self.task,
            metrics=by_part(self.task, predicted),
            baselines=self.baselines,
            persistence_loss=self.persistence_loss,
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


@cache
def warm_up() -> None:
    """Run the smallest experiments once, so that no first visitor waits for an import: one by each way of training.

    Returns when the compiled training is there, or cannot be; at once where this process, or the one it was forked
    from, has done so before.
    """
    prepare()
    days = pd.bdate_range("2020-01-01", periods=60, name="date")
    bars = pd.DataFrame({"close": 100 + np.sin(np.arange(60.0))}, index=days)
    for preset in ("article", "corrected"):
        train = PRESETS[preset].train.replace(epochs=1)
        run_experiment(PRESETS[preset].replace(train=train), bars)
    compiling.warm_up()


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
) -> Trained:
    """Where it goes on from `start`, it is told as if it had done so at once: `started` lies as far back as it took."""
    with reproducible(experiment.train.seed):
        before = timedelta(seconds=start.seconds if start else 0.0)
        started, clock = datetime.now().astimezone() - before, time.perf_counter()
        model = Regressor(experiment.model, len(data.inputs))
        camera = Camera(model, experiment.train, observe)
        checkpoint = start.checkpoint if start else None
        if start and checkpoint:
            camera.replay(start, checkpoint)
        checkpoint = camera.watch(fit(model, data, experiment.train, should_stop, checkpoint))
        predicted = predict(model, data.windows)
        return Trained(
            weights=checkpoint.answer,
            history=camera.history,
            film=camera.film(checkpoint),
            checkpoint=checkpoint if worth_keeping(checkpoint, experiment.train) else None,
            predicted=predicted,
            started=started,
            seconds=before.total_seconds() + time.perf_counter() - clock,
        )

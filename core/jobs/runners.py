"""How jobs beside a training are run; imported by workers only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Experiment
from core.dataset import build_dataset
from core.errors import TrainingError
from core.evaluation.baselines import har
from core.evaluation.horizon import Horizon, beyond
from core.evaluation.report import judge
from core.evaluation.seeds import ManySeeds, many_seeds
from core.evaluation.walkforward import assemble, fold_experiments, folds, refitted
from core.experiment import run_experiment
from core.film import FilmedRun
from core.introspect.predictor import Predict, network_of
from core.jobs.tasks import (
    TICKS,
    Continuation,
    FoldLanded,
    HorizonTask,
    Landed,
    SeedLanded,
    SeedSweep,
    Tick,
    WalkedForward,
    WalkForwardTask,
)
from core.run import Run
from core.seeds_at_once import each_seed
from core.sentence import Sentence
from core.values import Array, Cancelled, EpochRecord, Observer, Scores, StopSignal, never

Observe = Callable[[Tick], None]


def run_sweep(
    task: SeedSweep, bars: pd.DataFrame, observe: Observe | None = None, should_stop: StopSignal = never
) -> ManySeeds:
    """Train every seed on `bars` and summarise; ten records a seed, the last of them a SeedLanded.

    Seeds that are trained side by side tell their tenths in turn, and land together. One whose loss stops being a
    number lands without scores, and is not among those that are summed up.

    Raises:
        GatescopeError: the data or the dials cannot give a run, or no seed gives one.
        Cancelled: nobody wants the result any more.
    """
    asked, runs, failed = task.experiments, list[Run](), list[int]()
    ticks = [_Ticks(each.train.epochs, Tick(number, len(asked)), observe) for number, each in enumerate(asked, start=1)]
    landing = each_seed(asked, bars, lambda place, record: ticks[place].take(record), should_stop)
    for experiment, told, found in zip(asked, ticks, landing, strict=True):
        seed, scores = experiment.train.seed, Scores(n=0)
        if isinstance(found, TrainingError):
            failed.append(seed)
        else:
            runs.append(found.unfilmed())
            scores = found.metrics["test"]
        told.end(SeedLanded(told.tick.training, told.tick.trainings, scores.rmse, scores.skill, seed))
    return replace(many_seeds(runs), failed=tuple(failed))


def run_walk_forward(
    task: WalkForwardTask, bars: pd.DataFrame, observe: Observe | None = None, should_stop: StopSignal = never
) -> WalkedForward:
    """Walk forward over the last `every` x `refits` days; each fold is trained on the bars up to its own end.

    Ten records a fold, the last of them a FoldLanded.

    Raises:
        GatescopeError: the days are too few for the plan, or a training cannot give a run.
        Cancelled: nobody wants the result any more.
    """
    dates = build_dataset(task.experiment, bars).target_dates
    plan = folds(len(dates), task.every, task.refits)
    asked = fold_experiments(task.experiment, dates, plan)
    runs = _runs([(each, bars.loc[: str(each.data.end)]) for each in asked], _fold_landed, observe, should_stop)
    whole = runs[-1]  # the last fold ends with the last day, so its pairs are all there are
    walked = assemble(whole.task, plan, [run.prediction["predicted"].to_numpy(dtype=float) for run in runs])
    rows = whole.prediction.iloc[walked.pairs.start :].drop(columns="part").reset_index(drop=True)
    rows = rows.assign(predicted=walked.predicted)
    actual, previous = (rows[name].to_numpy(dtype=float) for name in ("actual", "persistence"))
    rivals: dict[str, Array | Sentence] = {"persistence": previous}
    if whole.task.target == "volatility":
        rivals["har"] = refitted(whole.task, plan, har)
    return WalkedForward(rows, walked, judge(whole.task.target, actual, walked.predicted, rivals))


def run_continuation(
    task: Continuation,
    bars: pd.DataFrame | None = None,
    observe: Observer | None = None,
    should_stop: StopSignal = never,
) -> FilmedRun:
    """What `run_experiment` gives, from where the earlier run ended.

    Raises:
        GatescopeError: the data, the dials or the training cannot give a run.
        Cancelled: nobody wants the result any more.
    """
    return run_experiment(task.experiment, bars, observe, should_stop, task.start.run)


def run_horizon(
    task: HorizonTask,
    bars: pd.DataFrame | None = None,
    observe: Callable[[Any], None] | None = None,
    should_stop: StopSignal = never,
) -> Horizon:
    """Forecast beyond the data with the network the run carries; one record each time all its windows are read.

    Raises:
        Cancelled: nobody wants the result any more.
    """
    del bars
    run = task.finished.run
    start = network_of(run)

    def watched(rows: NDArray[np.int64]) -> Predict:
        predict = start(rows)

        def step(windows: Array) -> Array:
            if should_stop():
                raise Cancelled
            found = predict(windows)
            if observe:
                observe(len(windows))
            return found

        return step

    return beyond(run, watched, task.steps)


def _runs(
    asked: list[tuple[Experiment, pd.DataFrame]],
    landed: Callable[[Tick, Run], Landed],
    observe: Observe | None,
    should_stop: StopSignal,
) -> list[Run]:
    runs = []
    for number, (experiment, bars) in enumerate(asked, start=1):
        ticks = _Ticks(experiment.train.epochs, Tick(number, len(asked)), observe)
        run = run_experiment(experiment, bars, ticks.take, should_stop)
        ticks.end(landed(ticks.tick, run))
        runs.append(run.unfilmed())
    return runs


def _fold_landed(tick: Tick, run: Run) -> FoldLanded:
    scores, found = run.metrics["test"], run.prediction
    rows = found[found["part"] == "test"].drop(columns="part").reset_index(drop=True)
    return FoldLanded(tick.training, tick.trainings, scores.rmse, scores.skill, rows)


class _Ticks:
    """Makes ten records of a training: nine of its epochs, those left out by patience too, and what it gave."""

    def __init__(self, epochs: int, tick: Tick, observe: Observe | None) -> None:
        self.epochs, self.tick, self.observe, self.told = epochs, tick, observe, 0

    def take(self, record: EpochRecord) -> None:
        self._tell(min(record.epoch * TICKS // self.epochs, TICKS - 1))

    def end(self, landed: Landed) -> None:
        self._tell(TICKS - 1)
        if self.observe:
            self.observe(landed)

    def _tell(self, due: int) -> None:
        while self.told < due:
            self.told += 1
            if self.observe:
                self.observe(self.tick)

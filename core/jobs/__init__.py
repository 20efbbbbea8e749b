"""Jobs beside a training: many seeds, a walk through the last days, days beyond the data.

What is asked, what is told, how long it takes; no torch here. `core.jobs.runners` does the work, in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.config import Dials, Experiment, span
from core.evaluation import LONGEST, Fold, Verdict, WalkForward
from core.evaluation.conformal import MEMORY
from core.run import Run
from core.service.cost import experiment_outlook

TICKS = 10  # records a training makes, however many epochs it has
MOST_SEEDS = 2**31  # seeds go round here
_WEIGHT_SECONDS = 4e-10  # a weight's share of one time step of one sequence, in numpy on one core


@dataclass(frozen=True, kw_only=True)
class SeedSweep(Dials):
    """`experiment` under so many seeds: its own and the ones that follow."""

    experiment: Experiment
    seeds: int = span(5, 2, 20, "seeds", "two make a spread; beyond twenty it hardly changes")

    @property
    def experiments(self) -> list[Experiment]:
        """One experiment a seed, the own seed first."""
        first = self.experiment.train.seed
        return [
            self.experiment.replace(train=self.experiment.train.replace(seed=(first + number) % MOST_SEEDS))
            for number in range(self.seeds)
        ]


@dataclass(frozen=True, kw_only=True)
class WalkForwardTask(Dials):
    """Train on everything before, forecast the next `every` days, move on; `refits` times, up to the last day."""

    experiment: Experiment
    every: int = span(25, 2, 250, "days", "a fold of one day has no score; 250 days are a year of trading")
    refits: int = span(20, 1, 100, "trainings", "a job must end while a visitor waits")


class Finished:
    """A finished run as part of a task: for the task's key it is the run's own key, not its arrays."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __deepcopy__(self, memo: object) -> Finished:
        return self

    def __str__(self) -> str:
        return self.run.key


@dataclass(frozen=True, kw_only=True)
class OutlookTask(Dials):
    """The days beyond a finished run's data, by its own network."""

    finished: Finished
    steps: int = span(LONGEST, 1, LONGEST, "days", "a month and a half of trading; its own errors drown more")


@dataclass(frozen=True)
class Tick:
    """A tenth of one training is done: training number 1..`trainings`."""

    training: int
    trainings: int


@dataclass(frozen=True)
class Walked:
    """A finished walk.

    Attributes:
        prediction: one row a day of the walk: date, actual, predicted, persistence, in the target's units.
        walk: its scores and intervals over the same days.
        verdict: whether it beats "same as yesterday" on them.
        plan: the folds, in the order they were trained.
    """

    prediction: pd.DataFrame
    walk: WalkForward
    verdict: Verdict
    plan: tuple[Fold, ...]


def sweep_outlook(task: SeedSweep, rows: int) -> tuple[int, float]:
    """How many records a sweep makes, and a first guess of its seconds on one core."""
    seconds = experiment_outlook(task.experiment, rows)[1]
    return task.seeds * TICKS, task.seeds * seconds


def walk_outlook(task: WalkForwardTask, rows: int) -> tuple[int, float]:
    """How many records a walk makes, and a first guess of its seconds: later folds train on more days."""
    train, seconds = task.experiment.train, 0.0
    for done in range(task.refits):
        days = max(2 * task.every, rows - done * task.every)
        share = min(0.95, max(0.1, 1 - task.every / days))  # what TrainConfig allows
        fold = task.experiment.replace(train=train.replace(train_fraction=share))
        seconds += experiment_outlook(fold, days)[1]
    return task.refits * TICKS, seconds


def beyond_outlook(task: OutlookTask, rows: int) -> tuple[int, float]:
    """How many records an outlook makes, two a day, and a first guess of its seconds on one core."""
    del rows
    run = task.finished.run
    reads = run.experiment.model.window if run.experiment.model.layout == "window" else 1  # time steps a day
    return 2 * task.steps, 0.1 + task.steps * MEMORY * reads * run.parameter_count * _WEIGHT_SECONDS

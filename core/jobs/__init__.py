"""Jobs of many trainings: the same experiment under many seeds, and walked forward through its last days.

What is asked, what is told, how long it takes; no torch here. `core.jobs.runners` does the work, in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.config import Experiment, _Dials, _span
from core.evaluation import Fold, WalkForward
from core.service.cost import experiment_outlook

TICKS = 10  # records a training makes, however many epochs it has
MOST_SEEDS = 2**31  # seeds go round here


@dataclass(frozen=True, kw_only=True)
class SeedSweep(_Dials):
    """`experiment` under so many seeds: its own and the ones that follow."""

    experiment: Experiment
    seeds: int = _span(5, 2, 20, "seeds", "two make a spread; beyond twenty it hardly changes")

    @property
    def experiments(self) -> list[Experiment]:
        """One experiment a seed, the own seed first."""
        first = self.experiment.train.seed
        return [
            self.experiment.replace(train=self.experiment.train.replace(seed=(first + number) % MOST_SEEDS))
            for number in range(self.seeds)
        ]


@dataclass(frozen=True, kw_only=True)
class WalkForwardTask(_Dials):
    """Train on everything before, forecast the next `every` days, move on; `refits` times, up to the last day."""

    experiment: Experiment
    every: int = _span(25, 2, 250, "days", "a fold of one day has no score; 250 days are a year of trading")
    refits: int = _span(20, 1, 100, "trainings", "a job must end while a visitor waits")


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
        plan: the folds, in the order they were trained.
    """

    prediction: pd.DataFrame
    walk: WalkForward
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

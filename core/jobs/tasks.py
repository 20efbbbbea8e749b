"""Many seeds, a walk forward through the last days, days beyond the data: what is asked and what is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from core.config import Dials, Experiment, span
from core.costs import FIXED_SECONDS
from core.evaluation.horizon import LONGEST, STARTS
from core.evaluation.verdict import Verdict
from core.evaluation.walkforward import WalkForward
from core.run import Run
from core.values import Estimate

TICKS = 10  # records a training makes, however many epochs it has; the last says what it gave
MOST_SEEDS = 2**31  # seeds go round here
_WEIGHT_SECONDS = 4e-10  # a weight's share of one time step of one sequence, in numpy on one core


@dataclass(frozen=True, kw_only=True)
class SeedSweep(Dials):
    """`experiment` under so many seeds: its own and the ones that follow."""

    runner: ClassVar[str] = "core.jobs.runners:run_sweep"
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

    def estimate(self, rows: int) -> Estimate:
        return Estimate(self.seeds * TICKS, self.seeds * self.experiment.estimate(rows).seconds)


@dataclass(frozen=True, kw_only=True)
class WalkForwardTask(Dials):
    """Train on everything before, forecast the next `every` days, move on; `refits` times, up to the last day."""

    runner: ClassVar[str] = "core.jobs.runners:run_walk_forward"
    experiment: Experiment
    every: int = span(25, 2, 250, "days", "a fold of one day has no score; 250 days are a year of trading")
    refits: int = span(20, 1, 100, "trainings", "a job must end while a visitor waits")

    def estimate(self, rows: int) -> Estimate:
        """Later folds train on more days."""
        train, seconds = self.experiment.train, 0.0
        for done in range(self.refits):
            days = max(2 * self.every, rows - done * self.every)
            share = min(0.95, max(0.1, 1 - self.every / days))  # what TrainConfig allows
            fold = self.experiment.replace(train=train.replace(train_fraction=share))
            seconds += fold.estimate(days).seconds
        return Estimate(self.refits * TICKS, seconds)


class Finished:
    """A finished run as part of a task: for the task's key it is the run's own key, not its arrays."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def __deepcopy__(self, memo: object) -> Finished:
        return self

    def __str__(self) -> str:
        return self.run.key


@dataclass(frozen=True, kw_only=True)
class Continuation(Dials):
    """`experiment`, gone on with from a run that had fewer epochs of it: the same answer, sooner.

    Its key is the experiment's own, so who asks for either joins the other. Where `core.film.continues` says no, the
    experiment is trained from the beginning.
    """

    runner: ClassVar[str] = "core.jobs.runners:run_continuation"
    keeper: ClassVar[str] = Experiment.keeper
    experiment: Experiment
    start: Finished

    @property
    def answers(self) -> Experiment:
        """The task whose key this one has."""
        return self.experiment

    def estimate(self, rows: int) -> Estimate:
        """A record an epoch, those of `start` at once; the seconds of the epochs that are left."""
        whole, done = self.experiment.estimate(rows), self.start.run.experiment.estimate(rows)
        return Estimate(whole.steps, whole.seconds - done.seconds + FIXED_SECONDS, len(self.start.run.history))


@dataclass(frozen=True, kw_only=True)
class HorizonTask(Dials):
    """The days beyond a finished run's data, by its own network."""

    runner: ClassVar[str] = "core.jobs.runners:run_horizon"
    finished: Finished
    steps: int = span(LONGEST, 1, LONGEST, "days", "a month and a half of trading; its own errors drown more")

    def estimate(self, rows: int) -> Estimate:
        """Two records a day: its windows are read, and those its intervals rest on."""
        del rows
        run = self.finished.run
        reads = run.experiment.model.window if run.experiment.model.layout == "window" else 1  # time steps a day
        return Estimate(
            2 * self.steps,
            0.1 + 0.02 * self.steps + self.steps * STARTS * reads * run.parameter_count * _WEIGHT_SECONDS,
        )


@dataclass(frozen=True)
class Tick:
    """A tenth of one training is done: training number 1..`trainings`."""

    training: int
    trainings: int


@dataclass(frozen=True)
class Landed(Tick):
    """The last tenth of one training is done, and this is what it gave on its own test part; None as in Scores."""

    rmse: float | None
    skill: float | None


@dataclass(frozen=True)
class SeedLanded(Landed):
    """One seed of a sweep is trained."""

    seed: int


@dataclass(frozen=True)
class FoldLanded(Landed):
    """One fold of a walk is forecast; `rows` as WalkedForward.prediction's, this fold's days only."""

    rows: pd.DataFrame = field(compare=False, repr=False)


@dataclass(frozen=True)
class WalkedForward:
    """A finished walk forward.

    Attributes:
        prediction: one row a day of the walk: date, actual, predicted, persistence, in the target's units.
        walk_forward: its scores and intervals over the same days.
        verdict: whether it beats "same as yesterday" on them.
    """

    prediction: pd.DataFrame
    walk_forward: WalkForward
    verdict: Verdict

"""Walk-forward evaluation: train on everything before, forecast the next k days, move on, train again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.config import Experiment
from core.errors import ConfigError
from core.evaluation.baselines import Rule
from core.evaluation.conformal import LEAST_SHARE, LEVELS, MEMORY, adaptive_radii, bounds, residuals, split_radii
from core.evaluation.measures import mean_change, scores
from core.sentence import N_, Sentence
from core.values import Array, ForecastTask, Scores

FEWEST_FORECAST = 2  # pairs; the smallest test part a run may have
FEWEST_TRAINED = 50  # pairs: enough for a 95 % interval from the first day on


@dataclass(frozen=True)
class Fold:
    """One training: the pairs trained on, from the first, and the pairs forecast with it, right after them."""

    train: range
    test: range


@dataclass(frozen=True)
class Band:
    """Intervals of one kind ("split" or "adaptive") and promised level; each day's rests on the days before it.

    Attributes:
        low, high: bounds (n,), in the task's units.
        held: share of the n days within them; `width` their mean width.
    """

    kind: str
    level: float
    low: Array
    high: Array
    held: float
    width: float


@dataclass(frozen=True)
class WalkForward:
    """What the folds forecast together: `pairs` of the task, a prediction for each (n,), its scores and intervals."""

    pairs: range
    predicted: Array
    scores: Scores
    persistence: Scores
    bands: tuple[Band, ...]

    def band(self, level: float, kind: str | None = None) -> Band:
        """The band of a level; of the two kinds the one whose coverage is nearer to the level, unless named."""
        chosen = [band for band in self.bands if band.level == level and kind in (None, band.kind)]
        return min(chosen, key=lambda band: abs(band.held - level))


def folds(pairs: int, every: int, refits: int) -> list[Fold]:
    """`refits` folds of `every` pairs each that end with the last pair; training expands from the first pair.

    Raises:
        ConfigError: a fold of fewer than 2 pairs, or fewer than 50 pairs for the first training.
    """
    for field, value, low in (("every", every, FEWEST_FORECAST), ("refits", refits, 1)):
        if value < low:
            given = {"field": field, "value": value, "low": low, "high": max(low, (pairs - FEWEST_TRAINED) // low)}
            raise ConfigError(N_("{field} is {value}, but allowed is {low} to {high}."), **given)
    first = pairs - every * refits
    if first < FEWEST_TRAINED:
        raise ConfigError(
            N_(
                "{refits} trainings of {every} days each leave {given} days for the first training, but it needs "
                "{needed}; choose fewer or shorter ones."
            ),
            field="refits",
            refits=refits,
            every=every,
            given=first,
            needed=FEWEST_TRAINED,
        )
    return [Fold(range(start), range(start, start + every)) for start in range(first, pairs, every)]


def fold_experiments(experiment: Experiment, dates: pd.DatetimeIndex, plan: list[Fold]) -> list[Experiment]:
    """Each fold as an experiment of its own: its test part starts at its first pair, and its data end with its last.

    Args:
        dates: the targets' days of all pairs, (N,). Each experiment is to be run on the bars up to its `data.end`.
    """
    return [
        experiment.replace(
            data=experiment.data.replace(end=dates[fold.test.stop - 1].date()),
            train=experiment.train.replace(test_start=dates[fold.test.start].date()),
        )
        for fold in plan
    ]


def assemble(task: ForecastTask, plan: list[Fold], predictions: list[Array]) -> WalkForward:
    """Put the folds' forecasts together and score them.

    Args:
        task: of the whole series; its split plays no part.
        plan: as `folds` gives it.
        predictions: of each fold, for its training pairs and then its test pairs, (fold.test.stop,), in the task's
            units. The first fold's errors on its last 250 training pairs start the intervals off.
    """
    pairs = range(plan[0].test.start, plan[-1].test.stop)
    predicted = np.concatenate([found[fold.test.start :] for fold, found in zip(plan, predictions, strict=True)])
    actual, previous = task.actual[pairs.start : pairs.stop], task.previous[pairs.start : pairs.stop]
    unit = mean_change(task.values[: task.targets[pairs.start]])
    tail = slice(max(0, pairs.start - MEMORY), pairs.start)
    first = _tradable(predictions[0][tail], task.previous[tail], task.target)
    before = residuals(task.actual[tail], first, task.target)
    return WalkForward(
        pairs,
        predicted,
        scores(actual, predicted, previous, unit, task.target),
        scores(actual, previous, previous, unit, task.target),
        tuple(_bands(before, actual, _tradable(predicted, previous, task.target), task.target)),
    )


def refitted(task: ForecastTask, plan: list[Fold], rule: Rule) -> Array | Sentence:
    """A baseline's forecasts of the folds' test pairs, fitted anew for each fold on what came before it."""
    found = []
    for fold in plan:
        own = rule(replace(task, train_pairs=fold.test.start, validation_pairs=0))
        if isinstance(own, Sentence):
            return own
        found.append(own[fold.test.start : fold.test.stop])
    return np.concatenate(found)


def _tradable(predicted: Array, previous: Array, target: str) -> Array:
    """Forecasts (n,) that an interval can be a share of: prices below zero are lifted to a sliver of the last one."""
    return predicted if target == "volatility" else np.maximum(predicted, LEAST_SHARE * previous)


def _bands(before: Array, actual: Array, predicted: Array, target: str) -> list[Band]:
    errors, bands = residuals(actual, predicted, target), []
    for level in LEVELS:
        for kind, rule in (("split", split_radii), ("adaptive", adaptive_radii)):
            radii = rule(before, errors, level)
            low, high = bounds(predicted, radii, target)
            held = float((np.abs(errors) <= radii).mean())
            bands.append(Band(kind, level, low, high, held, float((high - low).mean())))
    return bands

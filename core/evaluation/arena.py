"""The arena: networks and forecasts without one on the same test days, and who may say to have won."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from core.errors import DataError
from core.evaluation.baselines import baselines
from core.evaluation.clark_west import ClarkWest, clark_west
from core.evaluation.comparable import unusable
from core.evaluation.conformal import LEVELS
from core.evaluation.interval_score import Intervals, intervals
from core.evaluation.luck import ConfidenceSet, confidence_set
from core.evaluation.measures import qlike, rmse, skill
from core.evaluation.report import nested_in
from core.evaluation.significance import Comparison, compare
from core.sentence import N_, Sentence
from core.values import Array, ForecastTask

AHEAD = "ahead"  # a network leads, and no baseline is in the confidence set
LEVEL = "level"  # a network has the smallest error, but a baseline cannot be told apart from it
BESIDE = "beside"  # a baseline leads, and a network cannot be told apart from it
BEHIND = "behind"  # a baseline leads, and no network is in the confidence set
UNKNOWN = "unknown"  # who may be the best cannot be asked
NO_CHANGE = "persistence"
_HOLDING_NO_CHANGE = ("drift", "ar")  # baselines of prices of which "no change" is a special case


@dataclass(frozen=True)
class Contestant:
    """A network's forecasts of every pair (N,), in the units of the task, and what they took to train."""

    name: str
    predicted: Array
    seconds: float


@dataclass(frozen=True)
class Place:
    """One contestant on the test part. What cannot be told is None, and `why` says the reason.

    Attributes:
        trained: whether it is a network.
        seconds: of its training; None of a baseline.
        rmse: in the units of the values.
        skill: 1 - RMSE / RMSE of persistence.
        qlike: of log ranges, after `at_level`.
        intervals: by level.
        nested: Clark and West's test against "no change", where that is a special case of the forecast.
        against: it against the best baseline; None of that one itself.
        in_set: whether it is among those that may be the best.
    """

    name: str
    trained: bool = False
    seconds: float | None = None
    rmse: float | None = None
    skill: float | None = None
    qlike: float | None = None
    intervals: Mapping[float, Intervals] = field(default_factory=dict)
    nested: ClarkWest | None = None
    against: Comparison | None = None
    in_set: bool | None = None
    why: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Arena:
    """Everybody on the same `days` test days.

    Attributes:
        places: the smallest RMSE first, those without a forecast last.
        together: names of those that cannot be told from the best by squared error, the leader first; empty where
            `why` says why that cannot be asked.
        best_baseline: the one with the smallest RMSE on the test part.
        outcome: AHEAD, LEVEL, BESIDE, BEHIND or UNKNOWN.
    """

    days: int
    places: tuple[Place, ...]
    together: tuple[str, ...]
    best_baseline: str
    outcome: str
    why: Sentence | None = None

    @property
    def leader(self) -> Place:
        """The smallest RMSE."""
        return self.places[0]

    def of(self, name: str) -> Place:
        return next(place for place in self.places if place.name == name)


def arena(task: ForecastTask, networks: Sequence[Contestant]) -> Arena:
    """Score networks and every baseline of the target on the test part of `task`.

    All are judged by the same days and the same rules. "Ahead" takes more than the smallest error: the model confidence
    set (95 %, squared errors) must have thrown out every forecast that needs no network.
    """
    rivals, seconds = baselines(task), {each.name: each.seconds for each in networks}
    known, missing = _usable(task, {**{each.name: each.predicted for each in networks}, **rivals})
    test = task.parts["test"]
    losses = {name: np.square(each - task.actual)[test] for name, each in known.items()}
    order = sorted(known, key=lambda name: (float(losses[name].mean()), name in seconds))
    best = next(name for name in order if name in rivals)
    found = _together(losses)
    places = [
        replace(
            _place(task, name, known[name], name in seconds),
            seconds=seconds.get(name),
            against=compare(task.actual[test], known[name][test], known[best][test]) if name != best else None,
            in_set=None if isinstance(found, Sentence) else name in found.included,
        )
        for name in order
    ]
    places += [Place(name, name in seconds, seconds.get(name), why=(why,)) for name, why in missing.items()]
    together = () if isinstance(found, Sentence) else found.included
    outcome = _outcome(order[0], together, set(rivals))
    why = found if isinstance(found, Sentence) else None
    return Arena(len(losses[best]), tuple(places), together, best, outcome, why)


def at_level(task: ForecastTask, predicted: Array) -> Array:
    """Log ranges (N,) shifted by one number, so that on the training part the mean of exp(2 (actual - v)) is 1.

    QLIKE judges variances, and exp of a mean logarithm lies below the mean: a forecast that is right in logarithms is
    too low there, and one that errs upwards is rewarded. The shift is the one with the smallest QLIKE on the training
    part, so what is left to judge is how the forecast moves.
    """
    train = task.parts["train"]
    gaps = 2 * (task.actual[train] - predicted[train])
    if not len(gaps):
        return predicted
    peak = float(gaps.max())  # taken out, so that nothing overflows
    return np.asarray(predicted + 0.5 * (peak + np.log(np.exp(gaps - peak).mean())))


def _usable(task: ForecastTask, given: Mapping[str, Array | Sentence]) -> tuple[dict[str, Array], dict[str, Sentence]]:
    """Forecasts that can be computed with, and why the others cannot."""
    known: dict[str, Array] = {}
    missing: dict[str, Sentence] = {}
    for name, predicted in given.items():
        if isinstance(predicted, Sentence):
            missing[name] = predicted
        elif broken := unusable(predicted, task.previous):
            missing[name] = Sentence(N_("The prediction is not a usable number on {count} days."), count=broken)
        else:
            known[name] = predicted
    return known, missing


def _place(task: ForecastTask, name: str, predicted: Array, trained: bool) -> Place:
    test = task.parts["test"]
    actual, ours, previous = task.actual[test], predicted[test], task.previous[test]
    told: list[Sentence] = []

    def number(found: float | Sentence) -> float | None:
        if isinstance(found, Sentence):
            told.append(found)
            return None
        return found

    banded = [intervals(task, predicted, level) for level in LEVELS]
    told += [each for each in banded if isinstance(each, Sentence)]
    shifted = at_level(task, predicted) if task.target == "volatility" else None
    return Place(
        name,
        trained,
        rmse=rmse(actual, ours),
        skill=number(skill(actual, ours, previous)),
        qlike=None if shifted is None else number(qlike(actual, shifted[test])),
        intervals={each.level: each for each in banded if not isinstance(each, Sentence)},
        nested=clark_west(actual, ours, previous) if _holds_no_change(task.target, name, trained) else None,
        why=tuple(told),
    )


def _holds_no_change(target: str, name: str, trained: bool) -> bool:
    if target == "volatility":
        return False
    return NO_CHANGE in nested_in(target) if trained else name in _HOLDING_NO_CHANGE


def _together(losses: Mapping[str, Array]) -> ConfidenceSet | Sentence:
    try:
        return confidence_set(pd.DataFrame(dict(losses)))
    except DataError as error:
        return error.sentence


def _outcome(leader: str, together: Sequence[str], rivals: set[str]) -> str:
    if not together:
        return UNKNOWN
    if leader not in rivals:
        return LEVEL if rivals & set(together) else AHEAD
    return BESIDE if set(together) - rivals else BEHIND

"""How sure a difference between two forecasts is: Diebold-Mariano, and a block bootstrap of skill."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.evaluation.measures import LARGEST, ROUNDING, SMALLEST, alike, rmse, scores
from core.sentence import N_, Sentence
from core.values import Array

FEWEST = 30  # pairs; below this neither test means anything
DRAWS = 1000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class DieboldMariano:
    """Diebold-Mariano test of equal squared error, with Harvey's small-sample correction.

    Attributes:
        statistic: below zero when the model's errors are the smaller ones.
        p_value: two-sided, Student's t with n - 1 degrees of freedom.
        lags: days of autocorrelation allowed for in the error differences.
    """

    n: int
    statistic: float
    p_value: float
    lags: int


@dataclass(frozen=True)
class Interval:
    """Where a figure lies with 95 % confidence; `block` is the mean block length of the bootstrap, in days."""

    low: float
    high: float
    block: int


@dataclass(frozen=True)
class Comparison:
    """A forecast against a rival on the same days.

    Attributes:
        skill: 1 - RMSE / RMSE of the rival; None where it cannot be computed.
        interval, test: how sure that is; both None where `why` says why not.
    """

    skill: float | None = None
    interval: Interval | None = None
    test: DieboldMariano | None = None
    why: Sentence | None = None


def compare(actual: Array, predicted: Array, rival: Array) -> Comparison:
    """Skill of `predicted` over `rival`, both (n,), with its bootstrap interval and the Diebold-Mariano test."""
    skill = scores(actual, predicted, rival).skill
    test = diebold_mariano(actual, predicted, rival)
    if isinstance(test, Sentence):
        return Comparison(skill, why=test)
    interval = skill_interval(actual, predicted, rival)
    return Comparison(skill, why=interval) if isinstance(interval, Sentence) else Comparison(skill, interval, test)


def diebold_mariano(
    actual: Array, predicted: Array, rival: Array, lags: int | None = None
) -> DieboldMariano | Sentence:
    """Whether `predicted` and `rival`, both (n,) and one step ahead, have the same expected squared error.

    Diebold and Mariano 1995 with the correction of Harvey, Leybourne and Newbold 1997. `lags` defaults to ceil(n^1/3):
    a biased forecast is wrong for weeks on end, and 0 (the textbook value at one step) would take every one of those
    days for independent evidence.

    Returns:
        the test, or why there is none.
    """
    reason = _incomparable(actual, predicted, rival)
    if reason:
        return reason
    from statsmodels.tsa.stattools import diebold_mariano_test

    found = diebold_mariano_test(actual, predicted, rival, lags=lags, harvey_adj=True)  # type: ignore[no-untyped-call]
    return DieboldMariano(len(actual), float(found.statistic), float(found.pvalue), int(found.lags))


def skill_interval(
    actual: Array, predicted: Array, rival: Array, draws: int = DRAWS, seed: int = 0
) -> Interval | Sentence:
    """95 % interval of 1 - RMSE / RMSE of `rival`, by the stationary bootstrap (Politis and Romano 1994).

    Days are drawn in blocks whose mean length follows from the autocorrelation of the error differences (Politis and
    White 2004, corrected 2009); percentiles of `draws` samples. The same seed gives the same interval.

    Returns:
        the interval, or why there is none.
    """
    reason = _incomparable(actual, predicted, rival)
    if reason:
        return reason
    from arch.bootstrap import StationaryBootstrap

    ours, theirs = np.square(predicted - actual), np.square(rival - actual)
    if rmse(actual, rival) < SMALLEST:
        return Sentence(N_("The rival makes no error at all, so no share of it can be saved."))
    block = _block_length(ours - theirs)
    bootstrap = StationaryBootstrap(block, ours, theirs, seed=np.random.default_rng(seed))
    low, high = bootstrap.conf_int(_skill, reps=draws, method="percentile", size=CONFIDENCE)[:, 0]
    return Interval(float(low), float(high), block)


def _skill(ours: Array, theirs: Array) -> Array:
    return np.array([1 - np.sqrt(ours.mean() / max(float(theirs.mean()), np.finfo(float).tiny))])


def _block_length(differences: Array) -> int:
    from arch.bootstrap import optimal_block_length

    length = float(optimal_block_length(differences)["stationary"].iloc[0])
    longest = len(differences) // 3  # at least three blocks, or there is nothing to draw from
    return min(max(math.ceil(length), 1), longest) if math.isfinite(length) else longest


def _incomparable(actual: Array, predicted: Array, rival: Array) -> Sentence | None:
    n = len(predicted)
    if n < FEWEST:
        return Sentence(
            N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck."),
            given=n,
            needed=FEWEST,
        )
    unusable = int((~((np.abs(predicted) < LARGEST) & (np.abs(rival) < LARGEST))).sum())
    if unusable:
        return Sentence(N_("The prediction is not a usable number on {count} days."), count=unusable)
    if alike(predicted, rival).all():
        return Sentence(N_("Both forecasts are the same, so there is no difference to test."))
    ours, theirs = np.square(predicted - actual), np.square(rival - actual)
    if np.ptp(ours - theirs) <= ROUNDING * float((ours + theirs).mean()):
        return Sentence(N_("Their errors differ by the same amount every day, so chance cannot be measured."))
    return None

"""One plain answer: better, no different or worse than "same as yesterday", by how much, how sure."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import N_
from core.evaluation.measures import scores
from core.evaluation.sentence import Sentence
from core.evaluation.significance import DieboldMariano, Interval, diebold_mariano, skill_interval
from core.run import Array

SURE = 0.05
BETTER, SAME, WORSE, UNKNOWN = "better", "same", "worse", "unknown"


@dataclass(frozen=True)
class Verdict:
    """A model against "same as yesterday" on the test part.

    Attributes:
        kind: "better", "same", "worse", or "unknown" where it cannot be told.
        sentence: the same in words, with its numbers.
        skill: 1 - RMSE / RMSE of persistence; None where it cannot be computed.
        interval: its 95 % interval; None with kind "unknown".
        test: Diebold-Mariano against persistence; None with kind "unknown".
    """

    kind: str
    sentence: Sentence
    skill: float | None = None
    interval: Interval | None = None
    test: DieboldMariano | None = None


def verdict(actual: Array, predicted: Array, previous: Array) -> Verdict:
    """Judge test predictions (n,). "Better" and "worse" are said only when the test and the interval both say so."""
    skill = scores(actual, predicted, previous).skill
    interval = skill_interval(actual, predicted, previous)
    test = diebold_mariano(actual, predicted, previous)
    for unsaid in (test, interval):
        if isinstance(unsaid, Sentence):
            return Verdict(UNKNOWN, unsaid, skill)
    assert isinstance(interval, Interval)
    assert isinstance(test, DieboldMariano)
    assert skill is not None
    kind = _kind(interval, test)
    return Verdict(kind, _sentence(kind, skill, interval, test), skill, interval, test)


def _kind(interval: Interval, test: DieboldMariano) -> str:
    if test.p_value < SURE and interval.low > 0:
        return BETTER
    return WORSE if test.p_value < SURE and interval.high < 0 else SAME


SENTENCES = {
    BETTER: N_(
        'Better than "same as yesterday": over {n} test days its error is {by:.1%} smaller '
        "(95 % interval of the skill {low:+.1%} to {high:+.1%}; Diebold-Mariano p {p})."
    ),
    SAME: N_(
        'No different from "same as yesterday": over {n} test days its skill is {skill:+.1%}, '
        "no more than chance makes (95 % interval {low:+.1%} to {high:+.1%}; Diebold-Mariano p {p})."
    ),
    WORSE: N_(
        'Worse than "same as yesterday": over {n} test days its error is {by:.1%} larger '
        "(95 % interval of the skill {low:+.1%} to {high:+.1%}; Diebold-Mariano p {p})."
    ),
}


def _sentence(kind: str, skill: float, interval: Interval, test: DieboldMariano) -> Sentence:
    return Sentence(
        SENTENCES[kind],
        n=test.n,
        by=abs(skill),
        skill=skill,
        low=interval.low,
        high=interval.high,
        p=f"= {test.p_value:.3f}" if test.p_value >= 0.0005 else "< 0.001",
    )

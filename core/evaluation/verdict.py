"""One plain answer: better, no different or worse than "same as yesterday", by how much, how sure."""

from __future__ import annotations

from dataclasses import dataclass

from core.evaluation.significance import Comparison, DieboldMariano, Interval, compare
from core.sentence import N_, Sentence
from core.values import Array

SURE = 0.05
BETTER, SAME, WORSE, UNKNOWN = "better", "same", "worse", "unknown"


@dataclass(frozen=True)
class Verdict:
    """A model against "same as yesterday" on the test part.

    Attributes:
        kind: "better", "same", "worse", or "unknown" where it cannot be told.
        sentence: the same in words, with its numbers.
        against: skill, interval and test behind it.
    """

    kind: str
    sentence: Sentence
    against: Comparison


def verdict(actual: Array, predicted: Array, previous: Array) -> Verdict:
    """Judge test predictions (n,). "Better" and "worse" are said only when the test and the interval both say so."""
    found = compare(actual, predicted, previous)
    if found.why is not None:
        return Verdict(UNKNOWN, found.why, found)
    assert found.skill is not None
    assert found.interval is not None
    assert found.test is not None
    kind = _kind(found.interval, found.test)
    return Verdict(kind, _sentence(kind, found.skill, found.interval, found.test), found)


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

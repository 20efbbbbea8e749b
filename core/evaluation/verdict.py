"""One plain answer: better, no different or worse than "same as yesterday", by how much, how sure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.evaluation.figures import MOST_TIMES, p_value, percent, times
from core.evaluation.significance import Comparison, DieboldMariano, Interval, compare
from core.sentence import N_, Sentence
from core.values import Array

SURE = 0.025  # one-sided
BETTER, SAME, WORSE, UNKNOWN = "better", "same", "worse", "unknown"
_FROM_TIMES = 1.0  # below a skill of -1, twice the error, it is said in times, not in hundreds of per cent
HARDER = "har"  # the baseline a verdict on volatility names too: persistence is a weak rival there


@dataclass(frozen=True)
class Verdict:
    """A model against "same as yesterday" on the test part, and against a harder rival where there is one.

    Attributes:
        kind: "better", "same", "worse", or "unknown" where it cannot be told, than "same as yesterday".
        sentence: the same in words, with its numbers.
        against: skill, interval and tests behind it.
        notes: what belongs beside it: the harder rival, what to know about the interval.
        beside: skill, interval and tests against the harder rival; None where none was given.
    """

    kind: str
    sentence: Sentence
    against: Comparison
    notes: tuple[Sentence, ...] = ()
    beside: Comparison | None = None

    @property
    def harder(self) -> str | None:
        """The kind against the harder rival."""
        return kind_of(self.beside) if self.beside else None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All that is to be read together."""
        return (self.sentence, *self.notes)

    @property
    def beaten(self) -> bool:
        """Whether a known forecast without a network is better: then "better" is no praise."""
        return self.kind == WORSE or self.harder == WORSE


def verdict(
    actual: Array, predicted: Array, previous: Array, nested: bool = False, har: Array | None = None
) -> Verdict:
    """Judge test predictions (n,).

    "Better" and "worse" are said only when the test and the interval both say so, and "worse" also where the whole
    interval lies beyond twice the error.

    Args:
        nested: whether "same as yesterday" is a special case of the model, as of a model of returns; then Clark and
            West's test is asked too.
        har: predictions (n,) of HAR, for volatility.
    """
    found = compare(actual, predicted, previous, nested)
    judged = Verdict(kind_of(found), _sentence(found), found, (found.caution,) if found.caution else ())
    if har is None:
        return judged
    other = compare(actual, predicted, har)
    return replace(judged, beside=other, notes=(_beside(other), *judged.notes))


def kind_of(found: Comparison) -> str:
    """ "better", "same", "worse" or "unknown" than the rival."""
    if found.interval is not None and found.test is not None:
        return _kind(found.interval, found.test)
    # an error too many times the rival's to be given as a figure is still worse
    return WORSE if found.test is not None and found.test.p_worse < SURE else UNKNOWN


def _kind(interval: Interval, test: DieboldMariano) -> str:
    if test.p_better < SURE and interval.low > 0:
        return BETTER
    if interval.high <= -_FROM_TIMES:  # errors that keep growing hang together so much that no test is sure of them
        return WORSE
    return WORSE if test.p_worse < SURE and interval.high < 0 else SAME


SENTENCES = {
    BETTER: N_(
        "Better than “same as yesterday”: over {n} test days its error is {by} smaller "
        "(95 % interval of the skill {low} to {high}; Diebold-Mariano, one-sided, {p})."
    ),
    SAME: N_(
        "Over {n} test days its skill against “same as yesterday” is {skill}, which cannot be told from chance (95 % "
        "interval {low} to {high}; Diebold-Mariano, one-sided, {p}). With errors like these, so many days show a "
        "skill of {least} or more in four cases of five."
    ),
    WORSE: N_(
        "Worse than “same as yesterday”: over {n} test days its error is {by} larger "
        "(95 % interval of the skill {low} to {high}; Diebold-Mariano, one-sided, {p})."
    ),
}
_SAME_AT_MOST = N_(
    "Over {n} test days its skill against “same as yesterday” is {skill}, which cannot be told from chance (95 % "
    "interval {low} to {high}; Diebold-Mariano, one-sided, {p}). With errors like these, so few days would not show "
    "even a large skill."
)
_SAME_BUT_FORESEES = N_(
    "Over {n} test days its error is not shown to differ from that of “same as yesterday” (skill {skill}, 95 % "
    "interval {low} to {high}; Diebold-Mariano, one-sided, {p}), but it does foresee part of the moves: "
    "Clark-West {nested}."
)
_WORSE_TIMES = N_(
    "Worse than “same as yesterday”: over {n} test days it makes {ratio} times the error of “same as yesterday” "
    "(95 % interval {ratio_low} to {ratio_high} times)."
)
_WORSE_BY_FAR = N_(
    "Worse than “same as yesterday”: over {n} test days it makes more than {most:.0f} times the error of "
    "“same as yesterday”."
)
_BESIDE = {
    BETTER: N_("Against HAR (means of 1, 5 and 22 days) its error is {by} smaller (Diebold-Mariano, one-sided, {p})."),
    SAME: N_(
        "Against HAR (means of 1, 5 and 22 days) its skill is {skill}, which cannot be told from chance "
        "(95 % interval {low} to {high})."
    ),
    WORSE: N_(
        "But HAR (means of 1, 5 and 22 days, no network) is better: the model's error is {by} larger than its error "
        "(Diebold-Mariano, one-sided, {p})."
    ),
    UNKNOWN: N_("It cannot be compared with HAR (means of 1, 5 and 22 days)."),
}


def _sentence(found: Comparison) -> Sentence:
    kind = kind_of(found)
    if found.interval is None or found.test is None or found.skill is None:
        if kind == WORSE and found.test is not None:
            return Sentence(_WORSE_BY_FAR, n=found.test.n, most=MOST_TIMES)
        assert found.why is not None
        return found.why
    template = SENTENCES[kind]
    if kind == WORSE and -found.skill >= _FROM_TIMES:
        template = _WORSE_TIMES
    elif kind == SAME and found.nested and found.nested.found:
        template = _SAME_BUT_FORESEES
    elif kind == SAME and found.least is None:
        template = _SAME_AT_MOST
    return Sentence(template, **_figures(found, found.skill, found.interval, found.test))


def _figures(found: Comparison, skill: float, interval: Interval, test: DieboldMariano) -> dict[str, object]:
    """Every figure a sentence may name, as it is written."""
    return {
        "n": test.n,
        "by": percent(abs(skill)),
        "skill": percent(skill, signed=True),
        "low": percent(interval.low, signed=True),
        "high": percent(interval.high, signed=True),
        "ratio": times(1 - skill),
        "ratio_low": times(1 - interval.high),
        "ratio_high": times(1 - interval.low),
        "p": p_value(test.p_worse if kind_of(found) == WORSE else test.p_better),
        "least": percent(found.least or 0.0),
        "nested": p_value(found.nested.p_value) if found.nested else "",
    }


def _beside(found: Comparison) -> Sentence:
    if found.skill is None or found.interval is None or found.test is None:
        return Sentence(_BESIDE[UNKNOWN])
    return Sentence(_BESIDE[kind_of(found)], **_figures(found, found.skill, found.interval, found.test))

"""What taking inputs out has come to: of each input a kind and a sentence, and one sentence about all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.figures import p_value
from core.evaluation.luck import Snooping
from core.evaluation.significance import DieboldMariano, diebold_mariano
from core.sentence import N_, Sentence
from core.values import Array

SURE = 0.025  # one-sided, as of a verdict; of all inputs together (Holm 1979)
LUCKY = 0.05  # of Hansen's test: from here on chance may have decided
HELPS, BESIDE, COSTS, NOTHING = "helps", "beside", "costs", "nothing"


@dataclass(frozen=True)
class Ablated:
    """One input, taken out.

    Forecasts are averaged over the seeds before anything is tested: what the seeds draw is no property of the input,
    and tests of each seed on the same days would be counted as if they were independent. How many seeds agree is told.

    Attributes:
        input: its name.
        kind: "helps", "costs" or "nothing".
        rmse_with, rmse_without: of the averaged forecasts, in the units of the test (`ablated`).
        p_value: Clark and West's, of "with" against "without", which is nested in it; Holm's for all inputs together.
        agree: seeds that alone err less with the input than without it.
        sentence: what it comes to.
    """

    input: str
    kind: str
    rmse_with: float
    rmse_without: float
    p_value: float
    agree: int
    sentence: Sentence

    @property
    def gain(self) -> float:
        """1 - RMSE with / RMSE without; above zero the input makes the error smaller."""
        return 1 - self.rmse_with / self.rmse_without if self.rmse_without else 0.0


@dataclass(frozen=True)
class Ablation:
    """What came of it.

    Attributes:
        inputs: one Ablated each, in their order.
        seeds, days: that every setting was trained with, and that it was tested on.
        snooping: Hansen's test of all settings with inputs against the one that reads its own series alone: whether any
            of them is better although so many were tried. None where there is none to be tested.
        sentence: about all of them together.
    """

    inputs: tuple[Ablated, ...]
    seeds: int
    days: int
    snooping: Snooping | None
    sentence: Sentence

    @property
    def kinds(self) -> tuple[str, ...]:
        """Of each input its kind, as the sentence has it: "beside" is one that helps beside the others, where chance
        may have decided that any set of them beats the target's own series alone."""
        return tuple(
            BESIDE if each.kind == HELPS and len(self.inputs) > 1 and may_be_luck(self.snooping) else each.kind
            for each in self.inputs
        )

    @property
    def table(self) -> pd.DataFrame:
        """One line an input."""
        names = ("input", "rmse_with", "rmse_without", "gain", "p_value", "agree")
        lines = [[getattr(each, name) for name in names] for each in self.inputs]
        told = [str(each.sentence) for each in self.inputs]
        return pd.DataFrame(lines, columns=list(names)).assign(kind=list(self.kinds), sentence=told)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjustment (1979): the p-values of several questions asked at once, each to be read as if alone."""
    order, found, largest = np.argsort(p_values, kind="stable"), np.empty(len(p_values)), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        found[place] = largest
    return [float(each) for each in found]


def judged(name: str, actual: Array, pair: tuple[Array, Array], p: float, seeds: int) -> Ablated:
    (one, other), means = pair, [forecasts.mean(axis=0) for forecasts in pair]
    own, rival = (float(np.sqrt(np.square(mean - actual).mean())) for mean in means)
    agree = int((np.square(one - actual).mean(axis=1) < np.square(other - actual).mean(axis=1)).sum())
    test = diebold_mariano(actual, *means)
    worse = isinstance(test, DieboldMariano) and test.p_worse < SURE
    kind = HELPS if p < SURE and own < rival else COSTS if worse else NOTHING
    given = {"input": name, "seeds": seeds, "days": len(actual), "gain": abs(1 - own / rival) if rival else 0.0}
    template = {
        HELPS: N_(
            "{input} helps: with it the error is {gain:.1%} smaller, more than {seeds} seeds and {days} days give by "
            "chance ({p})."
        ),
        COSTS: N_(
            "{input} costs: with it the error is {gain:.1%} larger, more than {seeds} seeds and {days} days give by "
            "chance."
        ),
        NOTHING: N_("{input} adds nothing that {seeds} seeds and {days} days can tell from chance."),
    }[kind]
    return Ablated(name, kind, own, rival, p, agree, Sentence(template, **given, p=p_value(p)))


def may_be_luck(luck: Snooping | None) -> bool:
    return luck is not None and luck.p_value >= LUCKY


def together(told: Sequence[Ablated], seeds: int, days: int, luck: Snooping | None) -> Sentence:
    if len(told) == 1:
        return told[0].sentence
    helping = [each.input for each in told if each.kind == HELPS]
    given = {"count": len(told), "seeds": seeds, "days": days, "inputs": ", ".join(helping)}
    if not helping and luck is not None and not may_be_luck(luck):  # what one of them tells, others tell too
        return Sentence(
            N_("None of the {count} inputs is missed where the others are read, but some set of them beats the target's"
               " own series alone, more than {seeds} seeds and {days} days give by chance ({p})."),
            **given,
            p=p_value(luck.p_value),
        )  # fmt: skip
    if not helping:
        template = N_(
            "None of the {count} inputs adds anything that {seeds} seeds and {days} days can tell from chance."
        )
        return Sentence(template, **given)
    if luck is not None and may_be_luck(luck):  # an input may but mend what others cost
        return Sentence(
            N_("Of {count} inputs these help beside the others: {inputs}. That any set of them beats the target's own "
               "series alone, {seeds} seeds and {days} days cannot tell from chance ({p})."),
            **given,
            p=p_value(luck.p_value),
        )  # fmt: skip
    return Sentence(
        N_("Of {count} inputs these help more than {seeds} seeds and {days} days give by chance: {inputs}."), **given
    )

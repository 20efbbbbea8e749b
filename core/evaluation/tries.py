"""What somebody has tried on one test part, and what is left of a "better" when all of it is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Experiment
from core.errors import DataError
from core.evaluation.baselines import baselines
from core.evaluation.comparable import FEWEST
from core.evaluation.figures import p_value
from core.evaluation.luck import ConfidenceSet, Snooping, confidence_set, snooping
from core.evaluation.measures import alike
from core.evaluation.verdict import BETTER, SAME, SURE, Verdict
from core.run import Run
from core.sentence import N_, Sentence
from core.values import Array

SHARED = (
    0.8  # of the days of both: from there on two test parts are the same one, as where the window has moved its start
)
MODEL = "model"  # before the key of a try in the confidence set; baselines stand under their own names


@dataclass(frozen=True)
class Tried:
    """Which run was looked at; `epoch` is its last one, and a look at an earlier one is a try of its own."""

    key: str
    experiment: Experiment
    epoch: int


@dataclass(frozen=True)
class Try(Tried):
    """What is kept of it: n test days, their values, the squared errors of the run and of "same as yesterday", (n,)."""

    days: NDArray[np.datetime64] = field(compare=False, repr=False)
    actual: Array = field(compare=False, repr=False)
    losses: Array = field(compare=False, repr=False)
    same: Array = field(compare=False, repr=False)

    @property
    def usable(self) -> bool:
        return bool(np.isfinite(self.losses).all() and np.isfinite(self.same).all())


@dataclass(frozen=True)
class Counted:
    """A run among all tries on its test part.

    Attributes:
        tries: those, the run's own among them, in the order they were looked at.
        snooping: Hansen's test over all of them; None for a single one, or where it cannot be asked.
        survives: whether the run beats "same as yesterday" although so many were tried.
        together: tries (by MODEL and key) and baselines that cannot be told from the best; None where too few days.
    """

    tries: tuple[Tried, ...]
    snooping: Snooping | None
    survives: bool
    together: ConfidenceSet | None


def try_of(run: Run) -> Try:
    """The little that is kept of a run."""
    tested = run.prediction.iloc[run.train_pairs :]
    actual, predicted, previous = (tested[name].to_numpy(float) for name in ("actual", "predicted", "persistence"))
    with np.errstate(over="ignore", invalid="ignore"):  # a network gone astray is a try all the same
        losses, same = np.square(predicted - actual), np.square(previous - actual)
    days = tested["date"].to_numpy(dtype="datetime64[s]")
    epoch = run.history[-1].epoch if run.history else 0
    return Try(run.key, run.experiment, epoch, days, actual, losses, same)


def same_part(one: Try, other: Try) -> bool:
    """Whether both were scored on the same values of the same days, but for a fifth of them at most.

    Forecasts of returns are scored as prices, so they share a test part with those of closes.
    """
    _, ours, theirs = np.intersect1d(one.days, other.days, assume_unique=True, return_indices=True)
    if len(ours) < SHARED * max(len(one.days), len(other.days)):
        return False
    return bool(alike(one.actual[ours], other.actual[theirs]).all())


def count(run: Run, looked_at: Sequence[Try]) -> Counted:
    """The tries of `looked_at` on the test part of `run`, itself among them, and what they leave of its verdict."""
    own = try_of(run)
    others = [each for each in looked_at if each.key != own.key and same_part(each, own)]
    usable = [each for each in (*others, own) if each.usable]
    tries = tuple(Tried(each.key, each.experiment, each.epoch) for each in (*others, own))
    if not own.usable:
        return Counted(tries, None, False, None)
    days = own.days
    for each in usable:
        days = np.intersect1d(days, each.days, assume_unique=True)
    losses = np.stack([each.losses[np.isin(each.days, days)] for each in usable])  # (M, N)
    found = None
    if len(usable) > 1 and len(days) >= FEWEST:
        found = snooping(losses, own.same[np.isin(own.days, days)])
    survives = found is None or len(usable) - 1 in found.better
    named = {f"{MODEL} {each.key}": row for each, row in zip(usable, losses, strict=True)}
    return Counted(tries, found, survives, _together(named | _rivals(run, days)))


LUCKY = N_(
    'Not shown to be better: taken alone, this run would count as better than "same as yesterday" ({alone}). But it is '
    "one of {tries} settings tried on the same test days, and the best of {tries} looks this good by luck alone in "
    "{cases} of 100 cases ({p}); better is said at 2.5 at most."
)
_OTHERS = N_(
    'Not shown to be better: taken alone, this run would count as better than "same as yesterday" ({alone}). But it is '
    "one of {tries} settings tried on the same test days, and among so many only another one stands out ({p})."
)


def corrected(verdict: Verdict, counted: Counted) -> Verdict:
    """The verdict when all tries are counted: "better" is taken back where it does not survive them."""
    found, test = counted.snooping, verdict.against.test
    if verdict.kind != BETTER or counted.survives or found is None or test is None:
        return verdict
    lucky = found.p_value >= SURE
    sentence = Sentence(
        LUCKY if lucky else _OTHERS,
        alone=p_value(test.p_better),
        tries=found.tries,
        cases=f"{100 * found.p_value:.0f}",
        p=p_value(found.p_value),
    )
    return replace(verdict, kind=SAME, sentence=sentence)


def _rivals(run: Run, days: NDArray[np.datetime64]) -> dict[str, Array]:
    """Squared errors of each baseline on these days."""
    task, dates = run.task, run.prediction["date"].to_numpy(dtype="datetime64[s]")
    wanted = np.isin(dates, days) & (np.arange(len(dates)) >= run.train_pairs)
    found = {name: rival for name, rival in baselines(task).items() if not isinstance(rival, Sentence)}
    return {name: np.square(rival - task.actual)[wanted] for name, rival in found.items()}


def _together(losses: Mapping[str, Array]) -> ConfidenceSet | None:
    finite = {name: each for name, each in losses.items() if np.isfinite(each).all()}
    try:
        return confidence_set(pd.DataFrame(finite))
    except DataError:
        return None

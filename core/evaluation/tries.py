"""What somebody has tried on one test part, and what is left of a "better" when all of it is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

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

SHARED = 0.8  # of the days of both: then two test parts are one, as where the window has moved the start
Rivals = Callable[[NDArray[np.datetime64]], Mapping[str, Array]]  # days to the squared errors of each baseline
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
    return squared(run, run.tested)


def squared(run: Run, tested: pd.DataFrame) -> Try:
    """The same of a run on any days: rows as those of Run.prediction."""
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
    return shared_days(one, other) >= max(SHARED * max(len(one.days), len(other.days)), 1)


def shared_days(one: Try, other: Try) -> int:
    """On how many days both were scored; 0 where the values of those days are not the same."""
    _, ours, theirs = np.intersect1d(one.days, other.days, assume_unique=True, return_indices=True)
    return len(ours) if alike(one.actual[ours], other.actual[theirs]).all() else 0


def has_seen(one: Try, other: Try) -> bool:
    """Whether `one` was scored on the days of `other`, but for a fifth of them at most, and perhaps on more."""
    return shared_days(one, other) >= SHARED * len(other.days)


def count(run: Run, looked_at: Sequence[Try]) -> Counted:
    """The tries of `looked_at` on the test part of `run`, itself among them, and what they leave of its verdict."""
    return among(try_of(run), looked_at, partial(_rivals, run))


def among(
    own: Try, looked_at: Sequence[Try], rivals: Rivals | None = None, belongs: Callable[[Try, Try], bool] = same_part
) -> Counted:
    """One try among those of `looked_at` that belong to it.

    Args:
        rivals: the baselines that the confidence set is to hold; without them there is no such set.
        belongs: of another try and this one, whether they are counted together.
    """
    others = [each for each in looked_at if each.key != own.key and belongs(each, own)]
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
    return Counted(tries, found, survives, _together({**named, **rivals(days)}) if rivals else None)


LUCKY = N_(
    "Not shown to be better: taken alone, this run would count as better than “same as yesterday” ({alone}). But it is "
    "one of {tries} settings tried on the same test days, and the best of {tries} looks this good by luck alone in "
    "{cases} of 100 cases ({p}); better is said at 2.5 at most."
)
_OTHERS = N_(
    "Not shown to be better: taken alone, this run would count as better than “same as yesterday” ({alone}). But it is "
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


def told(counted: Counted, verdict: Verdict) -> tuple[Sentence, ...]:
    """How many settings were looked at on these test days, and what the test over all of them says.

    Args:
        verdict: the run's own, before tries are counted.
    """
    if (number := len(counted.tries)) == 1:
        first = Sentence(N_("This is the only setting you have looked at on these test days."))
    else:
        first = Sentence(N_("You have looked at {number} settings on these test days."), number=number)
    return first, *all_counted(counted, verdict)


def all_counted(counted: Counted, verdict: Verdict) -> tuple[Sentence, ...]:
    """What Hansen's test says of all tries together; nothing where it was not asked. `verdict` as of `told`."""
    if counted.snooping is None:
        return ()
    if counted.snooping.p_value >= SURE:
        found = N_("Counting them all, not one is shown to beat “same as yesterday” (Hansen's test, {p}).")
    elif counted.survives and verdict.kind == BETTER:
        found = N_("Counting them all, this one still beats “same as yesterday” (Hansen's test, {p}).")
    else:
        found = N_("Counting them all, the best of them beats “same as yesterday” (Hansen's test, {p}).")
    return (Sentence(found, p=p_value(counted.snooping.p_value)),)


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

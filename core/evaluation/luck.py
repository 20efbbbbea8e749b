"""How much of the best of many tries is luck: Hansen's test of superior predictive ability, and the confidence set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import DataError
from core.evaluation.comparable import FEWEST
from core.evaluation.measures import ROUNDING
from core.evaluation.significance import DRAWS, FEWEST_BLOCKS, block_length
from core.evaluation.verdict import SURE
from core.sentence import N_
from core.values import Array

SIZE = 0.05  # the confidence set holds the best model in 95 % of cases
_MOST_PAIRED = 40  # models of which every pair is compared; of more, each is compared with their mean


@dataclass(frozen=True)
class Snooping:
    """M configurations, tried on the same N days, against one benchmark.

    Attributes:
        p_value: Hansen's consistent one: how often luck alone makes the best of M look at least this good.
        better: the configurations, 0..M-1, that beat the benchmark although M were tried; each is asked for what a
            single one is asked for, 2.5 %.
        tries, days: M and N.
        block: mean block length of the bootstrap, in days.
    """

    p_value: float
    better: tuple[int, ...]
    tries: int
    days: int
    block: int


@dataclass(frozen=True)
class ConfidenceSet:
    """The models that cannot be told from the best one.

    Attributes:
        included: their names, the smallest mean loss first.
        p_values: of every model, in the order of the columns; below 5 % it is not among them.
        block: mean block length of the bootstrap, in days.
    """

    included: tuple[str, ...]
    p_values: dict[str, float]
    block: int


def snooping(losses: Array, benchmark: Array, draws: int = DRAWS, seed: int = 0) -> Snooping:
    """Whether any of M configurations beats `benchmark`, when all M are known to have been tried.

    Test of superior predictive ability (Hansen 2005; `arch.bootstrap.SPA`), its consistent p-value; the days are drawn
    by the stationary bootstrap in blocks as of `skill_interval`, of the length the most persistent difference asks for.
    The same seed gives the same p-value. A configuration whose loss differs from the benchmark's by the same amount on
    all days says nothing on chance and is left out.

    Args:
        losses: (M, N), one row a configuration.
        benchmark: (N,), on the same days.

    Raises:
        DataError: fewer than 30 days, no configuration, losses that are no numbers, or of different days.
    """
    losses, benchmark = np.atleast_2d(np.asarray(losses, dtype=float)), np.asarray(benchmark, dtype=float)
    _check(losses.T, fewest=1)
    if benchmark.shape != losses.shape[1:]:
        raise DataError(
            N_("The forecasts are of {given} days and the benchmark of {days}; both must be of the same days."),
            given=losses.shape[1],
            days=benchmark.size,
        )
    _check(benchmark[:, None], fewest=1)
    differences = (benchmark - losses).T  # (M, N) -> (N, M)
    scale = np.abs(losses).mean(axis=1) + np.abs(benchmark).mean()
    telling = np.flatnonzero(np.ptp(differences, axis=0) > ROUNDING * scale)
    if not len(telling):
        return Snooping(1.0, (), len(losses), len(benchmark), 1)
    from arch.bootstrap import SPA

    block = _block(differences[:, telling])
    test = SPA(benchmark, losses[telling].T, block_size=block, reps=draws, seed=seed)
    test.compute()
    better = tuple(int(telling[place]) for place in test.better_models(SURE, "consistent"))
    p_value = float(test.pvalues["consistent"])
    return Snooping(p_value, better if p_value < SURE else (), len(losses), len(benchmark), block)


def confidence_set(losses: pd.DataFrame, size: float = SIZE, draws: int = DRAWS, seed: int = 0) -> ConfidenceSet:
    """The models that cannot be told from the best.

    Model confidence set (Hansen, Lunde and Nason 2011; `arch.bootstrap.MCS`): by the range of all pairs up to 40
    models, by each against their mean above. Blocks as of `snooping`, by the differences from the best model. Models
    with the same losses stand or fall together.

    Args:
        losses: (N rows, one column a model), the names being the columns.

    Raises:
        DataError: fewer than 30 days or 2 models, or losses that are no numbers.
    """
    values = losses.to_numpy(dtype=float)  # (N, M)
    _check(values, fewest=2)
    names, means = [str(name) for name in losses.columns], values.mean(axis=0)
    like = _first_alike(values)  # (M,): the column that stands for each
    kept = np.unique(like)
    if len(kept) == 1:
        return ConfidenceSet(tuple(names), dict.fromkeys(names, 1.0), 1)
    from arch.bootstrap import MCS

    others = np.delete(kept, np.argmin(means[kept]))
    block = _block(values[:, others] - values[:, [kept[np.argmin(means[kept])]]])
    method: Literal["R", "max"] = "R" if len(kept) <= _MOST_PAIRED else "max"
    test = MCS(values[:, kept], size, draws, block, method, seed=seed)
    test.compute()
    found = test.pvalues["Pvalue"]
    p_values = [float(found[place]) for place in np.searchsorted(kept, like)]
    order = [place for place in np.argsort(means, kind="stable") if p_values[place] > size]
    return ConfidenceSet(tuple(names[place] for place in order), dict(zip(names, p_values, strict=True)), block)


def _check(losses: Array, fewest: int) -> None:
    days, models = losses.shape
    if days < FEWEST:
        raise DataError(
            N_("There are {given} days to compare on; at least {needed} are needed to tell skill from luck."),
            given=days,
            needed=FEWEST,
        )
    if models < fewest:
        raise DataError(N_("Forecasts to compare: {given}; at least {needed} are needed."), given=models, needed=fewest)
    if broken := int((~np.isfinite(losses)).any(axis=1).sum()):
        raise DataError(N_("The prediction is not a usable number on {count} days."), count=broken)


def _block(differences: Array) -> int:
    """Mean block length for differences (N, K): the longest any of them asks for that leaves ten blocks."""
    longest = max(len(differences) // FEWEST_BLOCKS, 1)
    return min(block_length(differences), longest)


def _first_alike(values: Array) -> NDArray[np.intp]:
    """For each column (N, M) -> (M,) the first one that differs from it by the same amount, or none, on all days.

    Such a pair has no variance, and the set's statistic would divide by it.
    """
    found = np.arange(values.shape[1])
    for place in range(1, len(found)):
        earlier = np.unique(found[:place])
        apart = np.ptp(values[:, earlier] - values[:, [place]], axis=0)
        close = apart <= ROUNDING * np.abs(values[:, place]).mean()
        if close.any():
            found[place] = earlier[close.argmax()]
    return found

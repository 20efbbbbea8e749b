"""The same experiment under many seeds: one lucky seed must not look like skill."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.measures import measures_of
from core.run import Run


@dataclass(frozen=True)
class Spread:
    """One measure of the test part over the seeds: smallest, median, largest, and the values by seed, (n,)."""

    low: float
    median: float
    high: float
    values: tuple[float, ...]


@dataclass(frozen=True)
class ManySeeds:
    """Runs that differ in their seed only.

    Attributes:
        seeds: in the order of the runs.
        spreads: measure -> Spread, for the measures that every run has.
        band: one row a pair: date, actual, persistence, part, low, median, high of the predictions.
        winners: seeds whose test RMSE is below persistence's.
        failed: seeds that gave no run, because their loss stopped being a number.
    """

    seeds: tuple[int, ...]
    spreads: dict[str, Spread]
    band: pd.DataFrame
    winners: int
    failed: tuple[int, ...] = ()


def many_seeds(runs: list[Run]) -> ManySeeds:
    """Summarise at least one run; all must have the same experiment apart from the seed, and the same pairs."""
    tests = [run.metrics["test"] for run in runs]
    columns = {name: [getattr(found, name) for found in tests] for name in measures_of(runs[0].task.target)}
    complete = {name: values for name, values in columns.items() if None not in values}
    predicted = np.stack([run.prediction["predicted"].to_numpy() for run in runs])  # (seeds, N)
    band = (
        runs[0]
        .prediction.drop(columns="predicted")
        .assign(low=predicted.min(axis=0), median=np.median(predicted, axis=0), high=predicted.max(axis=0))
    )
    return ManySeeds(
        seeds=tuple(run.experiment.train.seed for run in runs),
        spreads={name: _spread(values) for name, values in complete.items()},
        band=band,
        winners=sum(found.skill is not None and found.skill > 0 for found in tests),
    )


def _spread(values: list[float]) -> Spread:
    return Spread(min(values), float(np.median(values)), max(values), tuple(values))

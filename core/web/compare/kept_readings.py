"""What is worked out of kept runs and kept by their keys."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from core.errors import DataError
from core.evaluation.luck import confidence_set
from core.introspect import over_run
from core.run import Run
from core.web import readings

PERSISTENCE = "persistence"


def keeping(run: Run) -> pd.Series | None:
    """The mean over all units of the gate that keeps the memory, by test day; None of a network without gates."""
    return readings.found("keeping", [run], lambda: over_run.keeping(run))


def tested(run: Run, column: str) -> pd.Series:
    """A column of the run's predictions over its test days, by date."""
    return pd.Series(run.tested[column].to_numpy(dtype=float), index=pd.DatetimeIndex(run.tested["date"]))


def _together(runs: Sequence[Run]) -> tuple[str, ...]:
    losses = {run.key: (tested(run, "predicted") - tested(run, "actual")) ** 2 for run in runs}
    losses[PERSISTENCE] = (tested(runs[0], "persistence") - tested(runs[0], "actual")) ** 2
    try:
        return confidence_set(pd.DataFrame(losses).dropna()).included
    except DataError:  # too few days in common, or nothing usable
        return ()


def together(runs: Sequence[Run]) -> tuple[str, ...]:
    """Keys of the runs, and PERSISTENCE, that cannot be told from the best, over the test days that all have.

    By squared error, the best one first; () where there are too few such days.
    """
    return readings.found("together", runs, lambda: _together(runs))

"""Whether one day's jump decides the scores of the test part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from core.evaluation.figures import percent
from core.run import Run
from core.sentence import N_, Sentence

DECIDES = 0.5  # share of the squared error from which one day weighs more than all others together


def tested_closes(run: Run) -> pd.Series[float]:
    """The prices of the test part by day, the one before it first; empty for log ranges, which no split moves."""
    task, test = run.task, run.task.parts["test"]
    if task.target == "volatility" or not run.test_pairs:
        return pd.Series(dtype=float)
    days = list(run.prediction["date"].iloc[test])
    closes = np.concatenate([task.previous[test][:1], task.actual[test]])
    return pd.Series(closes, index=pd.DatetimeIndex([days[0] - pd.Timedelta(days=1), *days]))


def deciding_jump(run: Run, changes: Mapping[date, float]) -> Sentence | None:
    """The first jump that makes most of the test part's squared error, the model's or that of "same as yesterday".

    Args:
        changes: the jumps among `tested_closes`, by day, each a share: -0.75 for a 4:1 split.
    """
    task, test = run.task, run.task.parts["test"]
    predicted = run.prediction["predicted"].to_numpy(dtype=np.float64)
    days = list(pd.DatetimeIndex(run.prediction["date"].iloc[test]).date)
    errors = {"model": np.square(task.actual - predicted)[test], "same": np.square(task.actual - task.previous)[test]}
    whole = {name: float(each.sum()) for name, each in errors.items()}
    for day, change in changes.items():
        at = days.index(day)
        shares = {name: float(each[at]) / whole[name] if whole[name] else 0.0 for name, each in errors.items()}
        if max(shares.values()) >= DECIDES:
            return Sentence(
                N_(
                    "On {date} the price moves by {change}: that one day makes {model} of the model's squared error on "
                    "the test part and {same} of that of “same as yesterday”, so the scores say little of the others."
                ),
                date=day,
                change=percent(change, signed=True),
                **{name: percent(share) for name, share in shares.items()},
            )
    return None

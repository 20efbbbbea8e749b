"""Whether one day's jump decides the scores of the test part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.jumps import jumps_of
from core.evaluation.figures import percent
from core.run import Run
from core.sentence import N_, Sentence

DECIDES = 0.5  # share of the squared error from which one day weighs more than all others together


def deciding_jump(run: Run) -> Sentence | None:
    """The jump that makes most of the test part's squared error, the model's or that of "same as yesterday".

    None where there is none, and for log ranges, which no split moves.
    """
    task, test = run.task, run.task.parts["test"]
    if task.target == "volatility" or not run.test_pairs:
        return None
    days, predicted = run.prediction["date"], run.prediction["predicted"].to_numpy(dtype=np.float64)
    before = pd.Timestamp(days.iloc[test].iloc[0]) - pd.Timedelta(days=1)
    closes = np.concatenate([task.previous[test][:1], task.actual[test]])
    found = jumps_of(pd.Series(closes, index=[before, *days.iloc[test]]))
    errors = {"model": np.square(task.actual - predicted)[test], "same": np.square(task.actual - task.previous)[test]}
    whole = {name: float(each.sum()) for name, each in errors.items()}
    for jump in found:
        at = int(np.flatnonzero(days.iloc[test].dt.date == jump.day)[0])
        shares = {name: float(each[at]) / whole[name] if whole[name] else 0.0 for name, each in errors.items()}
        if max(shares.values()) >= DECIDES:
            return Sentence(
                N_(
                    "On {date} the price moves by {change}: that one day makes {model} of the model's squared error on "
                    "the test part and {same} of that of “same as yesterday”, so the scores say little of the others."
                ),
                date=jump.day,
                change=percent(jump.change, signed=True),
                **{name: percent(share) for name, share in shares.items()},
            )
    return None

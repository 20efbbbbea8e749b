"""What came after: a finished network, left as it is, on the days after the last one its run has seen.

No slider has seen these days: they took part neither in training nor in scaling, nor in the choice of a setting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluation.baselines import baselines
from core.evaluation.measures import mean_change, scores
from core.evaluation.report import judge
from core.evaluation.tries import Try, squared
from core.evaluation.verdict import Verdict
from core.inputs import INPUTS, filled, values_of
from core.introspect.predictor import predictions
from core.run import Run
from core.sentence import Sentence
from core.values import Array, ForecastTask, Scores, windows_of


@dataclass(frozen=True)
class Afterwards:
    """A run on the A days after its end, one step ahead with the true prices of the days before.

    Attributes:
        prediction: as Run.prediction, one row a day that came after; `part` is "after".
        task: the run's own task, gone on to the last of these days.
        scores, same: of the model and of "same as yesterday" on these days.
        verdict: as on a test part.
        tried: what is kept of this look; its prices are in the unit of the whole history, as those of other runs are.
    """

    prediction: pd.DataFrame
    task: ForecastTask
    scores: Scores
    same: Scores
    verdict: Verdict
    tried: Try


def afterwards(run: Run, bars: pd.DataFrame, factor: float = 1.0) -> Afterwards:
    """Forecast and score the days after a run's end with its own weights and scalers; baselines as they were fitted.

    Args:
        bars: the run's own, and at least one day after its end, in the same unit.
        factor: by which the later prices were multiplied for that.

    Raises:
        DataError: an input needs columns that these days do not have.
    """
    days = pd.DatetimeIndex(bars.index[bars.index > run.series_dates[-1]])
    task = _gone_on(run, bars, len(days))
    after = replace(task, targets=task.targets[len(run.prediction) :], train_pairs=0)
    predicted = after.in_units(_scaled(run, bars, len(days)), run.scaler)
    rivals = {
        name: each if isinstance(each, Sentence) else each[len(run.prediction) :]
        for name, each in baselines(task).items()
    }
    unit = mean_change(task.known)
    columns = {"actual": after.actual, "predicted": predicted, "persistence": after.previous}
    table = pd.DataFrame({"date": days, **columns, "part": "after"})
    by = 1.0 if task.target == "volatility" else 1 / factor
    return Afterwards(
        prediction=table,
        task=task,
        scores=scores(after.actual, predicted, after.previous, unit, task.target),
        same=scores(after.actual, after.previous, after.previous, unit, task.target),
        verdict=judge(task.target, after.actual, predicted, rivals),
        tried=squared(run, table.assign(**{name: by * values for name, values in columns.items()})),
    )


def _scaled(run: Run, bars: pd.DataFrame, count: int) -> Array:
    """What the network says for each day that came after, scaled: (A,)."""
    model = run.experiment.model
    columns = [scaler.transform(filled(name, values_of(name, bars))[0][-count:]) for name, scaler in run.inputs.items()]
    series = np.concatenate([run.series, np.column_stack(columns)])  # (D + A, F)
    windows = windows_of(series, model.window)[:-1]  # (N + A, T, F): the last one has no day after it
    if model.layout == "window":
        windows = windows[-count:]
    return predictions(run.weights, windows, model.layout)[-count:]


def _gone_on(run: Run, bars: pd.DataFrame, count: int) -> ForecastTask:
    """The run's task with the days after its end as further pairs; the training part is the same."""
    task = run.task
    closes = bars["close"].to_numpy(dtype=np.float64)[-count:]
    values = INPUTS["volatility"](bars)[-count:] if task.target == "volatility" else closes
    return replace(
        task,
        values=np.concatenate([task.values, values]),
        targets=np.concatenate([task.targets, len(task.values) + np.arange(count)]),
        closes=None if task.closes is None else np.concatenate([task.closes, closes]),
    )

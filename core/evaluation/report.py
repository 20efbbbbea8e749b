"""Everything the forecast page says about one run, in one call."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from core.config import Experiment
from core.evaluation.baselines import baselines
from core.evaluation.diagnosis import Badge, lag_badge, leak_badge, range_badge
from core.evaluation.sentence import Sentence
from core.evaluation.significance import Comparison, compare
from core.evaluation.verdict import Verdict, verdict
from core.run import Array, Run


@dataclass(frozen=True)
class Report:
    """Verdict on the test part, the model against each baseline (persistence first), and the three badges."""

    verdict: Verdict
    against: dict[str, Comparison]
    badges: tuple[Badge, Badge, Badge]  # lag, range, leak


def report(run: Run, clean: Run | None = None) -> Report:
    """Judge a run.

    Args:
        clean: the same experiment with scale_on="train", for the leak badge of a run with scale_on="all".
    """
    task, test = run.task, run.task.parts["test"]
    predicted: Array = run.prediction["predicted"].to_numpy(dtype=np.float64)
    actual, ours = task.actual[test], predicted[test]
    judged = verdict(actual, ours, task.previous[test])
    against = {
        name: Comparison(why=found) if isinstance(found, Sentence) else compare(actual, ours, found[test])
        for name, found in baselines(task).items()
    }
    series = run.scaler.inverse(run.series)
    trained = run.experiment.model.window + run.train_pairs
    found = (
        lag_badge(actual, ours, task.target, judged.kind),
        range_badge(series, trained, run.scaler, task.target),
        leak_badge(series, trained, run.scaler, run.metrics["test"], clean.metrics["test"] if clean else None),
    )
    lag, outside, leak = (_offered(badge, run.experiment) for badge in found)
    return Report(judged, against, (lag, outside, leak))


def _offered(badge: Badge, experiment: Experiment) -> Badge:
    """The badge without a cure that would change nothing."""
    if badge.cure and badge.cure.apply(experiment) == experiment:
        return replace(badge, cure=None)
    return badge

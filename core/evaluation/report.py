"""Everything the forecast page says about one run, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

import numpy as np

from core.evaluation.baselines import baselines
from core.evaluation.diagnosis import Badge, badges
from core.evaluation.significance import Comparison, compare
from core.evaluation.verdict import Verdict, verdict
from core.run import Run
from core.sentence import Sentence
from core.values import Array


@dataclass(frozen=True)
class Report:
    """Verdict on the test part, the model against each baseline (persistence first), and every badge."""

    verdict: Verdict
    against: dict[str, Comparison]
    badges: tuple[Badge, ...]


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
    return Report(judged, against, badges(run, judged.kind, clean))


def preload() -> None:
    """Import the statistics libraries now: over a second, and otherwise the first reader of a score waits for it."""
    for name in ("arch.bootstrap", "statsmodels.regression.linear_model", "statsmodels.tsa.stattools"):
        import_module(name)

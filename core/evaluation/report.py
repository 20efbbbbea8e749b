"""Everything the forecast page says about one run, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from core.evaluation.baselines import baselines
from core.evaluation.diagnosis import Badge, badges
from core.evaluation.significance import Comparison, compare
from core.evaluation.verdict import HARDER, Verdict, verdict
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
    rivals = {name: found if isinstance(found, Sentence) else found[test] for name, found in baselines(task).items()}
    judged = judge(task.target, actual, ours, rivals)
    known = {"persistence": judged.against, HARDER: judged.beside}  # each comparison takes a thousand resamplings
    against = {
        name: known.get(name) or _against(actual, ours, rival, name in nested_in(task.target))
        for name, rival in rivals.items()
    }
    return Report(judged, against, badges(run, judged.kind, clean))


def _against(actual: Array, predicted: Array, rival: Array | Sentence, nested: bool) -> Comparison:
    return Comparison(why=rival) if isinstance(rival, Sentence) else compare(actual, predicted, rival, nested)


def judge(target: str, actual: Array, predicted: Array, rivals: Mapping[str, Array | Sentence]) -> Verdict:
    """The verdict on predictions (n,) of a target, with its harder rival where it has one.

    Args:
        rivals: predictions (n,) of the baselines on the same days, by name, or why there are none.
    """
    previous, harder = rivals["persistence"], rivals.get(HARDER)
    assert not isinstance(previous, Sentence)
    har = None if isinstance(harder, Sentence) else harder
    return verdict(actual, predicted, previous, "persistence" in nested_in(target), har)


def nested_in(target: str) -> tuple[str, ...]:
    """Baselines that a network of this target becomes when its weights say nothing, or nothing but their mean.

    A network of returns with weights of zero forecasts no change, or the same change every day. One of prices or of
    ranges would have to be the identity, which no finite tanh network is.
    """
    return ("persistence", "drift") if target == "return" else ()


def preload() -> None:
    """Import the statistics libraries now: over a second, and otherwise the first reader of a score waits for it."""
    for name in ("arch", "arch.bootstrap", "statsmodels.regression.linear_model", "scipy.special"):
        import_module(name)

"""Scores of a model and of its baselines, on each part."""

from __future__ import annotations

from core.evaluation.baselines import baselines
from core.evaluation.measures import mean_change, scores, unscored
from core.sentence import Sentence
from core.values import Array, ForecastTask, Scores

ByPart = dict[str, Scores]


def evaluate(task: ForecastTask, predicted: Array) -> tuple[ByPart, dict[str, ByPart]]:
    """Score predictions (N,), in the units of `task.values`, and every baseline.

    Returns:
        part (of `task.parts`) -> Scores of the model; the same for each baseline by name.
    """
    return by_part(task, predicted), of_baselines(task)


def of_baselines(task: ForecastTask) -> dict[str, ByPart]:
    """Every baseline's Scores by its name, "train" and "test"."""
    return {
        name: {part: unscored(found, task.target) for part in task.parts}
        if isinstance(found, Sentence)
        else by_part(task, found)
        for name, found in baselines(task).items()
    }


def by_part(task: ForecastTask, predicted: Array) -> ByPart:
    """Scores of predictions (N,) on each part of the task."""
    unit = mean_change(task.known)
    return {
        part: scores(task.actual[pairs], predicted[pairs], task.previous[pairs], unit, task.target)
        for part, pairs in task.parts.items()
    }

"""Whether the parts of a run read from a file belong together: lengths, shapes and numbers of weights."""

from __future__ import annotations

import numpy as np

from core.config import ModelConfig
from core.costs import GATES
from core.film import FilmedRun
from core.run import Run
from core.values import Checkpoint, Weights


def weight_shapes(model: ModelConfig, inputs: int) -> dict[str, tuple[int, ...]]:
    """The weights of a network by PyTorch's names; inputs: F, values a day."""
    rows = GATES[model.cell] * model.hidden_size  # PyTorch's matrices hold one block of rows a gate
    width = inputs * (model.window if model.layout == "article" else 1)
    shapes: dict[str, tuple[int, ...]] = {}
    for layer in range(model.num_layers):
        shapes[f"weight_ih_l{layer}"] = (rows, model.hidden_size if layer else width)
        shapes[f"weight_hh_l{layer}"] = (rows, model.hidden_size)
        shapes[f"bias_ih_l{layer}"] = shapes[f"bias_hh_l{layer}"] = (rows,)
    return shapes | {"fc.weight": (1, model.hidden_size), "fc.bias": (1,)}


def check(run: Run) -> None:
    """Raises ValueError where one part of the run contradicts another."""
    pairs, days, window = len(run.prediction), len(run.series_dates), run.experiment.model.window
    task, shapes = run.task, weight_shapes(run.experiment.model, len(run.inputs))
    frames = [run.weights]
    if isinstance(run, FilmedRun):
        frames += [*run.film.frames, *_kept(run.checkpoint)]
        _hold(len(run.film.epochs) == len(run.film.frames) > 0)
        _hold(list(run.film.epochs) == sorted(set(run.film.epochs)))
    _hold(all({name: w.shape for name, w in frame.items()} == shapes for frame in frames))
    _hold(run.parameter_count == sum(weight.size for weight in run.weights.values()))
    _hold(len(run.inputs) > 0 and run.series.shape == (days, len(run.inputs)) and days == pairs + window)
    _hold(0 < run.train_pairs < pairs and task.train_pairs == run.train_pairs)
    _hold(0 <= task.validation_pairs < run.train_pairs)
    _hold((task.validation_pairs > 0) == (run.experiment.train.validation > 0))
    _hold(task.values.ndim == 1 and task.targets.shape == (pairs,))
    rows = [name for name, part in task.parts.items() for _ in range(part.stop - part.start)]
    _hold(run.prediction["part"].tolist() == rows)
    _hold(bool((task.targets >= 1).all() and (task.targets < len(task.values)).all()))
    _hold(task.closes is None or task.closes.shape == task.values.shape)
    _hold(task.target == run.experiment.train.target and task.window == window)
    _hold(set(run.metrics) == set(task.parts) == set(run.persistence_loss) and "persistence" in run.baselines)
    _hold(all(set(parts) == set(task.parts) for parts in run.baselines.values()))
    _hold(bool(np.isfinite(run.seconds)) and all(scaler.scale != 0 for scaler in run.inputs.values()))
    _hold(len(run.key) <= 64 and run.key.replace("-", "").isalnum() and run.key.isascii())  # it names files


def _kept(checkpoint: Checkpoint | None) -> list[Weights]:
    """The weights a checkpoint holds; its optimiser's means are as many."""
    if checkpoint is None:
        return []
    count = sum(weight.size for weight in checkpoint.weights.values())
    _hold(checkpoint.adam.mean.shape == checkpoint.adam.square.shape == (count,))
    return [checkpoint.weights, *([] if checkpoint.best is None else [checkpoint.best])]


def _hold(true: bool) -> None:
    if not true:
        raise ValueError("the parts of the run contradict each other")

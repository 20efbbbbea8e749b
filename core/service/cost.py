"""How long a task will take: a first guess from its size, corrected by what finished jobs really took."""

from __future__ import annotations

import math
from collections import deque
from statistics import median
from typing import Any

from core.config import Experiment
from core.service.registry import resolve, runner_of

UNKNOWN_SECONDS = 10.0  # for a task that cannot tell
REMEMBERED = 15  # finished jobs a kind; the median of so many is not moved by one busy minute

GATES = {"lstm": 4, "gru": 3, "rnn": 1}
FULL_BATCH_SECONDS = 1.5e-3  # an optimiser step and its bookkeeping, on one core of 2020's servers
STEP_SECONDS = 6e-5  # one time step of one layer, forward and backward, before any arithmetic
FLOPS_A_SECOND = 6e9  # small matrices on one core
FIXED_SECONDS = 0.3  # data set, baselines, metrics, transport


def experiment_outlook(experiment: Experiment, rows: int) -> tuple[int, float]:
    """Epochs, and a first guess of the seconds: optimiser steps x (fixed + time steps + multiplications)."""
    model, train = experiment.model, experiment.train
    pairs = max(1, int(rows * train.train_fraction) - model.window)
    batches = math.ceil(pairs / train.batch_size) if train.batch_size else 1
    article = model.layout == "article"
    inputs, steps = (model.window, rows) if article else (1, model.window)  # the article's time axis is the days
    width = model.hidden_size
    weights = GATES[model.cell] * width * (inputs + width + (model.num_layers - 1) * 2 * width)
    sequences = 1 if article else rows / batches  # of a batch; test losses ride along once an epoch
    step = steps * (model.num_layers * STEP_SECONDS + 6 * weights * sequences / FLOPS_A_SECOND)
    return train.epochs, FIXED_SECONDS + train.epochs * batches * (FULL_BATCH_SECONDS + step)


class CostModel:
    """estimate = the task's own guess x the median of (measured / guessed) over the last finished jobs of its kind."""

    def __init__(self) -> None:
        self._ratios: dict[str, deque[float]] = {}

    def outlook(self, task: Any, rows: int) -> tuple[int | None, float]:
        """How many records the task will make (None when unknown) and the estimated seconds."""
        steps, guess = _guess(task, rows)
        ratios = self._ratios.get(type(task).__name__)
        return steps, guess * (median(ratios) if ratios else 1.0)

    def learn(self, task: Any, rows: int, seconds: float) -> None:
        """Take in what a finished job took."""
        ratios = self._ratios.setdefault(type(task).__name__, deque(maxlen=REMEMBERED))
        ratios.append(max(seconds, 1e-3) / max(_guess(task, rows)[1], 1e-3))


def _guess(task: Any, rows: int) -> tuple[int | None, float]:
    outlook = runner_of(task).outlook
    if outlook is None:
        return None, UNKNOWN_SECONDS
    steps, seconds = resolve(outlook)(task, rows)
    return steps, float(seconds)

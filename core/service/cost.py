"""How long a task will take: a first guess from its size, corrected by what finished jobs really took."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Any

from core.config import Experiment
from core.service.registry import resolve, runner_of

UNKNOWN_SECONDS = 10.0  # for a task that cannot tell
SHORTEST_LESSON = 1.0  # seconds
REMEMBERED = 15  # finished jobs a kind; the median of so many is not moved by one busy minute

FIXED_SECONDS = 0.2  # data set, baselines, measures, transport
BATCH_SECONDS = 1e-3  # the optimiser and its bookkeeping, an optimiser step
MULTIPLICATION_SECONDS = 1e-11


@dataclass(frozen=True)
class _Cell:
    """What one cell costs on one core, forward and backward: benchmarks/service_cost.py measures it."""

    gates: int
    step: float  # seconds a time step of one layer, however few sequences; only the LSTM's steps are fused
    unit: float  # seconds more for each sequence and unit of it


_CELLS = {"lstm": _Cell(4, 2e-6, 4e-8), "gru": _Cell(3, 1.8e-4, 4.3e-8), "rnn": _Cell(1, 5.3e-5, 2.2e-8)}


def experiment_outlook(experiment: Experiment, rows: int) -> tuple[int, float]:
    """Epochs, and a first guess of the seconds: what each optimiser step, time step and sequence costs, added up."""
    model, train, cell = experiment.model, experiment.train, _CELLS[experiment.model.cell]
    pairs = max(1, rows - model.window)
    batches = math.ceil(pairs * train.train_fraction / train.batch_size) if train.batch_size else 1
    article = model.layout == "article"  # one sequence through all days, where windows are many short ones
    inputs, steps, sequences = (model.window, pairs, 1) if article else (1, model.window, pairs)
    width, layers = model.hidden_size, model.num_layers
    weights = cell.gates * width * (inputs + width + (layers - 1) * 2 * width)
    overhead = batches * (BATCH_SECONDS + layers * steps * cell.step)
    work = sequences * steps * (layers * width * cell.unit + 6 * weights * MULTIPLICATION_SECONDS)
    return train.epochs, FIXED_SECONDS + train.epochs * (overhead + work)


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
        """Take in what a finished job took; one over in a blink tells of its start and end, not of its length."""
        guess = _guess(task, rows)[1]
        if guess >= SHORTEST_LESSON:
            ratios = self._ratios.setdefault(type(task).__name__, deque(maxlen=REMEMBERED))
            ratios.append(max(seconds, 1e-3) / guess)


def _guess(task: Any, rows: int) -> tuple[int | None, float]:
    outlook = runner_of(task).outlook
    if outlook is None:
        return None, UNKNOWN_SECONDS
    steps, seconds = resolve(outlook)(task, rows)
    return steps, float(seconds)

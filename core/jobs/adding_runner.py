"""Training on the adding problem. Imported by workers only."""

from __future__ import annotations

import time
from collections.abc import Callable

import pandas as pd
import torch
from torch import Tensor, nn

from core.jobs.adding import BATCH, REPORT_EVERY, SOLVED, AddingRecord, AddingResult, AddingTask
from core.model import CELLS
from core.training import reproducible
from core.values import Cancelled, StopSignal, never

CLIP_AT = 1.0  # norm of the whole gradient (Pascanu, Mikolov, Bengio 2013)
WATCHED, FRESH = 500, 2000  # sequences for the growing curve, and for the final figure
_SEQUENCE_SEEDS = {"watched": 99, "fresh": 11}
_TRAINING_SEED = 1000  # added to the task's: training sequences are never the watched ones


class SigmoidRNN(nn.Module):
    """h_t = sigmoid(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh): nn.RNN with `activation` in tanh's place.

    Input (N, T, F), output (N, T, H), as nn.RNN with batch_first; same names, same first weights from the same seed.
    """

    def __init__(self, inputs: int, units: int, activation: Callable[[Tensor], Tensor] = torch.sigmoid) -> None:
        super().__init__()
        self.like = nn.RNN(inputs, units, batch_first=True)  # holds the weights; its own forward is never called
        self.activation = activation

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        weight_ih, weight_hh, bias_ih, bias_hh = self.like.all_weights[0]  # (H, F), (H, H), (H,), (H,)
        from_input = x @ weight_ih.T + bias_ih + bias_hh  # (N, T, H)
        h, states = from_input.new_zeros(len(x), len(weight_hh)), []
        for now in from_input.unbind(1):
            h = self.activation(now + h @ weight_hh.T)  # (N, H)
            states.append(h)
        return torch.stack(states, 1), h[None]


class Adder(nn.Module):
    """A recurrent layer and a linear head that reads its last output: (N, T, 2) -> (N,)."""

    def __init__(self, task: AddingTask) -> None:
        super().__init__()
        kind = CELLS.get(task.cell)
        self.rnn = kind(2, task.hidden_size, batch_first=True) if kind else SigmoidRNN(2, task.hidden_size)
        self.fc = nn.Linear(task.hidden_size, 1)

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = self.fc(self.rnn(x)[0][:, -1])[:, 0]  # (N, T, H) -> (N, H) -> (N,)
        return answer


def sequences(count: int, steps: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """x (N, T, 2): values in 0..1 and marks, one in each half; answers (N,): the sum of the two marked values."""
    values, marks = torch.rand(count, steps, generator=generator), torch.zeros(count, steps)
    rows, middle = torch.arange(count), steps // 2
    first = torch.randint(0, middle, (count,), generator=generator)
    second = torch.randint(middle, steps, (count,), generator=generator)
    marks[rows, first] = marks[rows, second] = 1.0
    return torch.stack([values, marks], 2), values[rows, first] + values[rows, second]


def run_adding(
    task: AddingTask,
    bars: pd.DataFrame | None = None,
    observe: Callable[[AddingRecord], None] | None = None,
    should_stop: StopSignal = never,
) -> AddingResult:
    """Train on fresh sequences until solved or `task.batches` are done; one record every 25 batches.

    Args:
        bars: not used; every runner of the service takes it.
        observe: called with each AddingRecord as it comes.
        should_stop: asked before every batch; true raises Cancelled.

    Adam, mean squared error, gradients clipped at norm 1. The same task gives the same result on one machine.

    Raises:
        Cancelled: nobody wants the result any more.
    """
    del bars
    with reproducible(task.seed):
        return _train(Adder(task), task, observe, should_stop)


def _train(
    model: Adder, task: AddingTask, observe: Callable[[AddingRecord], None] | None, should_stop: StopSignal
) -> AddingResult:
    optimizer = torch.optim.Adam(model.parameters(), lr=task.rate)
    drawn = torch.Generator().manual_seed(_TRAINING_SEED + task.seed)
    watched = _fixed("watched", WATCHED, task.steps)
    records: list[AddingRecord] = []
    started = time.perf_counter()
    for batch in range(1, task.batches + 1):
        if should_stop():
            raise Cancelled
        train_loss = _step(model, optimizer, sequences(BATCH, task.steps, drawn))
        if batch % REPORT_EVERY == 0:
            seconds = time.perf_counter() - started
            record = AddingRecord(batch, train_loss, _error(model, watched), _variance(watched), seconds)
            records.append(record)
            if observe:
                observe(record)
            if record.test_loss < SOLVED:
                break
    fresh = _fixed("fresh", FRESH, task.steps)
    return AddingResult(task, tuple(records), _error(model, fresh), _variance(fresh), time.perf_counter() - started)


def _step(model: Adder, optimizer: torch.optim.Optimizer, batch: tuple[Tensor, Tensor]) -> float:
    x, answers = batch
    loss = nn.functional.mse_loss(model(x), answers)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(model.parameters(), CLIP_AT)
    optimizer.step()
    return float(loss.detach())


@torch.no_grad()
def _error(model: Adder, data: tuple[Tensor, Tensor]) -> float:
    return float(nn.functional.mse_loss(model(data[0]), data[1]))


def _variance(data: tuple[Tensor, Tensor]) -> float:
    return float(data[1].var(unbiased=False))


def _fixed(name: str, count: int, steps: int) -> tuple[Tensor, Tensor]:
    return sequences(count, steps, torch.Generator().manual_seed(_SEQUENCE_SEEDS[name]))

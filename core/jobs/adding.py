"""The adding problem: what is asked and what is told.

Hochreiter and Schmidhuber 1997, experiment 4, in the form of Bai, Kolter, Koltun 2018: T steps of a random value in
0..1 and a mark; two steps are marked, one in each half; the answer is the sum of the two marked values. Always
answering the mean scores the target's variance, 1/6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from core.config import Dials, choice, span
from core.values import Estimate

VARIANCE = 1 / 6  # of the sum of two uniform values, exactly
SETTINGS = {"lstm": (16, 1e-2), "gru": (16, 1e-2), "rnn": (32, 1e-3), "sigmoid": (32, 1e-3)}  # units, learning rate
BATCH = 64  # fresh sequences a training step
REPORT_EVERY = 25  # training steps
SOLVED = 0.002  # mean squared error on the watched sequences; a hundredth of the variance, roughly
_STEP_SECONDS = {"lstm": 3.5e-5, "gru": 1.3e-4, "rnn": 4.5e-5, "sigmoid": 1.3e-4}  # a time step of a batch, one core
_FIXED_SECONDS = 1e-3  # a training step's share that does not grow with T


@dataclass(frozen=True, kw_only=True)
class AddingTask(Dials):
    """One network on the adding problem. `learning_rate` None takes the rate the cell was tried with.

    `cell="sigmoid"` is a plain RNN whose tanh is swapped for a sigmoid, started from the same weights as `"rnn"`.
    """

    cell: str = choice("lstm", ("lstm", "gru", "rnn", "sigmoid"), "nn.LSTM, nn.GRU, nn.RNN, and nn.RNN with a sigmoid")
    steps: int = span(100, 4, 400, "steps", "two values to keep; beyond 400 a batch takes too long to watch")
    batches: int = span(2000, 25, 4000, "batches", "a lesson must end while a reader waits")
    learning_rate: float | None = span(None, 1e-5, 1.0, "", "Adam's step; None is the rate the cell was tried with")
    seed: int = span(0, 0, 2**31 - 1, "", "same seed, same weights, same sequences")

    runner: ClassVar[str] = "core.jobs.adding_runner:run_adding"

    @property
    def hidden_size(self) -> int:
        return SETTINGS[self.cell][0]

    @property
    def rate(self) -> float:
        return self.learning_rate if self.learning_rate is not None else SETTINGS[self.cell][1]

    def estimate(self, rows: int) -> Estimate:
        del rows
        seconds = self.batches * (_FIXED_SECONDS + self.steps * _STEP_SECONDS[self.cell])
        return Estimate(self.batches // REPORT_EVERY, seconds)


@dataclass(frozen=True)
class AddingRecord:
    """So many training steps done: mean squared errors on the last batch's and on the watched sequences; seconds.

    `variance` is that of the watched answers: what always answering their mean scores there.
    """

    batch: int
    train_loss: float
    test_loss: float
    variance: float
    seconds: float


@dataclass(frozen=True)
class AddingResult:
    """A finished training.

    Attributes:
        test_loss: mean squared error on sequences that were neither trained on nor watched.
        variance: of those sequences' answers: what always answering their mean scores.
    """

    task: AddingTask
    records: tuple[AddingRecord, ...]
    test_loss: float
    variance: float
    seconds: float

    @cached_property
    def share(self) -> float:
        """Test loss over variance: 1 is no better than always answering the mean, 0 is perfect."""
        return self.test_loss / self.variance

    @property
    def learnt_at(self) -> int | None:
        """Training steps until the watched error first fell below half the variance; None if it never did."""
        return next((record.batch for record in self.records if record.test_loss < record.variance / 2), None)

    @property
    def solved(self) -> bool:
        return self.records[-1].test_loss < SOLVED

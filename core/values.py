"""The plain values that pass between the rooms: no behaviour beyond what a reader of them needs.

Shapes: N pairs, D days, F inputs a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.sentence import Sentence

Array = NDArray[np.float64]
Weights = dict[str, NDArray[np.float32]]  # by PyTorch's own names: weight_ih_l0, ..., fc.weight, fc.bias


@dataclass(frozen=True)
class EpochRecord:
    """One epoch: mean losses in scaled units, seconds since the start, step size.

    The test loss is only watched, and None in an epoch in which it was not; the validation loss is None where nothing
    is held out.
    """

    epoch: int
    train_loss: float
    test_loss: float | None
    seconds: float
    learning_rate: float
    validation_loss: float | None = None


@dataclass(frozen=True, kw_only=True)
class FilmedEpoch(EpochRecord):
    """An epoch of which the film keeps a snapshot: the weights after its steps."""

    weights: Weights = field(compare=False, repr=False)


@dataclass(frozen=True)
class AdamState:
    """What Adam carries from step to step: how many it took, and its means of slopes and of their squares, (P,).

    P counts the weights, in the order of PyTorch's `parameters()`.
    """

    steps: int
    mean: NDArray[np.float32]
    square: NDArray[np.float32]


@dataclass(frozen=True)
class Checkpoint:
    """What it takes to train on from the end of a training.

    Attributes:
        epoch: the last one that was trained.
        seconds: what they took.
        compiled: whether they took the compiled path; only the same one goes on to the same bits.
        weights: after the last step, before patience puts the best ones back.
        adam: the optimiser.
        shuffles, noise: states of PyTorch's generators: of the batches, and of dropout.
        lowest, waited, best: with patience, the lowest validation loss, the epochs since, and its weights.
    """

    epoch: int
    seconds: float
    compiled: bool
    weights: Weights
    adam: AdamState
    shuffles: bytes
    noise: bytes
    lowest: float
    waited: int
    best: Weights | None

    @property
    def answer(self) -> Weights:
        """The weights the training ends with: the best ones with patience, else the last."""
        return self.weights if self.best is None else self.best

    @property
    def nbytes(self) -> int:
        """About what it takes in memory."""
        kept = [*self.weights.values(), *(self.best or {}).values(), self.adam.mean, self.adam.square]
        return sum(array.nbytes for array in kept) + len(self.shuffles) + len(self.noise)


Observer = Callable[[EpochRecord], None]
StopSignal = Callable[[], bool]  # asked before each piece of work; true: nobody wants the rest


class Cancelled(Exception):
    """Nobody wants this work any more."""


@dataclass(frozen=True)
class Estimate:
    """How long a task will take: records it makes at most (None when unknown), seconds on one core.

    The first `at_once` of the records tell of work that was done before, and come without being waited for.
    """

    steps: int | None
    seconds: float
    at_once: int = 0


def never() -> bool:
    """A stop signal that never stops."""
    return False


@dataclass(frozen=True)
class Scaler:
    """scaled = (value - offset) / scale, as fitted on `fitted_on` ("train" or "all") rows."""

    offset: float
    scale: float
    kind: str  # "minmax" or "standard"
    fitted_on: str

    def transform(self, values: Array) -> Array:
        return (values - self.offset) / self.scale

    def inverse(self, scaled: Array) -> Array:
        return scaled * self.scale + self.offset


def windows_of(series: Array, window: int) -> Array:
    """Every stretch of `window` rows of a series (D, F), oldest first: (D - window + 1, T=window, F), a view."""
    return np.lib.stride_tricks.sliding_window_view(series, window, axis=0).swapaxes(1, 2)


def as_days(windows: Array) -> Array:
    """Windows (N, T, F) as the article's layout reads them, one sequence through all days: (1, N, T*F)."""
    return windows.reshape(1, len(windows), -1)


@dataclass(frozen=True)
class ForecastTask:
    """N pairs of "everything up to one day" and "the value of the next day", oldest first.

    Attributes:
        values: the series that is scored, one a day (D,): closes for the targets "close" and "return" (a predicted
            return is scored as the price it leads to), log Parkinson ranges for "volatility".
        targets: row of `values` that each pair predicts (N,), at least 1.
        train_pairs: so many pairs come before the test part.
        target: "close", "return" or "volatility"; decides which baselines there are.
        window: days each prediction may look at; the order of the autoregression.
        closes: the closes of the same days (D,) where `values` are something else; None where they are not known.
        validation_pairs: the last so many of `train_pairs` are held out of training and scored by themselves.
    """

    values: Array
    targets: NDArray[np.int64]
    train_pairs: int
    target: str
    window: int = 10
    closes: Array | None = None
    validation_pairs: int = 0

    @property
    def fitted_pairs(self) -> int:
        """The pairs a model and its baselines are fitted on: the first so many."""
        return self.train_pairs - self.validation_pairs

    @property
    def actual(self) -> Array:
        """What happened, (N,)."""
        return self.values[self.targets]

    @property
    def previous(self) -> Array:
        """The last value known when each prediction is made, (N,): persistence."""
        return self.values[self.targets - 1]

    @property
    def known(self) -> Array:
        """All values up to the last training target: what a baseline may be fitted on."""
        return self.values[: self.targets[self.fitted_pairs - 1] + 1] if self.fitted_pairs else self.values[:0]

    def in_units(self, scaled: Array, scaler: Scaler) -> Array:
        """Scaled predictions (N,) in the units of `values`; a return becomes the price it leads to."""
        predicted = scaler.inverse(scaled)
        return self.previous * np.exp(predicted) if self.target == "return" else predicted

    @property
    def parts(self) -> dict[str, slice]:
        """The pairs of each part, in their order; "validation" only where it holds any."""
        held_out = {"validation": slice(self.fitted_pairs, self.train_pairs)} if self.validation_pairs else {}
        return {"train": slice(0, self.fitted_pairs), **held_out, "test": slice(self.train_pairs, len(self.targets))}


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How good n predictions are. A measure that cannot be computed is None, and `why[measure]` says the reason.

    Attributes:
        n: predictions scored.
        rmse, mae: in the units of the values.
        mape: share (0.01 is one per cent).
        qlike: of forecasts of log ranges, the loss of their variances (Patton 2011); 0 is perfect.
        r2: 1 - squared error / squared deviation from the mean of these n values.
        mase: MAE / MAE of persistence on the training series (Hyndman and Koehler 2006).
        theil_u2: relative errors against those of persistence (Theil 1966, the U2 of R's forecast::accuracy).
        direction: share of moves foreseen, among `calls`; days on which the value or the prediction stands still
            are left out, `still` counts them.
        direction_low, direction_high: its 95 % interval (Wilson 1927).
        skill: 1 - RMSE / RMSE of persistence; positive is better than "same as yesterday".
        why: measure -> reason it is None.
    """

    n: int
    rmse: float | None = None
    mae: float | None = None
    mape: float | None = None
    r2: float | None = None
    mase: float | None = None
    theil_u2: float | None = None
    direction: float | None = None
    direction_low: float | None = None
    direction_high: float | None = None
    calls: int = 0
    still: int = 0
    skill: float | None = None
    qlike: float | None = None
    why: Mapping[str, Sentence] = field(default_factory=dict)

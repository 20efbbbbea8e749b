"""What a finished training leaves behind: plain numbers, frozen, picklable, with no live module in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.config import Experiment

if TYPE_CHECKING:  # evaluation works on this module's Array
    from core.evaluation import ForecastTask, Scores

Array = NDArray[np.float64]


@dataclass(frozen=True)
class EpochRecord:
    """One epoch: mean losses in scaled units (test is only watched), seconds since the start, step size."""

    epoch: int
    train_loss: float
    test_loss: float
    seconds: float
    learning_rate: float
    validation_loss: float | None = None


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


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        key: digest of experiment and bars; the same everywhere (service, cache, link, file name).
        history: one EpochRecord an epoch.
        prediction: one row a pair: date, actual, predicted, persistence, part ("train" | "test"), in the target's own
            units: prices for close and return, log Parkinson range for volatility.
        task: what was to be forecast, in those units; baselines and tests of skill are worked out from it.
        metrics: "train" | "test" -> Scores of the model.
        baselines: name -> part -> Scores; "persistence" always, others by target.
        persistence_loss: part -> the training's own loss of "same as yesterday", in scaled units.
        weights: nn.LSTM's own names (weight_ih_l0, ...), fc.weight, fc.bias; float32.
        series: scaled values the windows are cut from, one a day; `series_dates` its days, (D,).
        scaler: how they were scaled.
    """

    key: str
    experiment: Experiment
    history: list[EpochRecord]
    prediction: pd.DataFrame
    task: ForecastTask
    metrics: dict[str, Scores]
    baselines: dict[str, dict[str, Scores]]
    persistence_loss: dict[str, float]
    weights: dict[str, NDArray[np.float32]]
    parameter_count: int
    series: Array
    series_dates: pd.DatetimeIndex
    scaler: Scaler
    train_pairs: int
    started: datetime
    seconds: float

    @property
    def windows(self) -> Array:
        """Scaled inputs, one window a pair, oldest day first: (N, window)."""
        window = self.experiment.model.window
        return np.lib.stride_tricks.sliding_window_view(self.series, window)[: len(self.prediction)]

    @property
    def test_pairs(self) -> int:
        return len(self.prediction) - self.train_pairs

    @property
    def split_date(self) -> pd.Timestamp:
        """The day of the first test target."""
        return pd.Timestamp(self.prediction["date"].iloc[self.train_pairs])


Observer = Callable[[EpochRecord], None]


class Cancelled(Exception):
    """Nobody wants this training any more."""

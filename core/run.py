"""What a finished training leaves behind: plain numbers, frozen, picklable, with no live module in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.config import Experiment
from core.values import Array, EpochRecord, ForecastTask, Scaler, Scores, Weights, windows_of


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        key: digest of experiment and bars; the same everywhere (service, cache, link, file name).
        history: one EpochRecord an epoch.
        prediction: one row a pair: date, actual, predicted, persistence, part ("train" | "validation" |
            "test"), in the target's own units: prices for close and return, log Parkinson range for volatility.
        task: what was to be forecast, in those units; baselines and tests of skill are worked out from it.
        metrics: "train" | "validation" | "test" -> Scores of the model; the second only where `validation` asks for it.
        baselines: name -> part -> Scores; "persistence" always, others by target.
        persistence_loss: part -> the training's own loss of "same as yesterday", in scaled units.
        weights: nn.LSTM's own names (weight_ih_l0, ...), fc.weight, fc.bias; float32.
        series: scaled inputs the windows are cut from, one row a day (D, F); `series_dates` its days, (D,).
        inputs: what the F columns hold and how each was scaled, in their order; the target's own series comes first.
        train_pairs: the pairs before the test part, the validation part among them: what all who read the test part ask
            for. `fitted_pairs` of them were trained on.
    """

    key: str
    experiment: Experiment
    history: list[EpochRecord]
    prediction: pd.DataFrame
    task: ForecastTask
    metrics: dict[str, Scores]
    baselines: dict[str, dict[str, Scores]]
    persistence_loss: dict[str, float]
    weights: Weights
    parameter_count: int
    series: Array
    series_dates: pd.DatetimeIndex
    inputs: dict[str, Scaler]
    train_pairs: int
    started: datetime
    seconds: float

    @property
    def windows(self) -> Array:
        """Scaled inputs, one window a pair, oldest day first: (N, T=window, F)."""
        return windows_of(self.series, self.experiment.model.window)[: len(self.prediction)]

    @property
    def scaler(self) -> Scaler:
        """How the target was scaled."""
        return next(iter(self.inputs.values()))

    @property
    def fitted_pairs(self) -> int:
        """The pairs that were trained on: those before the validation part, or before the test part without one."""
        return self.task.fitted_pairs

    @property
    def test_pairs(self) -> int:
        return len(self.prediction) - self.train_pairs

    @property
    def tested(self) -> pd.DataFrame:
        """The rows of `prediction` that are the test part."""
        return self.prediction.iloc[self.train_pairs :]

    @property
    def split_date(self) -> pd.Timestamp:
        """The day of the first test target."""
        return pd.Timestamp(self.prediction["date"].iloc[self.train_pairs])

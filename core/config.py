"""Every dial of the lab, once: default, bounds, unit and reason. Frozen values that check themselves.

`Experiment` (data, model, training) is the one value that decides a run; `PRESETS` are its four starting points.
How an experiment becomes a link and back is in `core.link`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from core import costs, input_names, sources
from core.dials import Choice as Choice
from core.dials import Dials as Dials
from core.dials import Span as Span
from core.dials import as_date as as_date
from core.dials import bounds as bounds
from core.dials import choice as choice
from core.dials import span as span
from core.errors import ConfigError
from core.sentence import N_
from core.values import Estimate


@dataclass(frozen=True, kw_only=True)
class DataQuery(Dials):
    """Which prices: a ticker, the dates (both inclusive, None = open), the source and the adjustment."""

    ticker: str = "AAPL"
    start: date | None = date(2019, 1, 1)
    end: date | None = None
    source: str = choice("auto", sources.names, "a source of core.sources, the best at hand, or a file")
    adjust: str = choice("none", ("none", "qfq", "hfq"), "as traded, front-adjusted, back-adjusted")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not re.fullmatch(r"[\w.\-^= ]{1,24}", str(self.ticker)):
            raise ConfigError(
                N_("ticker is {value}; a ticker has 1 to 24 letters, digits or dots, such as 000001.SH or AAPL."),
                field="ticker",
                value=self.ticker,
            )
        object.__setattr__(self, "start", as_date("start", self.start))
        object.__setattr__(self, "end", as_date("end", self.end))
        if self.start and self.end and self.start > self.end:
            raise ConfigError(
                N_("start is {value}, which lies after end, {end}; choose a start on or before the end."),
                field="start",
                value=self.start,
                end=self.end,
            )


CELL_NAMES = {"lstm": "LSTM", "gru": "GRU", "rnn": "RNN"}  # as everybody writes them, PyTorch's classes included


@dataclass(frozen=True, kw_only=True)
class ModelConfig(Dials):
    """The network. `layout="window"` reads (N, T=window, F), `"article"` (days, 1, window * F) as the article's code.

    `inputs` are names of core.input_names, as a tuple or with commas between: what is read beside the target's own
    series, which always comes first. Without any F is 1.
    """

    cell: str = choice("lstm", tuple(CELL_NAMES), "nn.LSTM, nn.GRU, nn.RNN (tanh)")
    layout: str = choice("window", ("window", "article"), "which axis is time")
    window: int = span(10, 2, 120, "days", "two days make a direction; 120 is half a year of trading")
    hidden_size: int = span(8, 1, 256, "units", "beyond 256 a daily series has fewer days than the model has weights")
    num_layers: int = span(2, 1, 4, "layers", "deeper stacks only cost time on daily data")
    dropout: float = span(0.0, 0.0, 0.9, "share", "between layers; 1 would pass nothing")
    forget_bias: float | None = span(
        None, -5.0, 10.0, "", "sum of PyTorch's two forget biases at the start; None leaves PyTorch's own"
    )
    inputs: tuple[str, ...] = field(default=(), metadata={"later": True})

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "inputs", input_names.names_of(self.inputs))


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Dials):
    """The training: what is predicted, on which part, for how long. `test_start` takes the fraction's place.

    `validation` is held out of training and scored; with patience it decides when to stop, in place of the last 15 %.
    """

    target: str = choice(
        "close", ("close", "return", "volatility"), "next close, next log return, next log Parkinson range"
    )
    scale_on: str = choice("train", ("train", "all"), "'all' leaks the test part into the scaler, as the article does")
    train_fraction: float = span(0.7, 0.1, 0.95, "share", "both parts need enough pairs to mean something")
    test_start: date | None = None
    validation: float = span(
        0.0,
        0.0,
        0.5,
        "share",
        "of the pairs before the test part, their last days; half of them must train",
        later=True,
    )
    epochs: int = span(200, 1, 1000, "epochs", "a run must end while a visitor watches")
    batch_size: int | None = span(None, 8, 4096, "pairs", "None is full batch")
    learning_rate: float = span(1e-2, 1e-5, 1.0, "", "Adam's step; above 1 nothing converges")
    schedule: str = choice("constant", ("constant", "onecycle"), "learning rate over the run")
    loss: str = choice("mse", ("mse", "huber"), "squared error, or linear beyond one standard deviation")
    patience: int | None = span(None, 1, 1000, "epochs", "stop after so many epochs without a better validation loss")
    seed: int = span(0, 0, 2**31 - 1, "", "same seed, same weights")

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "test_start", as_date("test_start", self.test_start))


@dataclass(frozen=True, kw_only=True)
class Experiment(Dials):
    """Everything that decides a run, apart from the prices themselves; also the training service's main task."""

    runner: ClassVar[str] = "core.experiment:run_experiment"
    keeper: ClassVar[str] = "core.run_file"

    data: DataQuery = DataQuery()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()

    def __post_init__(self) -> None:
        """The target's own series is read anyway: named among the inputs it would be another key of the same run."""
        super().__post_init__()
        input_names.read_by(self.train.target, self.model.inputs)
        if (further := input_names.without_own(self.train.target, self.model.inputs)) != self.model.inputs:
            object.__setattr__(self, "model", self.model.replace(inputs=further))

    @property
    def reads(self) -> tuple[str, ...]:
        """What the network reads each day by name, F of them, the target's own series first."""
        return input_names.read_by(self.train.target, self.model.inputs)

    def estimate(self, rows: int) -> Estimate:
        """Epochs, and a first guess of the seconds for a training on `rows` days."""
        model, train, pairs = self.model, self.train, max(1, rows - self.model.window)
        article = model.layout == "article"  # one sequence through all days, where windows are many short ones
        epoch = costs.Epoch(
            cell=model.cell,
            compiled=not (model.dropout and model.num_layers > 1),  # as far as can be told from here
            inputs=len(self.reads) * (model.window if article else 1),
            hidden_size=model.hidden_size,
            num_layers=model.num_layers,
            steps=pairs if article else model.window,
            sequences=1 if article else pairs,
            batches=math.ceil(pairs * train.train_fraction * (1 - train.validation) / train.batch_size)
            if train.batch_size
            else 1,
        )
        return Estimate(train.epochs, costs.FIXED_SECONDS + train.epochs * epoch.seconds)


_MINI_BATCHES = TrainConfig(batch_size=64, learning_rate=5e-3, schedule="onecycle")

PRESETS: dict[str, Experiment] = {
    "article": Experiment(model=ModelConfig(layout="article"), train=TrainConfig(scale_on="all")),
    "corrected": Experiment(),
    "returns": Experiment(train=_MINI_BATCHES.replace(target="return", epochs=20)),
    "volatility": Experiment(
        model=ModelConfig(window=22, hidden_size=16, num_layers=1),
        train=_MINI_BATCHES.replace(target="volatility", epochs=12),
    ),
}
DEFAULT_PRESET = "corrected"

"""A few real runs of one small grid, trained once."""

from __future__ import annotations

import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.run import Run
from core.whatif.outcome import Row, row_of
from core.whatif.plan import Plan

BASE = Experiment(
    model=ModelConfig(window=5, hidden_size=4, num_layers=1),
    train=TrainConfig(target="return", epochs=3, validation=0.2, batch_size=64),
)


@pytest.fixture(scope="session")
def some_bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:400]


@pytest.fixture(scope="session")
def runs(some_bars: pd.DataFrame) -> list[Run]:
    plan = Plan({"hidden": (2, 4), "seed": (0, 1, 2)})
    return [run_experiment(each, some_bars) for each in plan.experiments(BASE)]


@pytest.fixture(scope="session")
def rows(runs: list[Run], some_bars: pd.DataFrame) -> list[Row]:
    return [row_of(run.experiment, some_bars, run) for run in runs]

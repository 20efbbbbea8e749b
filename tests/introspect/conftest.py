"""Networks with random weights, and finished runs on a random walk."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.model import Regressor
from core.run import Run


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(params=["lstm", "gru", "rnn"])
def cell(request) -> str:
    return request.param


@pytest.fixture(params=["window", "article"])
def layout(request) -> str:
    return request.param


@pytest.fixture(params=[1, 2, 3, 4], ids="{}layers".format)
def num_layers(request) -> int:
    return request.param


@pytest.fixture(params=[1, 2, 5, 12])
def inputs(request: pytest.FixtureRequest) -> int:
    """F, numbers a step."""
    return request.param


@pytest.fixture
def bars() -> pd.DataFrame:
    """60 trading days of a random walk."""
    close = 100 + np.cumsum(np.random.default_rng(3).normal(0, 1, 60))
    days = pd.date_range("2024-01-01", periods=len(close), freq="B", name="date")
    return pd.DataFrame({"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": 1.0}, index=days)


@pytest.fixture
def make_run(bars):
    """make_run(cell=..., layout=..., loss=...) -> (a Run whose gates move, the float64 module of the same weights)."""

    def make(loss: str = "mse", target: str = "close", **dials) -> tuple[Run, Regressor]:
        model = ModelConfig(**{"window": 7, "hidden_size": 5, "num_layers": 2} | dials)
        run = run_experiment(Experiment(model=model, train=TrainConfig(epochs=1, loss=loss, target=target)), bars)
        run = dataclasses.replace(run, weights={name: 2 * weight for name, weight in run.weights.items()})
        module = Regressor(model).double().eval()
        own = {name if name.startswith("fc") else f"rnn.{name}": w for name, w in run.weights.items()}
        module.load_state_dict({name: torch.from_numpy(weight).double() for name, weight in own.items()})
        return run, module

    return make

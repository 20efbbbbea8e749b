"""One trained run and its prices, for every file that is made of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pandas as pd
import pytest

from core.config import PRESETS, DataQuery
from core.digest import digest
from core.experiment import run_experiment
from core.film import FilmedRun


@pytest.fixture(scope="session")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:300].copy()


@pytest.fixture(scope="session")
def run(bars: pd.DataFrame) -> FilmedRun:
    base = PRESETS["corrected"].replace(data=DataQuery(ticker="AAPL", source="sample", end="2020-03-11"))
    return run_experiment(base.replace(train=base.train.replace(epochs=6)), bars)


@pytest.fixture(scope="session")
def named(bars: pd.DataFrame) -> Callable[[str], tuple[FilmedRun, pd.DataFrame]]:
    """A run whose ticker and whose further column have a name that no dial would let in: each file is its own judge."""
    base = PRESETS["corrected"].replace(data=DataQuery(ticker="T", source="upload", start=None))
    model = base.model.replace(inputs=("column:x",), window=5, hidden_size=3, num_layers=1)
    held = bars.iloc[:120].assign(**{"column:x": bars["close"].iloc[:120].pct_change().fillna(0.0)})
    whole = run_experiment(base.replace(model=model, train=base.train.replace(epochs=2)), held)

    def called(name: str) -> tuple[FilmedRun, pd.DataFrame]:
        experiment, column = whole.experiment, f"column:{name}"
        odd = dataclasses.replace(experiment, data=experiment.data.replace(), model=experiment.model.replace())
        object.__setattr__(odd.data, "ticker", name)
        object.__setattr__(odd.model, "inputs", (column,))
        renamed = held.rename(columns={"column:x": column})
        inputs = {key if key == "close" else column: scaler for key, scaler in whole.inputs.items()}
        return dataclasses.replace(whole, experiment=odd, inputs=inputs, key=digest(odd, renamed)), renamed

    return called

"""The figures that the project must reproduce, on the real index."""

import numpy as np
import pandas as pd

from core.config import PRESETS
from core.dataset import build_dataset
from core.evaluation.evaluate import evaluate
from core.evaluation.published import comparable, on_published_window
from core.evaluation.task import annualised, pairs_of


def test_persistence_and_autoregression_on_the_articles_window(index_bars):
    close = index_bars.loc["2019-01-02":"2023-03-13", "close"]
    task = pairs_of(close.to_numpy(), window=10, train_pairs=704, target="close")
    model, others = evaluate(task, task.previous)
    test = others["persistence"]["test"]
    assert close.index[task.targets[704]] == pd.Timestamp("2021-12-10")
    assert (others["persistence"]["train"].n, test.n) == (704, 303)
    assert (round(test.rmse, 3), round(test.mae, 3)) == (33.766, 24.678)
    assert (round(100 * test.mape, 4), round(test.r2, 5)) == (0.7659, 0.96087)
    assert test.skill == 0
    assert model == others["persistence"]
    assert round(others["ar"]["test"].rmse, 2) == 33.88


def test_persistence_on_the_published_tables_window(index_bars):
    close = index_bars.loc["1991-07-01":"2020-08-31", "close"].to_numpy()
    task = pairs_of(close, window=10, train_pairs=len(close) - 11 - 500, target="return", first_value=1)
    test = evaluate(task, task.previous)[1]["persistence"]["test"]
    assert (test.n, round(test.mae, 3), round(test.rmse, 3), round(test.r2, 5)) == (500, 26.075, 38.060, 0.96776)


def test_volatility_baselines(index_bars):
    days = index_bars.loc["2018-01-02":]
    values = np.log(np.log(days["high"] / days["low"]) / np.sqrt(4 * np.log(2))).to_numpy()
    task = pairs_of(values, window=22, train_pairs=int(0.7 * (len(values) - 22)), target="volatility")
    found = evaluate(task, task.previous)[1]
    unit = task.known.std()  # the published figures are in standard deviations of the training part
    assert {name: round(by_part["test"].rmse / unit, 3) for name, by_part in found.items()} == {
        "persistence": 1.090,
        "ewma": 0.919,
        "har": 0.896,
    }


def test_the_published_window_is_the_last_500_days(index_bars):
    experiment = on_published_window(PRESETS["returns"])
    data = build_dataset(experiment, index_bars.loc[str(experiment.data.start) : str(experiment.data.end)])
    assert len(data.targets) - data.train_pairs == 500
    assert len(data.closes) == 7127
    assert comparable(experiment)
    assert not comparable(PRESETS["returns"])


def test_annualised_volatility_of_a_known_random_walk():
    """Parkinson's range of a finely stepped Brownian motion with 20 % a year estimates 20 %, a little low."""
    steps = np.random.default_rng(0).normal(0, 0.2 / np.sqrt(252 * 1000), (2000, 1000))
    paths = np.cumsum(steps, axis=1)
    spans = np.maximum(paths.max(axis=1), 0) - np.minimum(paths.min(axis=1), 0)
    per_year = annualised(np.log(spans / np.sqrt(4 * np.log(2))))
    assert 0.19 < np.sqrt((per_year**2).mean()) < 0.202

"""Baselines against independent estimators, and what keeps them honest."""

from dataclasses import replace

import numpy as np
import pytest
from arch.univariate import HARX

from core.evaluation.baselines import baselines
from core.evaluation.evaluate import evaluate
from core.evaluation.task import pairs_of
from core.sentence import Sentence


@pytest.fixture
def ranges():
    """A persistent series, as log ranges are."""
    noise = np.random.default_rng(5).normal(size=500)
    values = [-4.5]
    for shock in noise[1:]:
        values.append(-1.8 + 0.6 * values[-1] + 0.3 * shock)
    return np.array(values)


def test_autoregression_is_least_squares_on_the_training_part(walk):
    task = pairs_of(walk, window=5, train_pairs=400, target="close")
    rows = np.column_stack([np.ones(595), *[walk[5 - lag : 600 - lag] for lag in range(1, 6)]])
    weights = np.linalg.lstsq(rows[:400], walk[5:405], rcond=None)[0]
    np.testing.assert_allclose(baselines(task)["ar"], rows @ weights, rtol=1e-6)


def test_autoregression_of_returns_predicts_the_price_its_return_leads_to(walk):
    task = pairs_of(walk, window=3, train_pairs=400, target="return", first_value=1)
    moves = np.diff(np.log(walk))
    rows = np.column_stack([np.ones(596), *[moves[3 - lag : 599 - lag] for lag in range(1, 4)]])
    weights = np.linalg.lstsq(rows[:400], moves[3:403], rcond=None)[0]
    np.testing.assert_allclose(baselines(task)["ar"], walk[3:-1] * np.exp(rows @ weights), rtol=1e-9)


def test_har_agrees_with_the_arch_package(ranges):
    task = pairs_of(ranges, window=22, train_pairs=300, target="volatility")
    weights = np.asarray(HARX(task.known, lags=[1, 5, 22], rescale=False).fit(disp="off").params)[:4]
    means = [np.convolve(ranges, np.ones(days) / days)[21 : len(ranges) - 1] for days in (1, 5, 22)]
    np.testing.assert_allclose(baselines(task)["har"], weights @ [np.ones(478), *means], rtol=1e-6)


def test_exponential_mean_is_the_recursion(ranges):
    task = pairs_of(ranges, window=22, train_pairs=300, target="volatility")
    level, levels = ranges[0], []
    for value in ranges:
        level = 0.85 * level + 0.15 * value
        levels.append(level)
    np.testing.assert_allclose(baselines(task)["ewma"], np.array(levels)[task.targets - 1], rtol=1e-9)


def test_drift_goes_straight_on(walk):
    line, growth = 10 + 2.0 * np.arange(100), 10 * 1.01 ** np.arange(100)
    for values, target in ((line, "close"), (growth, "return")):
        task = pairs_of(values, window=4, train_pairs=50, target=target)
        np.testing.assert_allclose(baselines(task)["drift"], task.actual, rtol=1e-9)


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_baselines_learn_nothing_from_the_test_part(walk, target):
    task = pairs_of(walk, window=10, train_pairs=400, target=target, first_value=1)
    other = walk.copy()
    other[task.targets[400] :] *= 1.7  # every price of the test part
    changed = baselines(replace(task, values=other))
    for name, predicted in baselines(task).items():
        np.testing.assert_array_equal(predicted[:400], changed[name][:400])
        assert not np.array_equal(predicted[401:], changed[name][401:])


@pytest.mark.parametrize(
    ("values", "window", "target", "missing"),
    [
        (np.linspace(90, 110, 20) + np.arange(20) % 3, 10, "close", {"ar"}),
        (np.linspace(-5, -4, 20) + np.arange(20) % 3, 10, "volatility", {"har"}),
        (np.full(200, 50.0), 10, "close", {"ar"}),
        (np.full(200, 50.0), 10, "return", {"ar"}),
        (np.full(200, -4.0), 10, "volatility", {"har"}),
        (10 * 1.01 ** np.arange(200), 10, "return", {"ar"}),
    ],
    ids=["short prices", "short ranges", "constant prices", "constant returns", "constant ranges", "steady growth"],
)
def test_a_baseline_that_cannot_be_fitted_says_why(values, window, target, missing):
    task = pairs_of(values, window, int(0.7 * (len(values) - window)), target, first_value=int(target == "return"))
    found = baselines(task)
    assert {name for name, predicted in found.items() if isinstance(predicted, Sentence)} == missing
    by_part = evaluate(task, task.previous)[1]
    assert all(by_part[name]["test"].rmse is None for name in missing)
    assert {str(by_part[name]["test"].why["rmse"]) for name in missing} == {str(found[name]) for name in missing}

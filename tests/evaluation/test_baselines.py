"""Baselines against independent estimators, and what keeps them honest."""

from dataclasses import replace

import numpy as np
import pytest
from arch import arch_model
from arch.univariate import HARX

from core.config import PRESETS
from core.evaluation.baselines import baselines
from core.evaluation.evaluate import evaluate
from core.evaluation.task import pairs_of
from core.experiment import run_experiment
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


@pytest.fixture
def clustered():
    """Closes whose moves come from a GARCH(1,1), and log ranges that follow its volatility with noise: 1,500 days."""
    random, variance, moves, logs = np.random.default_rng(6), 1.0, [], []
    for _ in range(1500):
        logs.append(0.5 * np.log(variance) - 4.9 + 0.3 * random.normal())
        moves.append(0.03 + np.sqrt(variance) * random.normal())
        variance = 0.05 + 0.1 * (moves[-1] - 0.03) ** 2 + 0.85 * variance
    closes = 50 * np.exp(np.cumsum(moves) / 100)
    return replace(pairs_of(np.array(logs), 22, 1000, "volatility"), closes=closes)


def test_garch_is_the_one_step_forecast_of_the_arch_package(clustered):
    """Its own forecasts from parameters of the training part, in logarithms, and a mean difference of zero there."""
    known = len(clustered.known)
    moves = np.diff(np.log(clustered.closes))
    fitted = arch_model(moves / moves[: known - 1].std(), rescale=False).fit(last_obs=known - 1, disp="off")
    ahead = fitted.forecast(horizon=1, start=known - 2, reindex=False).variance.to_numpy()[:, 0]
    found = baselines(clustered)["garch"]
    logs = 0.5 * np.log(ahead)  # entry 0 is the forecast of move known - 1: the first of the test part
    ours = found[1000:]
    np.testing.assert_allclose(ours - ours[0], logs[: len(ours)] - logs[0], atol=1e-4)
    assert np.mean(found[:1000] - clustered.actual[:1000]) == pytest.approx(0, abs=1e-9)


def test_garch_is_the_best_forecast_of_its_own_world(clustered):
    """Where ranges follow a GARCH, it beats every other baseline, and persistence by far."""
    found = {name: by_part["test"] for name, by_part in evaluate(clustered, clustered.previous)[1].items()}
    assert min(found, key=lambda name: found[name].rmse) == "garch"
    assert min(found, key=lambda name: found[name].qlike) == "garch"
    assert found["garch"].rmse == pytest.approx(0.3, rel=0.1)  # the noise that was put in


def test_garch_does_not_mind_the_price_s_unit_and_sees_no_later_close(clustered):
    ours = baselines(clustered)["garch"]
    other = baselines(replace(clustered, closes=1e-7 * clustered.closes))["garch"]
    np.testing.assert_allclose(ours, other, atol=1e-4)
    later = clustered.closes.copy()
    later[clustered.targets[1100] :] *= np.linspace(1.1, 3, len(later) - clustered.targets[1100])
    values = clustered.values.copy()
    values[clustered.targets[1100] :] += 2
    changed = baselines(replace(clustered, closes=later, values=values))["garch"]
    np.testing.assert_array_equal(ours[:1101], changed[:1101])
    assert not np.array_equal(ours[1101:], changed[1101:])


def test_a_run_on_volatility_brings_its_closes_along(sample_bars):
    preset = PRESETS["volatility"]
    run = run_experiment(preset.replace(train=preset.train.replace(epochs=1)), sample_bars)
    np.testing.assert_array_equal(run.task.closes[run.task.targets], sample_bars.loc[run.prediction["date"], "close"])
    found = {name: by_part["test"].rmse for name, by_part in run.baselines.items()}
    assert found["har"] < found["garch"] < found["persistence"]


@pytest.mark.parametrize("closes", ["none", "still", "steady", "mostly still", "one jump"])
def test_garch_gives_numbers_or_says_why(clustered, closes):
    random, days = np.random.default_rng(0), 1500
    made = {
        "none": None,
        "still": np.full(days, 7.0),
        "steady": 10 * 1.001 ** np.arange(days),
        "mostly still": 10 * np.exp(np.cumsum((random.random(days) < 0.02) * random.normal(0, 0.01, days))),
        "one jump": 10 * np.exp(np.cumsum((np.arange(days) == 300) * 1.5)),
    }[closes]
    found = baselines(replace(clustered, closes=made))["garch"]
    if closes in ("none", "still", "steady"):
        assert isinstance(found, Sentence)
    assert isinstance(found, Sentence) or np.isfinite(found).all()


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_baselines_learn_nothing_from_the_test_part(walk, target):
    task = pairs_of(walk, window=10, train_pairs=400, target=target, first_value=1)
    other = walk.copy()
    other[task.targets[400] :] *= 1.7  # every price of the test part
    task = replace(task, closes=walk)
    changed = baselines(replace(task, values=other, closes=other))
    for name, predicted in baselines(task).items():
        np.testing.assert_array_equal(predicted[:400], changed[name][:400])
        assert not np.array_equal(predicted[401:], changed[name][401:])


@pytest.mark.parametrize(
    ("values", "window", "target", "missing"),
    [
        (np.linspace(90, 110, 20) + np.arange(20) % 3, 10, "close", {"ar"}),
        (np.linspace(-5, -4, 20) + np.arange(20) % 3, 10, "volatility", {"har", "garch"}),
        (np.full(200, 50.0), 10, "close", {"ar"}),
        (np.full(200, 50.0), 10, "return", {"ar"}),
        (np.full(200, -4.0), 10, "volatility", {"har", "garch"}),
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

"""The arena: who may say to have won, on series whose best forecast is known."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from core.evaluation.arena import AHEAD, BEHIND, BESIDE, LEVEL, UNKNOWN, Contestant, arena, at_level
from core.evaluation.baselines import baselines, har
from core.evaluation.clark_west import clark_west
from core.evaluation.luck import confidence_set
from core.evaluation.measures import qlike
from core.evaluation.significance import diebold_mariano
from core.evaluation.task import pairs_of
from core.values import ForecastTask

HAR = (-0.9, 0.25, 0.35, 0.2)  # constant, a day, a week, a month: about what daily ranges of a large stock give


@pytest.fixture(scope="module")
def ranges() -> tuple[ForecastTask, np.ndarray]:
    """Log ranges of a known HAR process, as of 600519, and its own forecasts."""
    random, days = np.random.default_rng(11), 1600
    values = np.full(days, HAR[0] / (1 - sum(HAR[1:])))
    mean = values.copy()
    for day in range(22, days):
        week, month = values[day - 5 : day].mean(), values[day - 22 : day].mean()
        mean[day] = HAR[0] + HAR[1] * values[day - 1] + HAR[2] * week + HAR[3] * month
        values[day] = mean[day] + random.normal(0, 0.35)
    task = pairs_of(values, 22, 1000, "volatility")
    closes = 100 * np.exp(np.cumsum(np.exp(values) * random.normal(size=days)))
    return ForecastTask(values, task.targets, 1000, "volatility", 22, closes), mean[task.targets]


def contestant(name, predicted, seconds=1.0):
    return Contestant(name, predicted, seconds)


def noisy(predicted, spread, seed=0):
    return predicted + np.random.default_rng(seed).normal(0, spread, size=len(predicted))


def test_where_har_is_the_truth_it_wins_and_the_networks_are_behind(ranges):
    task, truth = ranges
    found = arena(task, [contestant(cell, noisy(truth, 0.2, seed)) for seed, cell in enumerate(("lstm", "gru", "rnn"))])
    assert found.leader.name == found.best_baseline == "har"
    assert found.outcome == BEHIND
    assert found.together == ("har",)
    assert [place.in_set for place in found.places] == [True] + [False] * 6
    assert {place.name for place in found.places if place.trained} == {"lstm", "gru", "rnn"}


def test_a_network_that_differs_from_har_by_chance_has_neither_won_nor_lost(ranges):
    """What chance adds and what it takes away: whichever of both happens to err less, nobody may say to have won."""
    task, _truth = ranges
    by_chance = np.random.default_rng(1).normal(0, 0.005, size=len(task.actual))
    seen = {}
    for sign in (1, -1):
        found = arena(task, [contestant("lstm", har(task) + sign * by_chance)])
        assert set(found.together) == {"lstm", "har"}
        assert found.leader.name in ("lstm", "har")
        seen[found.leader.name] = found.outcome
    assert seen == {"lstm": LEVEL, "har": BESIDE}


def test_a_network_that_knows_more_than_every_baseline_is_ahead(ranges):
    task, _truth = ranges
    found = arena(task, [contestant("lstm", noisy(task.actual, 0.1)), contestant("rnn", task.previous + 1.0)])
    assert found.outcome == AHEAD
    assert found.together == ("lstm",)
    assert found.places[-1].name == "rnn"


def test_every_figure_is_its_own_functions(ranges):
    task, truth = ranges
    network, test = noisy(truth, 0.05), task.parts["test"]
    found, actual = arena(task, [contestant("lstm", network, 2.5)]), task.actual[test]
    place = found.of("lstm")
    assert place.rmse == pytest.approx(np.sqrt(np.mean((network[test] - actual) ** 2)))
    assert place.seconds == 2.5
    assert found.of("har").seconds is None
    theirs = diebold_mariano(actual, network[test], har(task)[test])
    assert place.against.test.statistic == theirs.statistic
    assert found.of("har").against is None
    assert place.nested is None  # of ranges "no change" is no special case
    assert {each.name for each in found.places} == {"lstm", "persistence", "ewma", "har", "garch"}


def test_returns_are_asked_by_clark_and_west_and_the_set_is_the_published_one(walk):
    task = pairs_of(walk, 10, 400, "return", first_value=1)
    network, test = task.previous * 1.001, task.parts["test"]
    found = arena(task, [contestant("lstm", network)])
    actual, previous = task.actual[test], task.previous[test]
    assert found.of("lstm").nested.statistic == clark_west(actual, network[test], previous).statistic
    assert found.of("drift").nested is not None
    assert found.of("persistence").nested is None
    every = {"lstm": network, **baselines(task)}
    losses = pd.DataFrame({name: (each[test] - actual) ** 2 for name, each in every.items()})
    assert found.together == confidence_set(losses).included
    closes = arena(pairs_of(walk, 10, 400, "close"), [contestant("lstm", walk[10:])])
    assert closes.of("lstm").nested is None  # no finite network of prices is "same as yesterday"
    assert closes.of("ar").nested is not None


def test_the_level_is_what_a_regression_on_a_constant_would_set(ranges):
    """exp(2 c) is the mean of exp(2 (actual - v)): least squares on a constant alone; and no other c has less QLIKE."""
    task, truth = ranges
    train = task.parts["train"]
    shifted = at_level(task, truth + 0.7)
    gaps = np.exp(2 * (task.actual - truth - 0.7)[train])
    constant = OLS(gaps, np.ones(len(gaps))).fit().params[0]
    assert shifted - truth == pytest.approx(0.7 + 0.5 * np.log(constant))
    assert at_level(task, truth - 3.0) == pytest.approx(shifted)  # whatever level it came with
    least = qlike(task.actual[train], shifted[train])
    for step in (-0.02, 0.02):
        assert qlike(task.actual[train], shifted[train] + step) > least


def test_a_forecast_that_lies_too_high_is_not_rewarded(ranges):
    """Plain QLIKE prefers the truth plus something, as exp of a mean logarithm is too low; at level it does not."""
    task, truth = ranges
    test = task.parts["test"]
    high = truth + 0.1
    assert qlike(task.actual[test], high[test]) < qlike(task.actual[test], truth[test])
    found = arena(task, [contestant("lstm", truth), contestant("gru", high)])
    assert found.of("lstm").qlike == pytest.approx(found.of("gru").qlike)
    assert found.of("lstm").rmse < found.of("gru").rmse


def test_what_cannot_be_told_is_said(walk):
    short = arena(pairs_of(walk[:40], 10, 15, "close"), [contestant("lstm", walk[10:40])])
    assert short.outcome == UNKNOWN
    assert not short.together
    assert "30" in str(short.why)
    assert all(place.in_set is None for place in short.places)
    assert {p.name for p in short.places if p.rmse is None} == {"ar"}  # its regression needs more days
    assert all(place.why for place in short.places)  # 15 training days give no interval of 95 %
    astray = arena(pairs_of(walk, 10, 400, "close"), [contestant("lstm", np.full(590, np.nan))])
    assert astray.places[-1].name == "lstm"
    assert "not a usable number" in str(astray.places[-1].why[0])
    assert astray.outcome == BEHIND


def test_without_networks_the_baselines_stand_alone(walk):
    found = arena(pairs_of(walk, 10, 400, "close"), [])
    assert {place.name for place in found.places} == {"persistence", "drift", "ar"}
    assert found.outcome == BEHIND

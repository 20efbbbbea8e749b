"""Measures against published worked examples, independent libraries and their own laws."""

import dataclasses

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from statsmodels.tools import eval_measures

from core.evaluation.evaluate import evaluate
from core.evaluation.measures import MEASURES, mean_change, measures_of, scores, wilson
from core.evaluation.task import pairs_of


@pytest.fixture
def noisy():
    random = np.random.default_rng(3)
    actual = 50 + np.cumsum(random.normal(size=201))
    return actual[1:], actual[1:] + random.normal(size=200), actual[:-1]


def test_errors_agree_with_statsmodels(noisy):
    actual, predicted, previous = noisy
    found = scores(actual, predicted, previous)
    assert found.rmse == pytest.approx(eval_measures.rmse(actual, predicted), rel=1e-12)
    assert found.mae == pytest.approx(eval_measures.meanabs(actual, predicted), rel=1e-12)


def test_r2_of_a_fitted_line_is_the_regressions_own(noisy):
    actual, _, previous = noisy
    line = sm.OLS(actual, sm.add_constant(previous)).fit()
    assert scores(actual, line.fittedvalues, previous).r2 == pytest.approx(line.rsquared, rel=1e-9)


def test_theil_u2_of_a_published_example():
    """Monthly figures posted with their U2, 0.943587, in EViews' user forum."""
    actual = np.array([1.66, 1.93, 1.95, 2.12, 2.48, 2.62, 2.35, 2.16, 2.12, 1.73, 1.45, 1.24, 0.62])
    predicted = np.array([1.84, 1.92, 1.96, 2.31, 3.61, 2.45, 2.01, 1.99, 1.81, 1.65, 1.21, 1.13])
    assert scores(actual[1:], predicted, actual[:-1]).theil_u2 == pytest.approx(0.943587, abs=1e-6)


def test_mase_of_an_independent_library():
    """utilsforecast 0.2.17, losses.mase(seasonality=1) on these figures: 0.546875."""
    unit = mean_change(np.array([10.0, 12, 11, 15, 14, 18, 17, 20]))
    actual, predicted = np.array([21.0, 19, 24, 23]), np.array([20.5, 20, 21.5, 24])
    assert scores(actual, predicted, np.array([20.0, 21, 19, 24]), unit).mase == pytest.approx(0.546875, abs=1e-12)


@pytest.mark.parametrize(
    ("hits", "calls", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_direction_interval_is_that_of_newcombe_1998(hits, calls, low, high):
    assert [round(bound, 4) for bound in wilson(hits, calls)] == [low, high]


def test_direction_leaves_out_days_that_stand_still():
    previous = np.full(6, 10.0)
    actual = np.array([11.0, 9, 10, 12, 8, 11])
    predicted = np.array([12.0, 8, 11, 10, 9, 9])  # right, right, still, no call, right, wrong
    found = scores(actual, predicted, previous)
    assert (found.direction, found.calls, found.still) == (0.75, 4, 2)


def test_persistence_is_the_unit_of_skill_theil_and_mase(walk):
    task = pairs_of(walk, window=1, train_pairs=len(walk) - 1, target="close")
    train = evaluate(task, task.previous)[0]["train"]
    assert (train.skill, train.theil_u2) == (0, 1)
    assert train.mase == pytest.approx(1, rel=1e-12)
    assert train.direction is None
    assert "no move" not in str(train.why["direction"])
    assert str(train.why["direction"])


def test_units_do_not_matter(noisy):
    actual, predicted, previous = noisy
    yuan, cents = scores(actual, predicted, previous, 2.0), scores(*(100 * a for a in noisy), 200.0)
    for name in set(MEASURES) - {"rmse", "mae"}:
        assert getattr(cents, name) == pytest.approx(getattr(yuan, name), rel=1e-9)
    assert cents.rmse == pytest.approx(100 * yuan.rmse, rel=1e-12)


@pytest.mark.parametrize(
    ("actual", "predicted", "previous", "missing"),
    [
        ([], [], [], set(MEASURES)),
        ([5, 5, 5], [4, 5, 6], [5, 5, 5], {"r2", "mase", "theil_u2", "direction", "skill"}),
        ([-1, -2], [-1, -1], [-3, -1], {"mape", "mase", "theil_u2"}),
        ([1, 2], [np.nan, 2], [1, 1], set(MEASURES)),
        ([1, 2], [np.inf, 2], [1, 1], set(MEASURES)),
        ([7], [6], [5], {"r2", "mase"}),
    ],
    ids=["empty", "constant", "negative", "not a number", "infinite", "one day"],
)
def test_what_cannot_be_computed_says_why(actual, predicted, previous, missing):
    found = scores(np.array(actual, float), np.array(predicted, float), np.array(previous, float), 0.0)
    assert set(found.why) == missing
    assert {name for name in MEASURES if getattr(found, name) is None} == missing
    assert all(str(reason).endswith(".") for reason in found.why.values())


def test_qlike_is_patton_s_loss_of_variances(noisy):
    """s2 / h - ln(s2 / h) - 1 of variances, whose logarithms are twice those of the ranges."""
    random = np.random.default_rng(1)
    variance, forecast = np.exp(random.normal(size=(2, 300)))
    found = scores(0.5 * np.log(variance), 0.5 * np.log(forecast), 0.5 * np.log(variance) + 0.1, None, "volatility")
    assert found.qlike == pytest.approx((variance / forecast - np.log(variance / forecast) - 1).mean(), rel=1e-12)
    actual, _, previous = noisy
    assert scores(actual, actual, previous, None, "volatility").qlike == 0
    low, high = (scores(actual, actual + off, previous, None, "volatility").qlike for off in (-0.5, 0.5))
    assert low > 1.5 * high  # a risk that was not foreseen costs more than one that did not come


def test_each_target_has_the_measures_that_mean_something_of_it(noisy):
    assert "qlike" in measures_of("volatility")
    assert {"mape", "theil_u2"}.isdisjoint(measures_of("volatility"))
    assert measures_of("close") == measures_of("return") == MEASURES
    assert scores(*noisy).qlike is None
    assert "qlike" not in scores(*noisy).why
    ranges = scores(*(-abs(values) for values in noisy), 1.0, "volatility")
    assert all(getattr(ranges, name) is not None for name in measures_of("volatility"))


@pytest.mark.parametrize("name", ["skill", "r2", "mase", "theil_u2", "mape"])
def test_an_error_beyond_all_bounds_is_a_sentence(name):
    random = np.random.default_rng(2)
    previous = 50 + 1e-7 * random.normal(size=101)
    found = scores(previous[1:], 9e3 + 0 * previous[1:], previous[:-1], 1e-9)
    assert getattr(found, name) is None
    assert "more than 100 times" in str(found.why[name])


prices = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, 1e300, np.inf, np.nan])


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 40).flatmap(lambda n: hnp.arrays(float, (2, n), elements=st.floats(-1e6, 1e6))), st.data())
def test_a_measure_is_a_finite_number_or_a_reason(known, data):
    actual, previous = known
    predicted = data.draw(hnp.arrays(float, len(actual), elements=prices))
    found = scores(actual, predicted, previous, 1.0)
    for name in MEASURES:
        value = getattr(found, name)
        assert (name in found.why) if value is None else np.isfinite(value)
        if name not in ("rmse", "mae") and value is not None:
            assert abs(value) <= 1e4
    numbers = [value for value in dataclasses.astuple(found) if isinstance(value, float)]
    assert np.isfinite(numbers).all()

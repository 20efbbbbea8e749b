"""Clark and West's test against statsmodels' regression on a constant, and what sampling theory asks of it."""

import numpy as np
import pytest
import statsmodels.api as sm

from core.evaluation.clark_west import adjusted_differences, clark_west
from core.evaluation.longrun import default_lags, mean_variance
from core.evaluation.verdict import SAME, verdict


def hac(days, lags):
    """The mean's t statistic from a regression on a constant with Newey and West's standard errors."""
    return sm.OLS(days, np.ones(len(days))).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False})


@pytest.fixture
def days():
    random = np.random.default_rng(4)
    actual = random.normal(size=200)
    return actual, 0.2 * actual + 0.3 * random.normal(size=200), np.zeros(200)


def test_the_adjustment_is_that_of_the_paper(days):
    """With a rival that forecasts nothing, equation 2.1 comes down to twice actual times forecast."""
    actual, predicted, rival = days
    np.testing.assert_allclose(adjusted_differences(actual, predicted, rival), 2 * actual * predicted, atol=1e-12)
    shifted = adjusted_differences(actual + 5, predicted + 5, rival + 5)
    np.testing.assert_allclose(shifted, 2 * actual * predicted, atol=1e-12)


@pytest.mark.parametrize("lags", [0, 3, 8])
def test_it_is_a_regression_on_a_constant(days, lags):
    found, fitted = clark_west(*days, lags=lags), hac(adjusted_differences(*days), lags)
    assert found.statistic == pytest.approx(fitted.tvalues[0], rel=1e-9)
    assert found.p_value == pytest.approx(fitted.pvalues[0] / 2, rel=1e-6)  # one-sided, and above zero here
    assert found.statistic > 0


def test_without_lags_named_it_never_claims_more_than_either_variance(days):
    found, changes = clark_west(*days), adjusted_differences(*days)
    for lags in (0, default_lags(200)):
        assert found.statistic <= hac(changes, lags).tvalues[0] * (1 + 1e-9)


@pytest.mark.parametrize("lags", [0, 1, 6])
def test_variance_of_a_mean_is_that_of_statsmodels(lags):
    days = np.cumsum(np.random.default_rng(0).normal(size=90))
    assert mean_variance(days, lags) == pytest.approx(hac(days, lags).bse[0] ** 2, rel=1e-9)


def test_days_that_turn_back_on_each_other_are_not_taken_for_certainty():
    """Newey and West's variance of alternating days is next to nothing; that of independent ones is kept."""
    days = np.diff(np.random.default_rng(0).normal(size=101))
    assert mean_variance(days, default_lags(100)) < 0.5 * mean_variance(days, 0)
    assert mean_variance(days) == pytest.approx(hac(days, 0).bse[0] ** 2, rel=1e-9)


@pytest.mark.parametrize("kept", [0.5, 0.9])
def test_variance_of_the_mean_of_an_autoregression_is_the_one_in_closed_form(kept):
    """1 / (n (1 - r)^2) for shocks of variance 1; Newey and West's alone is far below it."""
    random, n, found, plain = np.random.default_rng(8), 2000, [], []
    for _ in range(40):
        days = random.normal(size=n)
        for day in range(1, n):
            days[day] += kept * days[day - 1]
        found.append(mean_variance(days))
        plain.append(mean_variance(days, default_lags(n)))
    known = 1 / (n * (1 - kept) ** 2)
    assert np.median(found) == pytest.approx(known, rel=0.1)
    assert np.median(plain) < 0.95 * known


def returns(random, n, kept):
    moves = random.normal(size=n + 1)
    for day in range(1, n + 1):
        moves[day] += kept * moves[day - 1]
    return moves[1:], kept * moves[:-1], np.zeros(n)


def test_real_skill_is_found_where_diebold_and_mariano_miss_it():
    """AR(1) returns of 0.3 over 150 days, as published: .97 against .37."""
    random, tries = np.random.default_rng(2), 100
    found = [verdict(*returns(random, 150, 0.3), nested=True) for _ in range(tries)]
    assert sum(each.against.nested.found for each in found) >= 0.9 * tries
    missed = [each for each in found if each.kind == SAME and each.against.nested.found]
    assert missed
    assert all("does foresee part of the moves" in str(each.sentence) for each in missed)
    assert not any("cannot be told from chance" in str(each.sentence) for each in missed)


def test_noise_is_found_in_one_case_of_twenty():
    """5 %, give or take three Monte Carlo errors of 1,000 tries."""
    random, tries = np.random.default_rng(3), 1000
    found = sum(
        clark_west(random.normal(size=200), 0.3 * random.normal(size=200), np.zeros(200)).found for _ in range(tries)
    )
    assert abs(found / tries - 0.05) < 3 * np.sqrt(0.05 * 0.95 / tries)


def test_a_forecast_that_is_the_rival_has_nothing_to_test(days):
    actual, _, rival = days
    assert clark_west(actual, rival, rival) is None


def test_it_is_asked_of_nested_rivals_only(days):
    assert verdict(*days).against.nested is None
    assert verdict(*days, nested=True).against.nested is not None

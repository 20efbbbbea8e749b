"""Tests of skill against published examples, the formulas written out, and sampling theory."""

import numpy as np
import pytest
from scipy import stats

from core.evaluation.significance import DieboldMariano, Interval, diebold_mariano, skill_interval
from core.evaluation.verdict import _kind, verdict
from core.sentence import Sentence


@pytest.fixture
def random():
    return np.random.default_rng(11)


def test_diebold_mariano_of_a_published_example():
    """dieboldmariano's documentation: these five days give -2.2229922805746782 (no autocorrelation, Harvey's factor).

    Repeating the five days k times leaves mean and variance of the differences alone, so the statistic grows by
    sqrt(5k - 1) / sqrt(5 - 1).
    """
    actual, ours, theirs = [10, 20, 30, 40, 50], [11, 21, 29, 42, 53], [13, 26, 24, 40, 59]
    found = diebold_mariano(*(np.tile(np.array(days, float), 8) for days in (actual, ours, theirs)), lags=0)
    assert found.statistic == pytest.approx(-2.2229922805746782 * np.sqrt(39 / 4), rel=1e-9)
    assert found.p_value == pytest.approx(2 * stats.t.cdf(found.statistic, df=39), rel=1e-9)


@pytest.mark.parametrize("lags", [0, 3, 5])
def test_diebold_mariano_is_its_formula(random, lags):
    """Newey and West's variance with Bartlett weights, and the factor of Harvey, Leybourne and Newbold, written out."""
    n = 125
    actual = np.cumsum(random.normal(size=n))
    ours, theirs = actual + random.normal(size=n), actual + 1.2 * random.normal(size=n)
    found = diebold_mariano(actual, ours, theirs, lags=lags)
    assert found.lags == lags
    differences = (ours - actual) ** 2 - (theirs - actual) ** 2
    centred = differences - differences.mean()
    variance = centred @ centred / n
    for lag in range(1, found.lags + 1):
        variance += 2 * (1 - lag / (found.lags + 1)) * (centred[lag:] @ centred[:-lag]) / n
    statistic = differences.mean() / np.sqrt(variance / n) * np.sqrt((n - 1) / n)
    assert found.statistic == pytest.approx(statistic, abs=1e-6)
    assert found.p_value == pytest.approx(2 * stats.t.sf(abs(statistic), n - 1), abs=1e-6)


def test_without_lags_named_diebold_mariano_claims_no_more_than_with_any(random):
    actual = random.normal(size=216)
    ours, theirs = actual + random.normal(size=216), actual + 1.3 * random.normal(size=216)
    found = diebold_mariano(actual, ours, theirs)
    named = [diebold_mariano(actual, ours, theirs, lags) for lags in (0, 6)]
    assert found.lags == 6  # the cube root of 216, to the day
    assert abs(found.statistic) <= min(abs(each.statistic) for each in named) + 1e-12
    assert found.p_better == pytest.approx(found.p_value / 2)
    assert found.p_better + found.p_worse == 1
    back = diebold_mariano(actual, theirs, ours)
    assert back.p_worse == pytest.approx(found.p_better)


def test_diebold_mariano_turns_round_with_its_arguments(random):
    actual, ours, theirs = random.normal(size=(3, 80))
    there, back = diebold_mariano(actual, ours, theirs), diebold_mariano(actual, theirs, ours)
    assert there.statistic == pytest.approx(-back.statistic)
    assert there.p_value == pytest.approx(back.p_value)


def test_bootstrap_agrees_with_sampling_theory(random):
    """For n independent normal errors on either side, ln(RMSE / RMSE) has a standard deviation of 1 / sqrt(n)."""
    n, ratio = 2000, 0.9
    errors = random.normal(size=(2, n))
    ours = ratio * errors[0]
    found = skill_interval(np.zeros(n), ours, errors[1], draws=2000)
    middle = np.log(np.sqrt((ours**2).mean() / (errors[1] ** 2).mean()))
    low, high = (1 - np.exp(middle + sign * 1.96 / np.sqrt(n)) for sign in (1, -1))
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.1 * (high - low))


def test_bootstrap_sees_through_repetition(random):
    """Each day ten times over holds no more evidence than once: the interval must not shrink by sqrt(10)."""
    errors = random.normal(size=(2, 200))
    once = skill_interval(np.zeros(200), errors[0], errors[1])
    repeated = skill_interval(np.zeros(2000), *np.repeat(errors, 10, axis=1))
    assert once.block < 5 <= repeated.block
    assert repeated.high - repeated.low == pytest.approx(once.high - once.low, rel=0.3)


def test_the_same_seed_gives_the_same_interval(random):
    days = random.normal(size=(3, 100))
    assert skill_interval(*days) == skill_interval(*days)
    assert skill_interval(*days) != skill_interval(*days, seed=1)


def test_no_interval_promises_more_than_perfection(random):
    found = skill_interval(np.zeros(40), 0.02 * random.normal(size=40), random.standard_t(1.5, size=40))
    assert 0.9 < found.low < found.high < 1


@pytest.mark.parametrize(
    ("low", "high", "p", "kind"),
    [
        (0.1, 0.3, 0.01, "better"),
        (0.1, 0.3, 0.20, "same"),
        (-0.1, 0.3, 0.01, "same"),
        (-0.3, 0.1, 0.01, "same"),
        (-0.3, -0.1, 0.20, "same"),
        (-0.3, -0.1, 0.01, "worse"),
    ],
)
def test_a_verdict_needs_both_the_interval_and_the_test(low, high, p, kind):
    assert _kind(Interval(low, high, 1), DieboldMariano(100, -2.0 if high > 0.2 else 2.0, p, 5)) == kind


@pytest.mark.parametrize("rule", [diebold_mariano, skill_interval])
@pytest.mark.parametrize(
    ("actual", "predicted", "rival"),
    [
        (np.arange(29.0), np.zeros(29), np.ones(29)),
        (np.arange(50.0), np.arange(50.0) - 1, np.arange(50.0) - 1),
        (np.arange(50.0), np.arange(50.0) - 1, np.arange(50.0) + 1),
        (np.full(50, 5.0), np.full(50, 6.0), np.full(50, 5.0)),
        (np.arange(50.0), np.full(50, np.nan), np.zeros(50)),
    ],
    ids=["29 days", "same forecast", "same size of error", "constant prices", "not a number"],
)
def test_where_nothing_can_be_tested_it_says_why(rule, actual, predicted, rival):
    assert isinstance(rule(actual, predicted, rival), Sentence)
    told = verdict(actual, predicted, rival)
    assert told.kind == "unknown"
    assert told.against.skill is None or np.isfinite(told.against.skill)
    assert str(told.sentence) == str(diebold_mariano(actual, predicted, rival))


def test_verdicts(random):
    previous = 100 + np.cumsum(random.normal(size=400))
    moves = random.normal(size=400)
    actual = previous + moves
    told = {
        name: verdict(actual, previous + forecast, previous)
        for name, forecast in {
            "better": 0.5 * moves,
            "same": 0.01 * random.normal(size=400),
            "worse": random.normal(size=400),
        }.items()
    }
    assert {name: found.kind for name, found in told.items()} == {name: name for name in told}
    assert told["better"].against.skill == pytest.approx(0.5)
    assert "50.0% smaller" in str(told["better"].sentence)
    assert "p\u00a0<\u00a00.001" in str(told["worse"].sentence)
    assert "cannot be told from chance" in str(told["same"].sentence)
    assert "chance makes" not in str(told["same"].sentence)
    for found in told.values():
        assert found.against.interval.low <= found.against.skill <= found.against.interval.high


def test_luck_is_rarely_called_skill():
    """Forecasts as good as persistence, but for luck: "better" and "worse" together in at most one of ten."""
    calls = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        previous = random.normal(size=120)
        errors = random.normal(size=(2, 120))
        actual = previous + errors[0]
        calls += verdict(actual, actual + errors[1], previous).kind != "same"
    assert calls <= 4

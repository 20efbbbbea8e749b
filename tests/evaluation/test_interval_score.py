"""The interval score: the paper's formula on a hand-worked case, and that nobody does better than the truth."""

import numpy as np
import pytest
from scipy.stats import norm

from core.evaluation.interval_score import interval_score, intervals
from core.evaluation.task import pairs_of
from core.sentence import Sentence


def test_by_hand():
    actual = np.array([5.0, 2.0, 12.0])
    found = interval_score(actual, np.full(3, 4.0), np.full(3, 10.0), 0.95)
    assert found == pytest.approx([6.0, 6.0 + 40 * 2.0, 6.0 + 40 * 2.0])  # 2 / 0.05 is 40


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_true_quantiles_have_the_smallest_expected_score(level):
    """Proper (Gneiting and Raftery 2007, theorem 6); for a standard normal 2 phi(z) 2 / a is the least there is."""
    drawn, z = np.random.default_rng(3).normal(size=400_000), norm.ppf((1 + level) / 2)
    scores = {
        by: interval_score(drawn, np.full_like(drawn, -by * z), np.full_like(drawn, by * z), level).mean()
        for by in (0.8, 1.0, 1.25)
    }
    assert scores[1.0] == pytest.approx(4 * norm.pdf(z) / (1 - level), rel=0.01)
    assert scores[1.0] < min(scores[0.8], scores[1.25])


def test_its_mean_is_that_of_two_pinball_losses():
    """The score is the sum of both bounds' quantile losses, times 2 / a (the paper's section 6.2)."""
    random, a = np.random.default_rng(4), 0.05
    actual, low = random.normal(size=500), random.normal(-2, 0.3, size=500)
    high = low + random.gamma(3, size=500)

    def pinball(bound, share):
        return (actual - bound) * (share - (actual < bound))

    both = 2 / a * (pinball(low, a / 2) + pinball(high, 1 - a / 2))
    assert interval_score(actual, low, high, 1 - a) == pytest.approx(both)


def test_intervals_of_a_random_walk_hold_what_they_promise(walk):
    task = pairs_of(walk, 5, 250, "close")
    for level in (0.8, 0.95):
        found = intervals(task, task.previous, level)
        assert found.held == pytest.approx(level, abs=0.04)
        assert found.score >= (found.high - found.low).mean()
        assert (found.low < task.previous[250:]).all()


def test_too_few_days_say_so(walk):
    found = intervals(pairs_of(walk[:40], 5, 10, "close"), walk[4:39], 0.95)
    assert isinstance(found, Sentence)
    assert "19" in str(found)
    assert "10" in str(found)


def test_a_price_below_zero_has_an_interval_all_the_same(walk):
    task = pairs_of(walk, 5, 250, "close")
    found = intervals(task, -task.previous, 0.95)
    assert (found.low <= found.high).all()
    assert np.isfinite(found.score)

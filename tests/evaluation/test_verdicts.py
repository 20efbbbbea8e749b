"""What a verdict says: how often it is wrong over known truths, and that its figures can be read."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from benchmarks.verdicts import autoregressive, best_of, equal, independent, persistent, persistent_differences
from core.evaluation.figures import LONGEST_FIGURE
from core.evaluation.significance import diebold_mariano, skill_interval, smallest_skill
from core.evaluation.verdict import BETTER, SAME, UNKNOWN, WORSE, verdict

TRIES = 200


def share(draw, days, kind=BETTER, tries=TRIES):
    random = np.random.default_rng(17)
    return sum(verdict(*draw(random, days)).kind == kind for _ in range(tries)) / tries


@pytest.mark.parametrize(
    "draw",
    [equal(persistent), equal(autoregressive), persistent_differences],
    ids=["moving sums of 20 days", "autoregressive errors", "autoregressive differences"],
)
def test_errors_that_hang_together_are_rarely_called_skill(draw):
    """At most .06 at 100 days, where Newey and West's variance alone says "better" in .15 to .26 of cases."""
    assert share(draw, 100) <= 0.06 + 2 * np.sqrt(0.06 * 0.94 / TRIES)


def test_errors_that_hang_together_are_not_often_called_worse_either():
    """No more than a tenth, and two Monte Carlo errors: blame is given a little more easily than praise."""
    assert share(persistent_differences, 100, WORSE) <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / TRIES)


@pytest.mark.parametrize("days", [40, 300])
def test_equal_forecasts_are_called_better_as_often_as_promised(days):
    """.025 give or take .01, and two Monte Carlo errors."""
    assert abs(share(equal(independent), days) - 0.025) <= 0.01 + 2 * np.sqrt(0.025 * 0.975 / TRIES)


def test_the_best_of_many_noises_looks_better_than_it_is():
    """What no single verdict can know; the benchmark prints it, and a sweep has to count it."""
    assert share(best_of(20), 300, tries=100) > 0.1


def test_blocks_are_never_fewer_than_ten_and_it_is_said():
    random = np.random.default_rng(1)
    for days in (40, 100, 300):
        found = verdict(*equal(autoregressive)(random, days))
        assert found.against.interval.block <= days / 10
    warned = [verdict(*equal(autoregressive)(random, 60)) for _ in range(20)]
    said = [each for each in warned if each.against.caution]
    assert len(said) >= 10
    assert all("hang together" in str(each.sentences[-1]) for each in said)
    for each in said:  # praise is judged by Student's t with a degree of freedom less than there are blocks
        test, freedom = each.against.test, max(60 / each.against.interval.wanted - 1, 1)
        assert test.p_better == pytest.approx(stats.t.cdf(test.statistic, freedom))
        assert test.p_worse == pytest.approx(stats.t.sf(test.statistic, 59))
    calm = [verdict(*equal(independent)(random, 300)).against.caution for _ in range(10)]
    assert calm == [None] * 10


def test_the_least_skill_that_shows_is_shown_in_four_cases_of_five():
    """Errors are drawn with exactly that skill, their differences varying as before: how often does the test see it?"""
    random, n, tries = np.random.default_rng(5), 250, 400
    zeros = np.zeros(n)

    def errors(saved):
        moved = random.uniform(-1, 1, n)
        return np.sqrt(2 - saved - moved), np.sqrt(2 + moved)  # squared: mean 2 - saved, and mean 2

    least = np.mean([smallest_skill(zeros, *errors(0.0)) for _ in range(50)])
    saved = 2 * (1 - (1 - least) ** 2)
    seen = sum(diebold_mariano(zeros, *errors(saved)).p_better < 0.025 for _ in range(tries))
    assert abs(seen / tries - 0.8) < 0.06  # three Monte Carlo errors of 0.02


def test_too_few_days_for_any_skill_are_told_so():
    """Errors with hardly a second moment: one day makes most of the error of either forecast."""
    told = [verdict(np.zeros(40), *np.random.default_rng(seed).standard_t(1.2, (2, 40))) for seed in range(30)]
    hopeless = [each for each in told if each.kind == SAME and each.against.least is None]
    assert hopeless
    assert all("would not show even a large skill" in str(each.sentence) for each in hopeless)


def test_a_verdict_names_the_least_skill_it_could_have_shown():
    random = np.random.default_rng(6)
    found = verdict(np.zeros(300), *random.normal(size=(2, 300)))
    assert found.kind == SAME
    assert f"a skill of {100 * found.against.least:.1f}% or more" in str(found.sentence)


def test_many_times_the_error_is_said_in_times():
    random = np.random.default_rng(3)
    moves = random.normal(size=300)
    found = verdict(moves, moves + 6.68 * random.permutation(moves), np.zeros(300))
    assert found.kind == WORSE
    assert found.against.skill == pytest.approx(-5.68)
    assert "6.7 times the error of “same as yesterday”" in str(found.sentence)
    assert "%" not in str(found.sentence).replace("95 %", "")
    far = verdict(moves, moves + 1e6 * random.normal(size=300), np.zeros(300))
    assert far.kind == WORSE
    assert "more than 100 times" in str(far.sentence)


def test_a_forecast_that_drifts_away_is_worse_however_its_errors_hang_together():
    """A network that leaves its range: errors of one sign that grow for months are hardly an independent day each."""
    unsure = 0
    for seed in range(12):
        random = np.random.default_rng(seed)
        moves, left_behind = random.normal(size=120), 14 * np.linspace(0, 1, 120) ** 2
        found = verdict(moves, moves + left_behind, np.zeros(120))
        if found.against.interval.high <= -1:
            assert found.kind == WORSE
            assert "times the error" in str(found.sentence)
            unsure += found.against.test.p_worse > 0.025
    assert unsure  # the test alone would have let some pass


def test_a_test_part_that_mostly_stands_still_is_refused_in_words():
    random = np.random.default_rng(4)
    previous, actual = np.full(300, 50.0), np.full(300, 50.0)
    actual[::15] += random.normal(size=20)
    found = verdict(actual, previous + 0.01 * random.normal(size=300), previous)
    assert found.kind == UNKNOWN
    assert "errs on only 20 of 300 days" in str(found.sentence)


def test_an_error_that_a_single_day_decides_has_no_interval():
    random = np.random.default_rng(4)
    previous, actual = np.full(300, 50.0), np.full(300, 50.0) + 1e-5 * random.normal(size=300)
    actual[150] += 3.0
    found = verdict(actual, previous + 0.1 * random.normal(size=300), previous)
    assert found.kind == UNKNOWN
    assert found.against.interval is None
    assert "Too few days decide" in str(found.sentence)


def figures_of(sentence):
    return re.findall(r"[<>]?[+-]?\d[\d,.e-]*%?", sentence.replace("95 %", "").replace("1, 5 and 22", ""))


SIZE = st.sampled_from([0.0, 1e-9, 1e-3, 0.5, 1.0, 30.0, 1e4, 1e12])


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(30, 120), SIZE, SIZE, st.sampled_from([0.01, 0.3, 1.0]), st.booleans())
def test_no_figure_of_a_verdict_is_longer_than_seven_characters(seed, n, noise, level, moving, nested):
    random = np.random.default_rng(seed)
    moves = random.standard_t(2, n) * (random.random(n) < moving)
    predicted = 0.1 * moves + noise * random.normal(size=n)
    found = verdict(level + moves, level + predicted, np.full(n, level), nested, level + 0.5 * predicted)
    for sentence in found.sentences:
        told = figures_of(str(sentence).rstrip("."))
        assert all(len(figure.rstrip(",.;")) <= LONGEST_FIGURE for figure in told), sentence


def test_a_verdict_on_volatility_names_har_too():
    random = np.random.default_rng(9)
    truth = random.normal(size=400)
    actual, previous = truth + 0.5 * random.normal(size=400), random.normal(size=400)
    near, far = truth + 0.3 * random.normal(size=400), truth + 0.6 * random.normal(size=400)
    over, under, level = (verdict(actual, *pair) for pair in ((far, previous), (near, previous), (near, previous)))
    assert over.kind == BETTER
    assert not over.beaten
    beaten = verdict(actual, far, previous, har=near)
    assert (beaten.kind, beaten.harder, beaten.beaten) == (BETTER, WORSE, True)
    assert str(beaten.sentences[0]).startswith("Better than “same as yesterday”")
    assert str(beaten.sentences[1]).startswith("But HAR")
    ahead = verdict(actual, near, previous, har=far)
    assert (ahead.harder, ahead.beaten) == (BETTER, False)
    equal_to = verdict(actual, near, previous, har=truth + 0.3 * random.normal(size=400))
    assert equal_to.harder == SAME
    assert "cannot be told from chance" in str(equal_to.sentences[1])
    same_forecast = verdict(actual, near, previous, har=near)
    assert same_forecast.harder == UNKNOWN
    assert under.notes == level.notes == ()


def test_the_interval_of_a_forecast_by_far_worse_is_given_or_refused():
    random = np.random.default_rng(0)
    found = skill_interval(np.zeros(100), 99 * random.normal(size=100), random.normal(size=100))
    assert not hasattr(found, "low") or 1 - found.low <= 100

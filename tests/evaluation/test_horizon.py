"""Days beyond the data against statsmodels' own recursion, and intervals that can be worked out by hand."""

import numpy as np
import pytest
from statsmodels.tsa.ar_model import AutoReg

from core.config import PRESETS
from core.errors import ConfigError
from core.evaluation.conformal import MEMORY, STEP, STRETCH, adaptive_ahead
from core.evaluation.horizon import STARTS, beyond
from core.experiment import run_experiment
from core.introspect.predictor import network_of


def same(windows):
    return windows[:, -1, 0]


def autoregression(values, order):
    fitted = AutoReg(values, order, trend="c").fit()
    constant, *weights = fitted.params
    return fitted, lambda windows: constant + windows[:, ::-1, 0] @ np.array(weights)


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_path_is_the_recursive_forecast_of_statsmodels(make_run, walk, target):
    run = make_run(walk, target, 5, same)
    fitted, predict = autoregression(run.series[:, 0], 5)
    expected = run.scaler.inverse(fitted.forecast(20))
    if target == "return":
        expected = walk[-1] * np.exp(np.cumsum(expected))
    ahead = beyond(run, lambda rows: predict, 20)
    np.testing.assert_allclose(ahead.path, expected, rtol=1e-6)


def walked_by_hand(moves, level, first, days):
    """Gibbs and Candes day by day, from a list of what is known: the last half-width, and what held before."""
    miss, held, given = 1 - level, [], {}
    for start in range(len(moves) + days):
        known = [abs(move) for number, move in enumerate(moves) if number + days <= start]  # told `days` days later
        if start - days in given:
            missed = abs(moves[start - days]) > given[start - days]
            held.append(not missed)
            miss += STEP * ((1 - level) - missed)
        if len(known) < first:
            continue
        memory = sorted(known[-MEMORY:])
        place = max(0.0, min(1.0, 1 - miss)) * (len(memory) - 1)
        given[start] = memory[int(np.ceil(round(place, 9)))] * (1 + STRETCH * max(0.0, -miss))
    return given[len(moves) + days - 1], held


@pytest.fixture(params=["as it comes", "growing wilder"])
def history(request, walk):
    """A random walk, and one whose moves grow by the day, so that one day more or less of memory shows."""
    sign = np.where(np.random.default_rng(1).random(600) < 0.5, -1, 1)
    return walk if request.param == "as it comes" else 100 * np.exp(np.cumsum(sign * np.linspace(0.001, 0.02, 600)))


def test_bounds_of_persistence_follow_its_errors_on_the_test_part(make_run, history):
    run = make_run(history, "close", 10, same)
    ahead = beyond(run, lambda rows: same, 5)
    held = {0.8: [], 0.95: []}
    for days in range(1, 6):
        starts = np.arange(10 + run.train_pairs, 600 - days + 1)
        moves = np.log(history[starts + days - 1] / history[starts - 1])
        for level, first in ((0.8, 4), (0.95, 19)):
            half, hits = walked_by_hand(list(moves), level, first, days)
            low, high = ahead.bounds[level]
            held[level] += hits
            if level == 0.95:
                half = max(half, np.log(ahead.bounds[0.8][1][days - 1] / ahead.path[days - 1]))
            assert high[days - 1] == pytest.approx(history[-1] * np.exp(half))
            assert low[days - 1] == pytest.approx(history[-1] * np.exp(-half))
    assert ahead.held[0.8] == pytest.approx(np.mean(held[0.8]))
    assert ahead.held[0.95] >= np.mean(held[0.95])  # a level is never narrower than the one below it
    assert ahead.checked == {0.8: 177 - 4, 0.95: 177 - 19}


@pytest.mark.parametrize("delay", [1, 3, 30])
def test_a_half_width_knows_no_error_before_its_day(delay):
    """The forecast that starts on day s knows those that started on day s - delay and before."""
    errors = np.random.default_rng(1).normal(size=150)
    changed = errors.copy()
    changed[80:] *= 100
    before, after = (adaptive_ahead(found, 0.8, 10, delay) for found in (errors, changed))
    np.testing.assert_array_equal(before[:71], after[:71])  # 10 to 80 errors known
    assert before[71] != after[71]


@pytest.mark.parametrize("delay", [1, 10])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_share_held_tends_to_the_level_where_errors_keep_growing(level, delay):
    """Gibbs and Candes, proposition 4.1, with a miss counted `delay` days late: errors grow tenfold on the way."""
    days = 3000
    errors = np.random.default_rng(3).normal(size=days) * np.linspace(1, 10, days)
    radii = adaptive_ahead(errors, level, 40, delay)[: days - 40 - delay + 1]
    held = (np.abs(errors[40 + delay - 1 :]) <= radii).mean()
    assert abs(held - level) <= (max(level, 1 - level) + STEP * delay) / (len(radii) * STEP)


def test_days_the_network_learnt_by_heart_say_nothing(make_run, walk):
    """A network that knows every training day exactly has the intervals of one that knows none."""
    run = make_run(walk, "close", 10, same)
    trained = 10 + run.train_pairs

    def start(rows):
        steps = iter(range(40))

        def predict(windows):
            days = np.minimum(rows + next(steps), 599)
            return np.where(days < trained, run.series[days, 0], windows[:, -1, 0])

        return predict

    by_heart, plain = beyond(run, start, 5), beyond(run, lambda rows: same, 5)
    for level in (0.8, 0.95):
        np.testing.assert_allclose(by_heart.bounds[level], plain.bounds[level])
    assert by_heart.held == plain.held


def test_bounds_know_nothing_of_the_training_part(make_run, walk):
    other = walk.copy()
    other[: 10 + int(0.7 * 590) - 20] *= 1.5
    runs = [make_run(values, "close", 10, same) for values in (walk, other)]
    found = [beyond(run, lambda rows: same, 9) for run in runs]
    for level in (0.8, 0.95):
        np.testing.assert_allclose(found[0].bounds[level], found[1].bounds[level])


def test_an_overfit_network_on_real_prices_is_owned_up_to(sample_bars):
    """A network of prices that leave its range: calibrated on its training days, 80 % held in .42 of cases."""
    run = run_experiment(PRESETS["corrected"], sample_bars)
    ahead = beyond(run, network_of(run), 30)
    assert ahead.first(1).held[0.8] >= 0.74
    assert ahead.held[0.8] >= 0.72
    assert ahead.held[0.95] >= 0.88
    said = [str(sentence) for sentence in ahead.sentences]
    assert "not trained on" in said[0]
    assert f"held {100 * ahead.held[0.8]:.1f}%" in said[1]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_held_is_near_the_level_where_errors_are_what_they_were(make_run, level):
    """One day ahead, over all 500 days that are tried: three standard errors of a share."""
    values = 100 * np.exp(np.cumsum(np.random.default_rng(12).normal(0, 0.01, 1800)))
    found = beyond(make_run(values, "close", 10, same), lambda rows: same, 1)
    assert found.checked[level] == STARTS - (4 if level == 0.8 else 19)
    assert abs(found.held[level] - level) <= 3 * np.sqrt(level * (1 - level) / found.checked[level])


@pytest.mark.parametrize("target", ["close", "return"])
@pytest.mark.parametrize("unit", [1e-9, 1e6])
def test_the_price_s_unit_plays_no_part(make_run, walk, target, unit):
    """A coin at 4e-7 is forecast as an index at 3,000 is."""
    ours, other = (make_run(values, target, 10, same) for values in (walk, unit * walk))
    here, there = (beyond(run, lambda rows: lambda windows: windows[:, -1, 0] - 0.1, 8) for run in (ours, other))
    np.testing.assert_allclose(there.path, unit * here.path, rtol=1e-6)
    assert there.held == here.held
    for level in (0.8, 0.95):
        np.testing.assert_allclose(there.bounds[level], unit * np.array(here.bounds[level]), rtol=1e-6)


def test_returns_and_prices_agree_on_a_standstill(make_run, walk):
    """Persistence of prices and a return of nothing are the same forecast."""
    close = make_run(walk, "close", 10, same)
    returns = make_run(walk, "return", 10, lambda windows: 0 * windows[:, -1, 0])
    nothing = -returns.scaler.offset / returns.scaler.scale
    ahead = beyond(returns, lambda rows: lambda windows: np.full(len(windows), nothing), 7)
    np.testing.assert_allclose(ahead.path, np.full(7, walk[-1]))
    prices = beyond(close, lambda rows: same, 7)
    for level in (0.8, 0.95):  # one pair fewer, so one day's difference in where the training part ends
        np.testing.assert_allclose(ahead.bounds[level], prices.bounds[level], rtol=2e-2)


def test_a_state_that_runs_on_starts_where_it_was(make_run, walk):
    """An exponentially weighted mean carried as a state gives what the whole history gives."""
    run = make_run(walk, "close", 2, same)
    states = [run.series[0, 0]]
    for value in run.series[1:, 0]:
        states.append(0.5 * states[-1] + 0.5 * value)

    def start(rows):
        state = np.array(states)[rows - 1]

        def predict(windows):
            nonlocal state
            answer, state = state, 0.5 * state + 0.5 * state  # its own forecast comes in as the next value
            return answer

        return predict

    ahead = beyond(run, start, 4)
    np.testing.assert_allclose(ahead.path, np.full(4, run.scaler.inverse(np.array(states[-1:]))[0]))


def test_too_little_history_gives_a_path_and_says_why_there_are_no_bounds(make_run, walk):
    run = make_run(walk[:30], "close", 10, same)  # 6 test pairs
    ahead = beyond(run, lambda rows: same, 3)
    assert np.isfinite(ahead.path).all()
    assert set(ahead.bounds) == {0.8}
    assert ahead.held == {}
    assert "95% or above: its last day needs 19 past errors on the test part, but there are 4" in str(ahead.why)
    assert "80% interval holds is not known" in str(ahead.sentences[1])
    long = beyond(run, lambda rows: same, 30)
    assert long.bounds == {}
    assert [str(sentence) for sentence in long.sentences] == [str(long.why)]
    assert "80% or above" in str(long.why)


def test_a_short_way_has_what_a_long_one_lacks(make_run, walk):
    run = make_run(walk[:120], "close", 10, same)  # 33 test pairs: 4 errors thirty days ahead, 33 one day ahead
    long = beyond(run, lambda rows: same, 30)
    assert set(long.bounds) == {0.8}
    for days in (1, 5, 15, 16):
        alone, cut = beyond(run, lambda rows: same, days), long.first(days)
        assert set(cut.bounds) == set(alone.bounds) == ({0.8, 0.95} if days <= 15 else {0.8})
        assert (cut.held, cut.why, cut.checked) == (alone.held, alone.why, alone.checked)
        np.testing.assert_array_equal(cut.bounds[0.8], alone.bounds[0.8])


@pytest.mark.parametrize("steps", [0, 31])
def test_the_horizon_has_an_end(make_run, walk, steps):
    run = make_run(walk, "close", 10, same)
    with pytest.raises(ConfigError, match="1 to 30"):
        beyond(run, lambda rows: same, steps)


def test_a_price_below_zero_does_not_break_the_logarithm(make_run, walk):
    run = make_run(walk, "close", 10, same)
    ahead = beyond(run, lambda rows: lambda windows: windows[:, -1, 0] - 10, 3)
    assert np.isfinite(ahead.path).all()
    assert all(np.isfinite(each).all() for each in ahead.bounds.values())

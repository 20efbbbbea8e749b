"""Days beyond the data against statsmodels' own recursion, and intervals that can be worked out by hand."""

import numpy as np
import pytest
from statsmodels.tsa.ar_model import AutoReg

from core.errors import ConfigError
from core.evaluation.conformal import radius
from core.evaluation.horizon import beyond


def autoregression(values, order):
    fitted = AutoReg(values, order, trend="c").fit()
    constant, *weights = fitted.params
    return fitted, lambda windows: constant + windows[:, ::-1, 0] @ np.array(weights)


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_path_is_the_recursive_forecast_of_statsmodels(make_run, walk, target):
    run = make_run(walk, target, 5, lambda windows: windows[:, -1, 0])
    fitted, predict = autoregression(run.series[:, 0], 5)
    expected = run.scaler.inverse(fitted.forecast(20))
    if target == "return":
        expected = walk[-1] * np.exp(np.cumsum(expected))
    ahead = beyond(run, lambda rows: predict, 20)
    np.testing.assert_allclose(ahead.path, expected, rtol=1e-6)


@pytest.fixture(params=["as it comes", "calming down"])
def history(request, walk):
    """A random walk, and one whose largest moves are its oldest, so that one day more or less of memory shows."""
    sign = np.where(np.random.default_rng(1).random(600) < 0.5, -1, 1)
    return walk if request.param == "as it comes" else 100 * np.exp(np.cumsum(sign * np.linspace(0.02, 0.001, 600)))


def test_bounds_of_persistence_are_quantiles_of_past_moves(make_run, history):
    walk = history

    def same(windows):
        return windows[:, -1, 0]

    run = make_run(walk, "close", 10, same)
    ahead = beyond(run, lambda rows: same, 5)
    last = 10 + run.train_pairs  # rows of the training part
    for days in (1, 5):
        starts = np.arange(last - 5 + 1 - 250, last - 5 + 1)
        moves = np.log(walk[starts + days - 1] / walk[starts - 1])
        for level, (low, high) in ahead.bounds.items():
            half = radius(moves, level)
            assert high[days - 1] == pytest.approx(walk[-1] * np.exp(half))
            assert low[days - 1] == pytest.approx(walk[-1] * np.exp(-half))


def test_returns_and_prices_agree_on_a_standstill(make_run, walk):
    """Persistence of prices and a return of nothing are the same forecast."""
    close = make_run(walk, "close", 10, lambda windows: windows[:, -1, 0])
    returns = make_run(walk, "return", 10, lambda windows: 0 * windows[:, -1, 0])
    nothing = -returns.scaler.offset / returns.scaler.scale
    ahead = beyond(returns, lambda rows: lambda windows: np.full(len(windows), nothing), 7)
    np.testing.assert_allclose(ahead.path, np.full(7, walk[-1]))
    same = beyond(close, lambda rows: lambda windows: windows[:, -1, 0], 7)
    for level in (0.8, 0.95):  # one pair fewer, so one day's difference in where the training part ends
        np.testing.assert_allclose(ahead.bounds[level], same.bounds[level], rtol=5e-3)


def test_bounds_know_nothing_of_the_test_part(make_run, walk):
    def same(windows):
        return windows[:, -1, 0]

    other = walk.copy()
    other[10 + int(0.7 * 590) : -20] *= 1.5
    runs = [make_run(values, "close", 10, same) for values in (walk, other)]
    widths = [np.log(np.divide(*beyond(run, lambda rows: same, 9).bounds[0.95][::-1])) for run in runs]
    np.testing.assert_allclose(*widths)


def test_a_state_that_runs_on_starts_where_it_was(make_run, walk):
    """An exponentially weighted mean carried as a state gives what the whole history gives."""
    run = make_run(walk, "close", 2, lambda windows: windows[:, -1, 0])
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
    run = make_run(walk[:30], "close", 10, lambda windows: windows[:, -1, 0])
    ahead = beyond(run, lambda rows: lambda windows: windows[:, -1, 0], 3)
    assert np.isfinite(ahead.path).all()
    assert set(ahead.bounds) == {0.8}
    assert "95%" in str(ahead.why)
    assert beyond(run, lambda rows: lambda windows: windows[:, -1, 0], 30).bounds == {}


@pytest.mark.parametrize("steps", [0, 31])
def test_the_horizon_has_an_end(make_run, walk, steps):
    run = make_run(walk, "close", 10, lambda windows: windows[:, -1, 0])
    with pytest.raises(ConfigError, match="1 to 30"):
        beyond(run, lambda rows: lambda windows: windows[:, -1, 0], steps)


def test_a_price_below_zero_does_not_break_the_logarithm(make_run, walk):
    run = make_run(walk, "close", 10, lambda windows: windows[:, -1, 0])
    ahead = beyond(run, lambda rows: lambda windows: windows[:, -1, 0] - 10, 3)
    assert np.isfinite(ahead.path).all()

"""What is read off gates and gradients: identities, laws, and torch where a path can be cut there."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from core.config import ModelConfig
from core.introspect.backward import backward, prediction_slope
from core.introspect.forward import forward, network
from core.introspect.measures import correlate, crossing, day_slopes, gate_levels, half_life, lag_norms
from core.introspect.of_run import last_dates, step_dates, thinned, trace_series, traces
from core.introspect.over_run import gate_profile, gradient_profile, gradients, saliency, unit_correlations
from core.introspect.rnn import RNNStates
from core.introspect.states import sigmoid
from core.model import Regressor

FORGET_BIASES = [(0.0, 9.5e-7, 1.0), (1.0, 1.9e-3, 2.21), (2.0, 7.9e-2, 5.46)]  # sigmoid(b)^20, half-life in steps


def gradients_on(weights: dict, x: np.ndarray):
    traced = forward(network(weights), x)
    return backward(traced, prediction_slope(traced))


def weights_of(cell: str, hidden_size: int = 6, num_layers: int = 1) -> dict:
    torch.manual_seed(4)
    return Regressor(ModelConfig(cell=cell, hidden_size=hidden_size, num_layers=num_layers)).double().arrays()


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(3, 21, 1))


@pytest.mark.parametrize(("bias", "left", "steps"), FORGET_BIASES)
def test_forget_bias_table(bias, left, steps):
    kept = sigmoid(np.array(bias))
    assert kept**20 == pytest.approx(left, rel=0.01)
    assert half_life(kept) == pytest.approx(steps, abs=0.005)
    assert kept ** half_life(kept) == pytest.approx(0.5)


@pytest.mark.parametrize(("bias", "left", "steps"), FORGET_BIASES)
def test_cell_gradient_shrinks_by_the_forget_gate_alone(bias, left, steps, x):
    """With no recurrent weights, 20 steps leave sigmoid(b_ih + b_hh)^20 of dL/dc: both of PyTorch's biases count."""
    weights = weights_of("lstm")
    weights["weight_hh_l0"][:] = 0
    forget = slice(6, 12)
    weights["weight_ih_l0"][forget], weights["bias_ih_l0"][forget] = 0, 0.25 * bias
    weights["bias_hh_l0"][forget] = 0.75 * bias
    found = gradients_on(weights, x)
    norms = lag_norms(found)
    np.testing.assert_allclose(norms.cell[..., 20] / norms.cell[..., 0], sigmoid(np.array(bias)) ** 20, rtol=1e-12)
    np.testing.assert_array_equal(norms.hidden[..., 1:], 0)  # h reaches the next step through W_hh only
    np.testing.assert_array_equal(crossing(found).share, 1)
    np.testing.assert_allclose(gate_levels(found.trace.states).half_lives, steps, atol=0.005)


def test_half_life_at_its_ends():
    np.testing.assert_array_equal(half_life(np.array([0.0, 0.5, 1.0])), [0.0, 1.0, np.inf])


def test_lag_norms_are_norms_by_lag(x):
    found = gradients_on(weights_of("lstm", num_layers=2), x)
    norms = lag_norms(found)
    assert norms.hidden[1, 2, 0] == pytest.approx(np.linalg.norm(found.trace.network.head))
    assert norms.cell[0, 1, 5] == pytest.approx(np.sqrt((found.states.cell[0, 1, -6] ** 2).sum()))
    assert lag_norms(gradients_on(weights_of("gru"), x)).cell is None


@pytest.mark.parametrize("lag", [0, 1, 7, 19])
def test_crossing_equals_torch_with_one_path_cut(x, lag):
    """nn.LSTM restarted from (h, c): a c that h does not know gives the kept path, an h of c the other one."""
    weights = weights_of("lstm")
    found = gradients_on(weights, x)
    module = Regressor(ModelConfig(hidden_size=6, num_layers=1)).double()
    named = {name if name.startswith("fc") else f"rnn.{name}": torch.from_numpy(w) for name, w in weights.items()}
    module.load_state_dict(named)
    step = found.trace.states[0, :, 19 - lag]
    rest, cell = torch.from_numpy(x[:, 20 - lag :]), torch.from_numpy(step.cell)[None]
    hidden, output = torch.from_numpy(step.hidden)[None], torch.from_numpy(step.output)[None]

    def slope(of_hidden: bool) -> np.ndarray:
        leaf = cell.clone().requires_grad_()
        state = (output * leaf.tanh(), cell) if of_hidden else (hidden, leaf)
        module(rest, state)[0].sum().backward()
        return leaf.grad.numpy()[0]

    ways = crossing(found)
    np.testing.assert_allclose(ways.kept[0, :, lag], np.abs(slope(False)).sum(-1), rtol=1e-9)
    np.testing.assert_allclose(ways.through_gates[0, :, lag], np.abs(slope(True)).sum(-1), rtol=1e-9)
    np.testing.assert_allclose(slope(False) + slope(True), found.states.cell[0, :, 19 - lag], rtol=1e-8, atol=1e-15)


def test_crossing_of_a_gru_and_an_rnn(x):
    weights = weights_of("gru")
    weights["weight_hh_l0"][:] = 0  # nothing but the update gate carries h on
    np.testing.assert_allclose(crossing(gradients_on(weights, x)).share, 1, rtol=1e-12)
    np.testing.assert_array_equal(crossing(gradients_on(weights_of("rnn"), x)).share, 0)
    weights = weights_of("gru", hidden_size=1)
    found = gradients_on(weights, x)
    kept = np.abs(found.trace.states.update * found.states.hidden)[:, :, :0:-1, 0]
    np.testing.assert_allclose(crossing(found).kept, kept, rtol=1e-12)
    d_hidden, kept_too = found.states.hidden[..., 0], (found.trace.states.update * found.states.hidden)[..., 0]
    gated = np.abs(d_hidden[:, :, :-1] - kept_too[:, :, 1:])[..., ::-1]  # what dL/dh has from elsewhere
    np.testing.assert_allclose(crossing(found).through_gates, gated, rtol=1e-6)


def test_share_is_nan_where_nothing_crosses(x):
    weights = weights_of("rnn")
    weights["weight_hh_l0"][:] = 0
    assert np.isnan(crossing(gradients_on(weights, x)).share).all()


def test_gate_levels_count_by_layer():
    states = forward(network(weights_of("lstm", num_layers=2)), np.zeros((1, 4, 1))).states
    states.forget[0].flat[:6] = 0.05  # 6 of 24 shut, in the lower layer only
    states.output[1].flat[:12] = 0.95
    levels = gate_levels(states)
    assert levels.gates == ("input", "forget", "output")
    np.testing.assert_array_equal(levels.below, [[0, 0], [0.25, 0], [0, 0]])
    np.testing.assert_array_equal(levels.above, [[0, 0], [0, 0], [0, 0.5]])
    np.testing.assert_allclose(levels.kept, states.forget.mean(axis=(1, 2)))


def test_gate_levels_of_a_cell_without_gates(x):
    levels = gate_levels(forward(network(weights_of("rnn")), x).states)
    assert (levels.below.shape, levels.kept, levels.half_lives) == ((0, 1), None, None)


def test_correlate_equals_scipy():
    rng = np.random.default_rng(0)
    units, series = rng.normal(size=(2, 40, 3)), rng.normal(size=40)
    series[:5] = np.nan
    found = correlate(units, series)
    for layer, unit in np.ndindex(2, 3):
        assert found[layer, unit] == pytest.approx(stats.pearsonr(units[layer, 5:, unit], series[5:]).statistic)
    assert np.isnan(correlate(np.full((1, 40, 1), 0.1), series)).all()
    assert np.isnan(correlate(units, np.full(40, 0.1))).all()
    assert np.isnan(correlate(units, np.full(40, np.nan))).all()


def by_day(slopes, layout):
    return slopes if layout == "window" else day_slopes(slopes, 7)


def test_profile_is_the_mean_of_single_gradients(make_run, cell, layout, monkeypatch):
    monkeypatch.setattr("core.introspect.of_run.CHUNK_BYTES", 9_000)
    run, _ = make_run(cell=cell, layout=layout, loss="huber")
    for of in ("prediction", "loss"):
        profile = gradient_profile(run, of=of, days=12)
        singles = [gradients(run, pair, of, days=12) for pair in range(run.train_pairs, len(run.windows))]
        assert profile.pairs == len(singles) == run.test_pairs
        norms = [lag_norms(single) for single in singles]
        np.testing.assert_allclose(profile.hidden, np.mean([norm.hidden[:, 0] for norm in norms], axis=0), rtol=1e-9)
        if cell == "lstm":
            np.testing.assert_allclose(profile.cell, np.mean([norm.cell[:, 0] for norm in norms], axis=0), rtol=1e-9)
        slopes = np.mean([np.abs(by_day(single.x, layout))[0, ::-1] for single in singles], axis=0)
        np.testing.assert_allclose(profile.saliency, slopes, rtol=1e-9)
        assert ((profile.kept_share >= 0) & (profile.kept_share <= 1)).all()


def test_saliency_is_autograds_on_the_series(make_run, cell, layout):
    """The series itself is the leaf: in the article's layout one day acts through every window it stands in."""
    run, module = make_run(cell=cell, layout=layout)
    series = torch.from_numpy(run.series.copy()).requires_grad_()
    windows = series[:, 0].unfold(0, 7, 1)[:-1]
    pair = 20
    module(windows[..., None] if layout == "window" else windows[:, None])[0][pair].backward()
    found = saliency(run, pair, days=pair + 1)
    reached = series.grad.numpy()[run.series_dates.isin(found.dates)]
    np.testing.assert_allclose(found.slopes, reached, rtol=1e-9, atol=1e-14)
    assert found.dates[-1] == run.prediction["date"][pair - 1] == step_dates(run, pair)[-1] == last_dates(run)[pair]
    assert len(found.dates) == (7 if layout == "window" else 27)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_loss_gradient_of_a_pair(make_run, layout, loss):
    run, module = make_run(layout=layout, loss=loss)
    x = torch.from_numpy((run.windows if layout == "window" else run.windows.swapaxes(1, 2)).copy()).requires_grad_()
    scaled = torch.from_numpy(run.scaler.transform(run.prediction["actual"].to_numpy()))
    loss_of = {"mse": torch.nn.MSELoss(), "huber": torch.nn.HuberLoss()}[loss]
    loss_of(module(x)[0][30], scaled[30]).backward()
    found = gradients(run, 30, of="loss", days=31).x[0]
    expected = x.grad[30].numpy() if layout == "window" else x.grad[:31, 0].numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)


def test_gate_profile_looks_at_every_test_step_once(make_run, cell, layout, monkeypatch):
    run, _ = make_run(cell=cell, layout=layout)
    test = range(run.train_pairs, len(run.windows))
    if layout == "window":
        ((_, whole),) = traces(run, test)
        expected = gate_levels(whole.states)
    else:
        expected = gate_levels(trace_series(run)[:, list(test)])
    monkeypatch.setattr("core.introspect.of_run.CHUNK_BYTES", 9_000)
    found = gate_profile(run)
    np.testing.assert_allclose(found.below, expected.below, rtol=1e-12)
    np.testing.assert_allclose(found.above, expected.above, rtol=1e-12)
    if cell == "rnn":
        assert found.kept is None
    else:
        np.testing.assert_allclose(found.half_lives, expected.half_lives, rtol=1e-12)


def test_large_networks_are_averaged_over_pairs_at_even_distances(make_run, monkeypatch):
    run, _ = make_run()
    monkeypatch.setattr("core.introspect.of_run.MOST_VALUES", 0)
    assert list(thinned(run, range(100, 150), steps=7)) == list(range(100, 150, 3))
    assert list(thinned(run, range(20), steps=7)) == list(range(20))


def test_short_histories_still_have_a_profile(make_run, layout):
    run, _ = make_run(layout=layout)
    assert gradient_profile(run, days=500).pairs == run.test_pairs
    with pytest.raises(ValueError, match="no pair"):
        gate_profile(run, [])


def test_units_that_are_the_market_correlate_with_it(make_run, bars):
    run, _ = make_run()
    close = bars["close"].to_numpy()
    spread = [np.diff(np.log(close[day - 7 : day + 1])).std(ddof=1) if day > 6 else np.nan for day in range(60)]
    days = bars.index.get_indexer(last_dates(run))
    hidden = np.stack([close[days], np.diff(np.log(close))[days - 1], np.array(spread)[days]], axis=-1)[None]  # (1,N,3)
    hidden[0, 0, 2] = 0  # the first window has one return too few
    found = unit_correlations(run, bars["close"], RNNStates(hidden=hidden, hidden_before=hidden, pre_hidden=hidden))
    assert found.price[0, 0] == pytest.approx(1)
    assert found.log_return[0, 1] == pytest.approx(1)
    assert found.volatility[0, 2] == pytest.approx(1)
    assert abs(found.price[0, 1]) < 0.9
    assert unit_correlations(run, bars["close"]).price.shape == (2, 5)


def test_units_correlate_on_the_pairs_asked_for(make_run, bars, layout):
    run, _ = make_run(layout=layout)
    pairs = [31, 4, 12, 50, 7]
    close = bars["close"].reindex(last_dates(run)[pairs]).to_numpy()
    found = unit_correlations(run, bars["close"], pairs=pairs).price
    units = trace_series(run).hidden[:, pairs]
    for layer, unit in [(0, 0), (1, 4)]:
        assert found[layer, unit] == pytest.approx(stats.pearsonr(units[layer, :, unit], close).statistic)

"""What moves a gate: terms that sum to the pre-activation, shares that sum to one, and inputs that are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.introspect.backward import backward, prediction_slope
from core.introspect.drives import BELOW, BIAS, HIDDEN, GateDrives, _terms, gate_drives
from core.introspect.forward import forward
from core.introspect.of_run import trace, traces
from core.introspect.over_run import input_correlations, saliency
from core.introspect.terms import terms
from core.run import Run

INPUTS = ("volume", "gap", "rsi")


@pytest.fixture(scope="module", params=["lstm", "gru", "rnn", "article"])
def run(request: pytest.FixtureRequest, sample_bars: pd.DataFrame) -> Run:
    layout = "article" if request.param == "article" else "window"
    cell = "lstm" if layout == "article" else request.param
    model = ModelConfig(cell=cell, layout=layout, window=6, hidden_size=4, inputs=INPUTS)
    return run_experiment(
        Experiment(model=model, train=TrainConfig(target="return", epochs=3)), sample_bars.iloc[-300:]
    )


@pytest.mark.parametrize("layer", [0, 1])
def test_terms_add_up_to_what_the_network_computed(run: Run, layer: int) -> None:
    for _, traced in traces(run, range(40, 60), 3):
        states = traced.states[layer]
        for gate, parts in _terms(traced, layer, 4).items():
            assert len(parts) == (6 if layer == 0 else 3)
            np.testing.assert_allclose(parts.sum(axis=0), getattr(states, f"pre_{gate}").reshape(-1, 4), atol=1e-12)


@pytest.mark.parametrize("layer", [0, 1])
def test_shares_are_covariances_and_sum_to_one(run: Run, layer: int) -> None:
    found = gate_drives(run, layer)
    assert found.terms == (*(("return", *INPUTS) if layer == 0 else (BELOW,)), HIDDEN, BIAS)
    days = 1 if run.experiment.model.layout == "article" else 30
    pairs = range(run.train_pairs, len(run.windows))
    chunks = [_terms(traced, layer, 4) for _, traced in traces(run, pairs, days)]
    for gate, shares in found.shares.items():
        parts = np.concatenate([each[gate] for each in chunks], axis=1)  # (K, M, H)
        np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-9)
        for unit in range(4):
            whole = parts[:, :, unit].sum(axis=0)
            expected = [np.cov(part, whole, bias=True)[0, 1] / whole.var() for part in parts[:, :, unit]]
            np.testing.assert_allclose(shares[unit], expected, atol=1e-9)
        assert sum(found.of(gate).values()) == pytest.approx(1)
        still = gate != "candidate" or run.experiment.model.cell != "gru"
        assert (np.abs(shares[:, -1]).max() < 1e-9) == still  # the reset gate moves one bias of a GRU


@pytest.mark.parametrize("layer", [0, 1])
def test_reach_is_what_a_small_move_of_a_gate_does_to_the_prediction(run: Run, layer: int) -> None:
    """By finite differences: a unit's bias is moved a little, which moves its gate's sum at every step."""
    pairs = range(run.train_pairs, run.train_pairs + 12)
    found, days = gate_drives(run, layer, pairs), 1 if run.experiment.model.layout == "article" else 30
    ((_, traced),) = traces(run, pairs, days)
    slopes, small = backward(traced, prediction_slope(traced)).states[layer], 1e-5
    layers, units = traced.network.layers, traced.network.hidden_size
    for place, gate in enumerate(traced.states.gates):
        bias = layers[layer].bias_ih.copy()
        bias[place * units + 2] += small
        moved = replace(layers[layer], bias_ih=bias)
        changed = replace(traced.network, layers=(*layers[:layer], moved, *layers[layer + 1 :]))
        after = forward(changed, traced.x, traced.states[:, :, 0].memory_before).predictions
        slope = getattr(slopes, f"pre_{gate}")  # (N, T, H)
        np.testing.assert_allclose(slope[:, :, 2].sum(axis=1), (after - traced.predictions) / small, atol=1e-5)
        z = getattr(traced.states[layer], f"pre_{gate}").reshape(-1, units)
        expected = z.var(axis=0) * np.square(slope.reshape(-1, units)).mean(axis=0)
        np.testing.assert_allclose(found.reach[gate], expected, rtol=1e-6, atol=1e-12)


def test_a_unit_that_the_head_does_not_read_counts_for_nothing() -> None:
    """Two units: one is moved by the first input, and the prediction reads it; the other it does not read."""
    shares = {"candidate": np.array([[0.9, 0.1], [0.0, 1.0]])}
    found = GateDrives(("read", "not read"), shares, {"candidate": np.array([2.0, 0.0])})
    assert found.of() == {"read": pytest.approx(0.9), "not read": pytest.approx(0.1)}
    days = GateDrives(
        ("gap", "weekday_sin", "weekday_cos"), {"input": np.array([[0.4, 0.35, 0.25]])}, {"input": np.ones(1)}
    )
    assert days.of() == {"gap": pytest.approx(0.4), "weekday": pytest.approx(0.6)}  # one input in two numbers
    assert days.leading(["gap", "weekday"]) == "weekday"
    still = GateDrives(("read", "not read"), shares, {"candidate": np.zeros(2)})
    assert still.leading(("read",)) is None


def test_equations_have_a_term_for_each_input(run: Run) -> None:
    for layer in (0, 1):
        for gate in terms(trace(run, 50), layer, 2, 1).gates:
            assert sum(gate.each_input) == pytest.approx(gate.from_input)
            assert len(gate.each_input) == (4 if layer or run.experiment.model.layout == "window" else 24)


def test_every_input_has_its_correlations(run: Run) -> None:
    found = input_correlations(run, pairs=range(100, 200))
    assert list(found) == ["return", *INPUTS]
    from core.introspect.of_run import trace_series

    hidden = trace_series(run, range(100, 200)).hidden[1, :, 2]
    assert found["gap"][1, 2] == pytest.approx(np.corrcoef(hidden, run.series[105:205, 2])[0, 1])


def test_the_input_that_tells_the_next_day_moves_gates_and_forecast() -> None:
    """Made data: the next return is today's volume, mostly."""
    random = np.random.default_rng(3)
    days = pd.bdate_range("2015-01-01", periods=900, name="date")
    told = random.normal(size=900)
    returns = 0.01 * (np.concatenate([[0.0], told[:-1]]) + 0.3 * random.normal(size=900))
    close = 100 * np.exp(np.cumsum(returns))
    bars = pd.DataFrame({"close": close, "column:told": told, "column:noise": random.normal(size=900)}, index=days)
    model = ModelConfig(window=5, hidden_size=6, num_layers=1, inputs=("column:told", "column:noise"))
    train = TrainConfig(target="return", epochs=15, batch_size=64, learning_rate=1e-2)
    run = run_experiment(Experiment(model=model, train=train), bars)
    drives = gate_drives(run)
    for gates in ((), ("input",), ("candidate",), ("output",)):
        assert drives.leading(list(run.inputs), *gates) == "column:told", drives.of(*gates)
    slopes = np.mean([np.abs(saliency(run, pair).slopes) for pair in range(700, 720)], axis=0)
    assert np.unravel_index(slopes.argmax(), slopes.shape) == (4, 1)  # the last day, the input that tells

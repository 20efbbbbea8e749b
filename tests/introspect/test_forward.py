"""The explicit forward pass against nn.LSTM, nn.GRU, nn.RNN: outputs, states and gates of every layer and step."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from core.config import ModelConfig
from core.introspect.forward import forward, network
from core.introspect.of_run import trace, trace_series, traces
from core.introspect.states import sigmoid
from core.introspect.terms import terms
from core.model import CELLS, Regressor

TIGHT = {"rtol": 0, "atol": 1e-12}


@pytest.fixture
def module(cell, num_layers, inputs) -> Regressor:
    torch.manual_seed(num_layers)
    return Regressor(ModelConfig(cell=cell, hidden_size=6, num_layers=num_layers), inputs).double().eval()


@pytest.fixture
def x(inputs) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(5, 9, inputs))  # (N, T, F)


def as_memory(state) -> tuple[np.ndarray, ...]:
    return tuple(part.detach().numpy() for part in (state if isinstance(state, tuple) else (state,)))


def test_outputs_and_last_memory_equal_torch(module, x):
    expected, state = module.rnn(torch.from_numpy(x))
    traced = forward(network(module.arrays()), x)
    np.testing.assert_allclose(traced.states.hidden[-1], expected.detach().numpy(), **TIGHT)
    for ours, torchs in zip(traced.memory, as_memory(state), strict=True):
        np.testing.assert_allclose(ours, torchs, **TIGHT)
    np.testing.assert_allclose(traced.predictions, module(torch.from_numpy(x))[0].detach().numpy(), **TIGHT)


def test_every_state_of_every_layer_and_step_equals_torch(module, x):
    """h and c after t steps are torch's h_n and c_n on the first t steps."""
    traced = forward(network(module.arrays()), x)
    for t in range(x.shape[1]):
        _, state = module.rnn(torch.from_numpy(x[:, : t + 1]))
        for ours, torchs in zip(traced.states[:, :, t].memory, as_memory(state), strict=True):
            np.testing.assert_allclose(ours, torchs, **TIGHT)


def test_float32_module_agrees_to_1e6(cell, num_layers, x):
    torch.manual_seed(1)
    module = Regressor(ModelConfig(cell=cell, hidden_size=16, num_layers=num_layers), x.shape[2]).eval()
    expected, state = module.rnn(torch.from_numpy(x).float())
    traced = forward(network(module.arrays()), x)
    np.testing.assert_allclose(traced.states.hidden[-1], expected.detach().numpy(), atol=1e-6)
    for ours, torchs in zip(traced.memory, as_memory(state), strict=True):
        np.testing.assert_allclose(ours, torchs, atol=1e-6)


def test_going_on_from_a_memory_is_one_long_pass(module, x):
    net = network(module.arrays())
    whole, first = forward(net, x), forward(net, x[:, :4])
    second = forward(net, x[:, 4:], first.memory)
    for name in whole.states.names():
        np.testing.assert_array_equal(getattr(second.states, name), getattr(whole.states, name)[:, :, 4:])


def test_state_equations_hold(x):
    """c = f c_before + i g, h = o tanh(c); h = (1 - z) n + z h_before; each step starts where the last ended."""
    for cell in CELLS:
        torch.manual_seed(5)
        module = Regressor(ModelConfig(cell=cell, hidden_size=6, num_layers=3), x.shape[2]).double().eval()
        s = forward(network(module.arrays()), x).states
        if cell == "lstm":
            np.testing.assert_allclose(s.forget * s.cell_before + s.input * s.candidate, s.cell, **TIGHT)
            np.testing.assert_allclose(s.output * np.tanh(s.cell), s.hidden, **TIGHT)
        elif cell == "gru":
            np.testing.assert_allclose((1 - s.update) * s.candidate + s.update * s.hidden_before, s.hidden, **TIGHT)
        np.testing.assert_array_equal(s.hidden_before[:, :, 1:], s.hidden[:, :, :-1])


def gates_by_torch(cell: str, module: Regressor, below: torch.Tensor, h: torch.Tensor, k: int) -> dict:
    """The gates of layer k in torch's own functions, straight from the documentation of nn.LSTM and nn.GRU."""
    w = {kind: getattr(module.rnn, f"{kind}_l{k}") for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}
    into = nn.functional.linear(below, w["weight_ih"], w["bias_ih"])
    past = nn.functional.linear(h, w["weight_hh"], w["bias_hh"])
    if cell == "lstm":
        i, f, g, o = (into + past).chunk(4, -1)
        return {"input": i.sigmoid(), "forget": f.sigmoid(), "candidate": g.tanh(), "output": o.sigmoid()}
    if cell == "gru":
        (ir, iz, ic), (hr, hz, hc) = into.chunk(3, -1), past.chunk(3, -1)
        r = (ir + hr).sigmoid()
        return {"reset": r, "update": (iz + hz).sigmoid(), "candidate": (ic + r * hc).tanh()}
    return {"hidden": (into + past).tanh()}


def test_gates_equal_the_documented_formulas_on_torchs_states(cell, module, x):
    traced = forward(network(module.arrays()), x)
    for k in range(len(traced.network.layers)):
        below = torch.from_numpy(x if k == 0 else traced.states.hidden[k - 1])
        expected = gates_by_torch(cell, module, below, torch.from_numpy(traced.states.hidden_before[k]), k)
        for name, values in expected.items():
            np.testing.assert_allclose(getattr(traced.states, name)[k], values.detach().numpy(), **TIGHT)


def test_terms_add_up_to_the_gates(module, x):
    traced = forward(network(module.arrays()), x)
    s = traced.states
    for layer in range(len(traced.network.layers)):
        told = terms(traced, layer, step=3, unit=2, sample=4)
        for gate in told.gates:
            total = gate.from_input + gate.bias_ih + gate.reset * (gate.from_memory + gate.bias_hh)
            assert gate.pre == pytest.approx(total, abs=1e-12)
            assert gate.value == getattr(s, gate.name)[layer, 4, 3, 2]
            squash = sigmoid if gate.name in s.sigmoid_gates else np.tanh
            assert gate.value == pytest.approx(float(squash(np.array(gate.pre))), abs=1e-12)
            assert gate.bias == pytest.approx(gate.bias_ih + gate.reset * gate.bias_hh)
    with pytest.raises(IndexError):
        terms(traced, 0, step=0, unit=6)


def test_terms_split_is_the_split_of_torchs_weights(module, x):
    """With the input silenced only the input part goes; the memory part and the biases stay."""
    net = network(module.arrays())
    memory = forward(net, x).memory
    loud, silent = forward(net, x[:, :1], memory), forward(net, 0 * x[:, :1], memory)
    for with_input, without in zip(terms(loud, 0, 0, 1).gates, terms(silent, 0, 0, 1).gates, strict=True):
        assert without.from_input == 0
        assert with_input.from_input != 0
        assert (with_input.from_memory, with_input.bias_ih) == (without.from_memory, without.bias_ih)


def test_sigmoid_is_torchs_and_never_overflows():
    z = np.array([-800.0, -30, -1, 0, 1, 30, 800])
    np.testing.assert_allclose(sigmoid(z), torch.from_numpy(z).sigmoid().numpy(), atol=1e-15)


def test_foreign_shapes_are_refused():
    weights = {"weight_hh_l0": np.zeros((10, 5)), "weight_ih_l0": np.zeros((10, 1))}
    with pytest.raises(ValueError, match="no LSTM, GRU or RNN"):
        network(weights)


def test_run_trace_predicts_what_the_module_predicts(make_run, cell, layout):
    run, module = make_run(cell=cell, layout=layout)
    x = module.shape(run.windows).double()
    expected = module(x)[0].detach().numpy()
    for pair in (0, 3, len(expected) - 1):
        np.testing.assert_allclose(trace(run, pair, days=10).predictions, expected[pair : pair + 1], atol=1e-6)


def test_series_is_the_last_step_of_every_trace(make_run, cell, layout, monkeypatch):
    monkeypatch.setattr("core.introspect.of_run.CHUNK_BYTES", 9_000)  # several chunks, the last one short
    run, _ = make_run(cell=cell, layout=layout)
    series, days = trace_series(run), 10
    assert series.hidden.shape == (2, 53, 5)
    seen = []
    for rows, some in traces(run, range(53), days):
        seen += list(rows)
        np.testing.assert_allclose(some.states.hidden[:, :, -1], series.hidden[:, rows], **TIGHT)
        one = trace(run, int(rows[0]), days)
        for name in series.names():
            np.testing.assert_allclose(getattr(some.states, name)[:, :1], getattr(one.states, name), **TIGHT)
    np.testing.assert_array_equal(trace_series(run, [40, 2]).hidden, series.hidden[:, [40, 2]])
    assert seen == list(range(0 if layout == "window" else days - 1, 53))


def test_no_such_pair(make_run):
    run, _ = make_run()
    with pytest.raises(IndexError):
        trace(run, 53)

"""LSTM example against autograd and differences; forget bias table; shapes and counts against the real modules."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import ConfigError
from core.jobs.autograd import run_autograd
from core.model import set_forget_bias
from core.theory.gates import decay, keeping
from core.theory.gradients import TARGET, WEIGHTS, LSTMExample, differences, work_out
from core.theory.shapes import (
    RecurrentArguments,
    head_count,
    layout_tensors,
    parameter_count,
    tensor_axes,
    tensor_shapes,
    weight_shapes,
)
from core.values import Cancelled

EXAMPLES = [LSTMExample(), LSTMExample(steps=20, forget_bias=3.0), LSTMExample(steps=2, forget_bias=-2.0)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_backward_pass_is_autograds_and_the_definitions(example):
    ours, autograd, defined = work_out(example).weights, run_autograd(example), differences(example)
    for name in WEIGHTS:
        np.testing.assert_allclose(ours[name], autograd[name], rtol=1e-10, atol=1e-15)
        np.testing.assert_allclose(ours[name], defined[name], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_identity_the_lesson_states(example):
    """Each line of the lesson's backward pass, both sides computed from the numbers it shows."""
    passes = work_out(example)
    assert passes.slopes[-1]["hidden"] == pytest.approx(passes.values[-1]["hidden"] - TARGET)
    for t, (v, d) in enumerate(zip(passes.values, passes.slopes, strict=True)):
        later = passes.slopes[t + 1] if t + 1 < example.steps else None
        from_later = later["cell"] * passes.values[t + 1]["forget"] if later else 0.0
        assert v["cell"] == pytest.approx(v["forget"] * v["cell_before"] + v["input"] * v["candidate"])
        assert v["hidden"] == pytest.approx(v["output"] * math.tanh(v["cell"]))
        assert d["cell"] == pytest.approx(d["hidden"] * v["output"] * (1 - math.tanh(v["cell"]) ** 2) + from_later)
        assert d["forget"] == pytest.approx(d["cell"] * v["cell_before"], abs=1e-15)
        assert d["input"] == pytest.approx(d["cell"] * v["candidate"])
        assert d["candidate"] == pytest.approx(d["cell"] * v["input"])
        assert d["output"] == pytest.approx(d["hidden"] * math.tanh(v["cell"]))
        assert d["pre_forget"] == pytest.approx(d["forget"] * v["forget"] * (1 - v["forget"]), abs=1e-15)
        assert d["pre_candidate"] == pytest.approx(d["candidate"] * (1 - v["candidate"] ** 2))
        n = passes.at(t)
        assert n["z_f"] == pytest.approx(n["w_f"] * n["x"] + n["u_f"] * n["h_before"] + n["b_f"])
        for gate in "igo":
            assert n[f"z_{gate}"] == pytest.approx(n[f"w_{gate}"] * n["x"] + n[f"u_{gate}"] * n["h_before"])
        for gate in "ifo":
            assert n[f"dz{gate}"] == pytest.approx(n[f"d{gate}"] * n[gate] * (1 - n[gate]), abs=1e-15)
        assert n["dc"] == pytest.approx(n["dh"] * n["o"] * n["tanh_slope"] + n["dc_later"] * n["f_later"])
        assert n["dh_before"] == pytest.approx(sum(n[f"u_{gate}"] * n[f"dz{gate}"] for gate in "ifgo"))
    assert passes.kept[0] == pytest.approx(math.prod(v["forget"] for v in passes.values[1:]))
    assert passes.kept[-1] == 1.0


def test_cancelled_autograd_raises():
    with pytest.raises(Cancelled):
        run_autograd(LSTMExample(), should_stop=lambda: True)


def test_example_bounds():
    with pytest.raises(ConfigError, match="steps is 31"):
        LSTMExample(steps=31)


@pytest.mark.parametrize(("bias", "left", "steps"), [(0, 9.54e-7, 1.00), (1, 1.90e-3, 2.21), (2, 7.90e-2, 5.46)])
def test_forget_bias_table(bias, left, steps):
    row = keeping(bias)
    assert row.left == pytest.approx(left, rel=3e-3)
    assert row.half_life == pytest.approx(steps, abs=5e-3)
    assert row.gate**row.half_life == pytest.approx(0.5)
    assert decay(bias, 20)[-1] == pytest.approx(row.left)


def test_pytorchs_two_forget_biases_add():
    """Both biases at 1 hold the gate where a single bias of 2 does."""
    lstm = nn.LSTM(1, 4)
    set_forget_bias(lstm, 2.0)
    split = nn.LSTM(1, 4)
    split.load_state_dict(lstm.state_dict())
    with torch.no_grad():
        split.bias_ih_l0[4:8] = 1.0
        split.bias_hh_l0[4:8] = 1.0 + lstm.bias_hh_l0[4:8]
        x = torch.linspace(-1, 1, 5)[:, None, None]
        torch.testing.assert_close(lstm(x)[0], split(x)[0])


GRID = list(itertools.product(("rnn", "gru", "lstm"), (1, 2, 3), (False, True), (False, True), (False, True)))


@pytest.mark.parametrize(("cell", "layers", "batch_first", "bidirectional", "bias"), GRID)
def test_shapes_and_counts_are_the_modules(cell, layers, batch_first, bidirectional, bias):
    arguments = RecurrentArguments(
        cell=cell,
        input_size=5,
        hidden_size=3,
        num_layers=layers,
        batch_first=batch_first,
        bidirectional=bidirectional,
        bias=bias,
    )
    module = eval(arguments.call, {"nn": nn})
    assert weight_shapes(arguments) == {name: tuple(w.shape) for name, w in module.named_parameters()}
    assert parameter_count(arguments) == sum(w.numel() for w in module.parameters())
    shapes = tensor_shapes(arguments, samples=4, steps=7)
    sizes = {"N": 4, "T": 7, "F": 5, "H": 3, "L": layers, "2H": 6, "2L": 2 * layers}
    assert {n: tuple(sizes[a] for a in axes.split(", ")) for n, axes in tensor_axes(arguments).items()} == shapes
    output, state = module(torch.zeros(shapes["x"]))
    states = state if cell == "lstm" else (state,)
    assert tuple(output.shape) == shapes["output"]
    assert [tuple(part.shape) for part in states] == [shapes[name] for name in ("h_n", "c_n") if name in shapes]


def test_the_articles_counts():
    article = RecurrentArguments(input_size=10, hidden_size=8, num_layers=2)
    assert [sum(math.prod(s) for n, s in weight_shapes(article).items() if f"_l{k}" in n) for k in (0, 1)] == [640, 576]
    assert parameter_count(article) + head_count(article) == 1225
    window = RecurrentArguments(input_size=1, hidden_size=8, num_layers=2, batch_first=True)
    assert parameter_count(window) + head_count(window) == 937


def test_layouts_hold_the_same_pairs_on_other_axes():
    tensors = layout_tensors(np.arange(1.0, 9.0), 3)
    assert {name: tensor.shape for name, tensor in tensors.items()} == {"article": (5, 1, 3), "window": (5, 3, 1)}
    np.testing.assert_array_equal(tensors["article"][:, 0, :], tensors["window"][:, :, 0])
    np.testing.assert_array_equal(tensors["window"][1, :, 0], [2.0, 3.0, 4.0])


def test_last_output_of_one_direction_is_the_top_layers_state():
    lstm = nn.LSTM(2, 3, num_layers=2)
    output, (h_n, _) = lstm(torch.rand(5, 4, 2))
    torch.testing.assert_close(output[-1], h_n[-1])

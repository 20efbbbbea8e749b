"""One unit: the recurrence against nn.RNN, the derivation against autograd, the letters against counting."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.theory.chain import derive, loss, wave
from core.theory.characters import WORDS, read
from core.theory.recurrence import Unit, fever_curve, unroll

UNITS = [Unit(), Unit(w_ax=0.7, w_aa=1.4, b=-0.1, w_o=0.8), Unit(w_ax=1.0, w_aa=-0.6, b=0.3, w_o=-2.0)]


def _torch_states(unit: Unit, inputs, start: float):
    rnn = nn.RNN(1, 1).double()
    with torch.no_grad():
        for name, value in (("weight_ih_l0", unit.w_ax), ("weight_hh_l0", unit.w_aa), ("bias_ih_l0", unit.b)):
            getattr(rnn, name).fill_(value)
        rnn.bias_hh_l0.zero_()
        x = torch.tensor(inputs, dtype=torch.float64)[:, None, None]
        return rnn(x, torch.full((1, 1, 1), start, dtype=torch.float64))[0][:, 0, 0].numpy()


@pytest.mark.parametrize("unit", UNITS)
def test_steps_are_nn_rnn(unit):
    inputs = [0.5, -1.0, 2.0, 0.0, 0.3]
    ours = [step.a for step in unroll(unit, inputs, 0.4)]
    np.testing.assert_allclose(ours, _torch_states(unit, inputs, 0.4), rtol=1e-12)


def test_a_drip_cools_and_ten_of_them_bring_a_healthy_temperature():
    curve = fever_curve(Unit(), [1.0] * 10)
    assert curve[0] == pytest.approx(39.0)
    assert (np.diff(curve) < 0).all()
    assert 36.1 <= curve[-1] <= 37.2  # the normal range of a healthy adult


@given(st.floats(37.0, 40.5), st.lists(st.floats(0.0, 3.0), min_size=1, max_size=30), st.floats(0.0, 1.5))
def test_no_dial_of_the_lesson_makes_a_temperature_no_patient_has(yesterday, drips, keeps):
    """35 degrees is hypothermia, 41.5 hyperpyrexia: the lesson's sliders, at any of their values, reach neither."""
    curve = fever_curve(Unit(w_aa=keeps), drips, yesterday)
    assert curve.min() > 35.0
    assert curve.max() < 41.5


def test_same_drip_other_yesterday_other_today():
    assert fever_curve(Unit(), [1.0], first=40.0)[1] > fever_curve(Unit(), [1.0], first=39.0)[1]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("steps", [3, 20])
def test_terms_sum_to_autograd(unit, steps):
    w_ax = torch.tensor(unit.w_ax, dtype=torch.float64, requires_grad=True)
    state = torch.zeros((), dtype=torch.float64)
    for x in wave(steps):
        state = torch.tanh(w_ax * x + unit.w_aa * state + unit.b)
    (0.5 * (unit.w_o * state - 0.3) ** 2).backward()
    found = derive(unit, wave(steps), 0.3)
    assert found.gradient == pytest.approx(w_ax.grad.item(), rel=1e-10, abs=1e-14)
    assert [len(term.factors) for term in found.terms] == list(range(steps))


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-1, 1))
def test_the_derivative_is_the_slope_of_the_loss(w_aa, w_ax, b):
    unit, nudge, inputs = Unit(w_ax, w_aa, b), 1e-6, [1.0, -0.5, 0.8]
    up, down = (loss(Unit(w_ax + e, w_aa, b), inputs, 0.2) for e in (nudge, -nudge))
    assert derive(unit, inputs, 0.2).gradient == pytest.approx((up - down) / (2 * nudge), abs=1e-7)


@pytest.mark.parametrize("word", WORDS)
def test_a_remembering_network_learns_every_letter(word):
    reading = read(word, 400)
    assert reading.of_truth.min() > 0.98
    np.testing.assert_allclose(reading.probabilities.sum(axis=1), 1.0)
    assert reading.losses[-1] < 0.02 * reading.losses[0]


@pytest.mark.parametrize("word", WORDS)
def test_without_memory_it_reaches_the_frequencies_and_no_more(word):
    """The best any memoryless reader can do is the share of each follower after that letter."""
    pairs = list(pairwise(word))
    shares = [pairs.count(pair) / sum(first == pair[0] for first, _ in pairs) for pair in pairs]
    np.testing.assert_allclose(read(word, 400, remembers=False).of_truth, shares, atol=0.02)


def test_reading_is_the_same_every_time():
    np.testing.assert_array_equal(read("hello", 50).probabilities, read("hello", 50).probabilities)


def test_character_gradient_is_autograds():
    """One training step moves every weight by STEP_SIZE times autograd's gradient."""
    from core.theory import characters as own

    letters, word = "helo", "hello"
    start = own._first(len(letters), True)
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in vars(start).items()}
    codes = [letters.index(letter) for letter in word]
    h, scores = torch.zeros(own.UNITS, dtype=torch.float64), []
    for code in codes[:-1]:
        h = torch.tanh(tensors["wx"][:, code] + tensors["wh"] @ h + tensors["b"])
        scores.append(tensors["wo"] @ h + tensors["bo"])
    nn.functional.cross_entropy(torch.stack(scores), torch.tensor(codes[1:])).backward()
    x = np.eye(len(letters))[codes[:-1]]
    ours = own._gradient(start, x, np.array(codes[1:]), own._forward(start, x))
    for name, tensor in tensors.items():
        np.testing.assert_allclose(getattr(ours, name), tensor.grad.numpy(), rtol=1e-9, atol=1e-12)

"""tanh against sigmoid: functions and slopes against torch, each reason's figure against a direct search."""

import numpy as np
import pytest
import torch

from core.theory.activations import (
    GRID,
    crossing,
    crossing_width,
    half_slope_width,
    reasons,
    sigmoid,
    sigmoid_slope,
    tanh_slope,
)
from core.theory.jacobian import GAMMA, bound

FINE = np.linspace(-12, 12, 2_400_001)
FUNCTIONS = {"tanh": (np.tanh, tanh_slope, -1.0), "sigmoid": (sigmoid, sigmoid_slope, 0.0)}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slopes_are_autograds(name):
    z = torch.tensor(GRID, requires_grad=True)
    y = getattr(torch, name)(z)
    y.sum().backward()
    np.testing.assert_allclose(FUNCTIONS[name][0](GRID), y.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(FUNCTIONS[name][1](GRID), z.grad.numpy(), rtol=1e-9, atol=1e-15)


def test_sigmoid_does_not_overflow():
    np.testing.assert_array_equal(sigmoid([-1e4, 0.0, 1e4]), [0.0, 0.5, 1.0])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_largest_slope_is_pascanus_gamma(name):
    assert FUNCTIONS[name][1](FINE).max() == pytest.approx(GAMMA[name])


def test_a_tanh_is_a_stretched_sigmoid():
    np.testing.assert_allclose(np.tanh(GRID), 2 * sigmoid(2 * GRID) - 1, atol=1e-15)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_widths_by_search(name):
    function, slope, low = FUNCTIONS[name]
    share = (function(FINE) - low) / (1 - low)
    inside = FINE[(share >= 0.05) & (share <= 0.95)]
    assert crossing_width(name) == pytest.approx(np.ptp(inside), abs=1e-4)
    steep = FINE[slope(FINE) >= slope(0.0) / 2]
    assert half_slope_width(name) == pytest.approx(np.ptp(steep), abs=1e-4)


def test_slopes_cross_once_on_each_side():
    apart = tanh_slope(FINE) - sigmoid_slope(FINE)
    at = FINE[:-1][np.sign(apart[:-1]) != np.sign(apart[1:])]
    np.testing.assert_allclose(at, [-crossing(), crossing()], atol=1e-4)


def test_the_verdicts_follow_from_the_figures():
    one, two, three, four, five = reasons()
    assert one.tanh < one.sigmoid
    assert two.tanh > two.sigmoid
    assert three.tanh == pytest.approx(0.0, abs=1e-12)
    assert three.sigmoid == pytest.approx(0.5)
    assert four.tanh < four.sigmoid  # the claim says the opposite
    assert five.tanh == five.sigmoid  # the claim does not separate them


def test_a_sigmoid_path_loses_a_factor_of_four_a_step():
    """The bound, and a path that reaches it: a sigmoid unit at its steepest point, with a recurrent weight of 1."""
    most = bound(1.0, 5, GAMMA["sigmoid"])
    np.testing.assert_allclose(most[:-1] / most[1:], 4.0)
    states = [torch.zeros((), dtype=torch.float64, requires_grad=True)]
    for _ in range(5):
        states.append(torch.sigmoid(states[-1] - states[-1].detach()))  # each step sits at z = 0, the steepest point
    states[-1].backward()
    assert states[0].grad.item() == pytest.approx(most[-1])

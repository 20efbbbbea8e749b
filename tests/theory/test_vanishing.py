"""Products of Jacobians against autograd, the literature's figures, and the bounds that must hold."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.theory import cliff
from core.theory.jacobian import (
    GAMMA,
    RADII,
    SEED,
    START_SCALE,
    UNITS,
    bound,
    clip,
    orthogonal,
    powers,
    product_norms,
    radii,
    shear,
    spread,
)

REFERENCE = {0.5: (9.75e-4, 8.9e-16), 0.9: (0.342, 5.0e-3), 1.0: (0.956, 0.763), 1.2: (4.95, 24.7)}  # lags 10, 50


@pytest.mark.parametrize("radius", RADII)
def test_radius_table_within_a_factor_of_two(radius):
    norms = product_norms(radius, 50)
    for lag, expected in zip((10, 50), REFERENCE[radius], strict=True):
        assert 0.5 < norms[lag - 1] / expected < 2


def test_the_spread_over_draws_holds_this_network_and_the_literatures():
    low, high = spread(1.2, 50)
    assert low <= product_norms(1.2, 50)[-1] <= high
    assert low < REFERENCE[1.2][1] < high
    assert spread(1.2, 50, 0.3) != (low, high)  # the inputs' strength moves it as it moves the curve


@pytest.mark.parametrize("input_scale", [0.0, 0.5])
def test_no_draw_exceeds_pascanus_bound(input_scale):
    low, high = spread(0.9, 50, input_scale)
    assert 0 < low < high <= bound(0.9, 50)[-1] * (1 + 1e-9)


def test_product_is_autograds_jacobian():
    norms = product_norms(1.2, 5, input_scale=0.3)
    rng = np.random.default_rng(SEED + 1)
    start, inputs = START_SCALE * rng.standard_normal(UNITS), 0.3 * rng.standard_normal((5, UNITS))
    w = torch.tensor(1.2 * orthogonal())

    def run(h):
        for x in torch.tensor(inputs):
            h = torch.tanh(w @ h + x)
        return h

    jacobian = torch.autograd.functional.jacobian(run, torch.tensor(start))
    assert norms[-1] == pytest.approx(torch.linalg.matrix_norm(jacobian, 2).item(), rel=1e-10)


def test_orthogonal_is():
    np.testing.assert_allclose(orthogonal() @ orthogonal().T, np.eye(UNITS), atol=1e-12)


@pytest.mark.parametrize("radius", RADII)
@pytest.mark.parametrize("input_scale", [0.0, 0.5])
def test_no_product_exceeds_pascanus_bound(radius, input_scale):
    norms = product_norms(radius, 60, input_scale)
    assert (norms <= bound(radius, 60, GAMMA["tanh"])[1:] * (1 + 1e-9)).all()


def test_a_radius_below_one_may_grow_first():
    found = powers(shear(), 40)
    assert found.radius == pytest.approx(0.9)
    assert found.largest_singular_value > 1
    power, norm = found.peak
    assert power == 9
    assert norm == pytest.approx(11.64, abs=0.005)
    assert found.norms[-1] < 0.2 * norm  # and falls in the end, as the radius says


@given(st.floats(0.1, 0.99), st.floats(0, 5))
def test_radius_does_not_see_the_coupling(diagonal, coupling):
    assert powers(shear(diagonal, coupling), 2).radius == pytest.approx(diagonal)


@given(arrays(np.float64, 5, elements=st.floats(-1e6, 1e6)), st.floats(0.01, 100))
def test_clipping_shortens_and_never_turns(gradient, threshold):
    clipped = clip(gradient, threshold)
    assert np.linalg.norm(clipped) <= threshold * (1 + 1e-9)
    np.testing.assert_allclose(
        clipped * np.linalg.norm(gradient), gradient * np.linalg.norm(clipped), rtol=1e-6, atol=1e-6
    )


def test_clipping_is_torchs():
    parameter = torch.zeros(4, requires_grad=True)
    parameter.grad = torch.tensor([3.0, -4.0, 0.0, 12.0])
    ours = clip(parameter.grad.numpy().astype(np.float64), 2.0)
    torch.nn.utils.clip_grad_norm_([parameter], 2.0)
    np.testing.assert_allclose(ours, parameter.grad.numpy(), rtol=1e-5)


def test_wall_slope_is_autograds():
    for weight in (1.3, 1.4985, 1.51, 2.5):
        w = torch.tensor(weight, dtype=torch.float64, requires_grad=True)
        a = torch.tensor(cliff.START, dtype=torch.float64)
        for _ in range(cliff.STEPS):
            a = torch.tanh(w * a + cliff.BIAS)
        loss = 0.5 * (a - cliff.TARGET) ** 2
        loss.backward()
        ours = cliff.landscape(weight)
        assert float(ours[0]) == pytest.approx(loss.item(), rel=1e-9)
        assert float(ours[1]) == pytest.approx(w.grad.item(), rel=1e-7)


def test_only_the_clipped_descent_stays_near_the_wall():
    free, clipped = cliff.descend(None), cliff.descend(10.0)
    assert free.longest_step > 3
    assert clipped.longest_step <= 10.0 * cliff.LEARNING_RATE * (1 + 1e-9)
    assert clipped.losses[-1] < 0.01 * free.losses[-1]


@pytest.mark.parametrize("threshold", [0.1, 1.0, 10.0, 100.0, 1000.0])
def test_the_close_view_holds_the_edge_and_the_first_steps(threshold):
    scene = cliff.scene(threshold)
    low, high = scene.edge.weights[[0, -1]]
    assert scene.edge.losses[0] > 1.3  # above the wall
    assert scene.edge.losses.min() < 2e-3  # and below it
    assert low < cliff.FIRST_WEIGHT < high < low + 0.2
    assert cliff.FIRST_WEIGHT in scene.edge.weights  # where the descents start the drawn ground passes
    if scene.clipped.longest_step < 0.11:
        assert low < scene.clipped.weights.min() <= scene.clipped.weights.max() < high
    np.testing.assert_array_equal(scene.clipped.weights, cliff.descend(threshold).weights)
    assert scene.steepest == pytest.approx(np.abs(cliff.landscape(scene.whole.weights)[1]).max())


def test_radii_are_the_products_and_their_spread():
    found = radii(0.3, lags=20, lag=10)
    assert tuple(found.norms) == RADII
    np.testing.assert_array_equal(found.norms[0.9], product_norms(0.9, 20, 0.3))
    assert (found.low, found.high) == spread(1.2, 10, 0.3)

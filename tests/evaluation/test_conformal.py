"""Intervals: exact where theory is exact, lawful where the world changes."""

import numpy as np
import pytest

from core.evaluation.conformal import STEP, adaptive_radii, bounds, fewest_residuals, radius, residuals, split_radii


@pytest.mark.parametrize("n", [4, 9, 19, 20, 39, 100])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_split_conformal_covers_exactly_what_theory_says(n, level):
    """Of n + 1 exchangeable residuals each is the new one once: ceil((n + 1) level) of them are covered, no more."""
    if n < fewest_residuals(level):
        with pytest.raises(ValueError, match="needs"):
            radius(np.ones(n), level)
        return
    values = np.random.default_rng(n).permutation(np.arange(1.0, n + 2)) * np.tile([1, -1], n)[: n + 1]
    covered = sum(abs(values[i]) <= radius(np.delete(values, i), level) for i in range(n + 1))
    assert covered == np.ceil(np.round((n + 1) * level, 9))


def test_split_radii_look_only_back():
    errors = np.random.default_rng(1).normal(size=120)
    changed = errors.copy()
    changed[80:] *= 100
    for rule in (split_radii, adaptive_radii):
        np.testing.assert_array_equal(
            rule(errors[:40], errors[40:], 0.8)[:41], rule(changed[:40], changed[40:], 0.8)[:41]
        )


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_adaptive_intervals_hold_where_the_world_changes(level):
    """The bound of Gibbs and Candes 2021, proposition 4.1; plain split conformal breaks it on the same days."""
    days, random = 2000, np.random.default_rng(2)
    errors = random.normal(size=days) * np.where(np.arange(days) < 1000, 1, 4)
    before = random.normal(size=250)
    bound = (max(level, 1 - level) + STEP) / (days * STEP)
    held = {rule: (np.abs(errors) <= rule(before, errors, level)).mean() for rule in (adaptive_radii, split_radii)}
    assert abs(held[adaptive_radii] - level) <= bound
    assert abs(held[split_radii] - level) > bound


def test_adaptive_rates_move_as_the_paper_says():
    """Every miss costs step x level, every hit gives step x (1 - level): with one value in memory, all ranks are it."""
    radii = adaptive_radii(np.ones(250), np.full(50, 2.0), 0.8, step=0.5)
    assert radii[0] == 1  # nothing but ones known
    assert radii[1] == pytest.approx(
        2 * 1.4
    )  # one miss: a working rate of -0.2, the widest residual, stretched by 2 x 0.2
    calm = adaptive_radii(np.arange(1.0, 101), np.zeros(10), 0.8, step=0.5)
    assert (calm[:8] > 0).all()  # 0.2 + 8 x 0.5 x 0.2 is a miss rate of 1: the narrowest interval
    assert (calm[8:] == 0).all()


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e9])
def test_a_forecast_below_zero_is_an_error_of_a_millionth_of_the_price_in_any_unit(unit):
    prices = unit * np.array([3.0, 50, 700])
    np.testing.assert_allclose(residuals(prices, -prices, "close"), np.log(1e6))


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_a_bound_is_reached_exactly_by_an_error_of_that_size(target):
    predicted, size = np.array([3.0, 50, 700]), np.array([0.1, 0.02, 0.3])
    low, high = bounds(predicted, size, target)
    np.testing.assert_allclose(residuals(high, predicted, target), size)
    np.testing.assert_allclose(residuals(low, predicted, target), -size)

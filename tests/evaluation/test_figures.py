"""Figures as they are written: short, and still the number they stand for."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.evaluation.figures import LONGEST_FIGURE, decimals, number, p_value, percent, price, times

SIZES = st.floats(1e-90, 1e90)
SIGNED = SIZES | SIZES.map(lambda size: -size) | st.just(0.0)


@given(SIGNED)
def test_a_number_fits_and_is_right_to_two_digits(value):
    told = number(value)
    assert len(told) <= LONGEST_FIGURE
    assert float(told.replace(",", "")) == pytest.approx(value, rel=0.05, abs=0)


@given(st.floats(-9e5, 9e5).filter(lambda value: abs(value) > 0.01))
def test_a_number_of_an_everyday_size_has_three_digits_or_more(value):
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.005)


@given(SIGNED, st.booleans())
def test_a_share_fits_and_never_reads_as_the_nought_it_is_not(value, signed):
    told = percent(value, signed)
    assert len(told) <= LONGEST_FIGURE
    assert (float(told.strip("<>%")) == 0) == (value == 0)
    if not told.startswith(("<", ">")):
        assert float(told.strip("%")) / 100 == pytest.approx(value, abs=0.00051, rel=0.006)


@pytest.mark.parametrize(
    ("value", "told"),
    [(33.766, "33.77"), (10.0, "10"), (4.2e-7, "4.2e-7"), (-0.012345, "-0.0123"), (1234567.0, "1.235e6"), (0.0, "0")],
)
def test_numbers_as_one_would_write_them(value, told):
    assert number(value) == told


@pytest.mark.parametrize(("ratio", "told"), [(1.016, "1.02"), (6.68, "6.7"), (35.4, "35"), (1e9, ">100")])
def test_times(ratio, told):
    assert times(ratio) == told


def test_a_p_value_never_breaks_across_lines():
    assert p_value(0.0311) == "p\u00a0=\u00a00.031"
    assert p_value(1e-9) == "p\u00a0<\u00a00.001"


@example(-1.48572235717979e-05, 5)
@given(SIGNED.filter(lambda value: abs(value) < 1e15), st.integers(2, 12))
def test_a_price_fits_and_is_no_nought_unless_it_is(value, digits):
    told = price(value, digits)
    assert len(told) <= LONGEST_FIGURE
    assert (float(told.replace(",", "")) == 0) == (value == 0)


@given(st.floats(1e-9, 9e5))
def test_a_price_in_its_own_digits_keeps_three_of_them(level):
    told = price(level, decimals(np.array([level])))
    assert float(told.replace(",", "")) == pytest.approx(level, rel=0.005)


@pytest.mark.parametrize(
    ("prices", "last"),
    [
        ([252.2, 250.11], "252.20"),
        ([3.512, 3.4], "3.512"),
        ([10.0, 11.0], "10.00"),
        ([1.0834, 1.1], "1.0834"),
        ([3348.08, 3301.5], "3,348.1"),
        ([0.0123, 0.0456], "0.01230"),
        ([4.36e-7, 4.1e-7], "4.36e-7"),
        ([100 / 3, 50.0], "33.33"),
    ],
)
def test_prices_are_written_as_they_are_quoted(prices, last):
    assert price(prices[0], decimals(np.array(prices))) == last

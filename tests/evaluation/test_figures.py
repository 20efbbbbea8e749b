"""Figures as they are written: short, and still the number they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.figures import LONGEST_FIGURE, number, p_value, percent, times

SIZES = st.floats(1e-90, 1e90)
SIGNED = SIZES | SIZES.map(lambda size: -size) | st.just(0.0)


@given(SIGNED)
def test_a_number_fits_and_is_right_to_two_digits(value):
    told = number(value)
    assert len(told) <= LONGEST_FIGURE
    assert float(told.replace(",", "")) == pytest.approx(value, rel=0.05)


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

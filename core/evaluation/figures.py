"""How a figure is written: never longer than seven characters, and never a nought that is not one.

Ratios of errors stop at `MOST_TIMES`: beyond it a few days that hardly move decide, and the digits mean nothing.
"""

from __future__ import annotations

import math

import numpy as np

from core.values import Array

LONGEST_FIGURE = 7  # characters on screen
MOST_TIMES = 100.0  # errors are compared up to so many times each other
_LEAST_POWER = -4  # of ten; below it a figure is written in powers
_MOST_SHARE = 99.99  # 9,999 per cent
_SMALLEST_SHARE = 0.0005  # what would be written as 0.0 %
_NOT_0 = "123456789"
_FEWEST_DECIMALS, MOST_DECIMALS = 2, 5  # of a price; below 0.001 it is written in powers of ten
_QUOTED = 4  # decimals that markets quote


def number(value: float, digits: int = 4) -> str:
    """A plain figure with so many significant digits at most: 0.01234, 38.06, 1,234, 1.23e9."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    power = math.floor(math.log10(abs(value)))
    ways = [_plain(value, kept, power) for kept in range(digits, min(digits, 2), -1)] if power >= _LEAST_POWER else []
    ways += [*(_powers(value, kept) for kept in range(digits, 1, -1)), _whole_powers(value)]
    return next((way for way in ways if len(way) <= LONGEST_FIGURE), ways[-1])


def _plain(value: float, digits: int, power: int) -> str:
    decimals = max(digits - 1 - power, 0)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text


def _powers(value: float, digits: int) -> str:
    mantissa, power = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(power)}"


def _whole_powers(value: float) -> str:
    """-15e-12, where -1.5e-11 would not fit."""
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa.replace('.', '')}e{int(power) - 1}"


def decimals(prices: Array) -> int:
    """Decimals in which to write prices (D,) of one security: two, or as many as they are quoted in, up to four.

    More where the middle one needs them for four significant digits; above `MOST_DECIMALS` they are too many to read,
    and `price` writes powers of ten.
    """
    known = np.abs(prices[np.isfinite(prices) & (prices != 0)])
    if not len(known):
        return _FEWEST_DECIMALS
    level = math.floor(math.log10(float(np.median(known))))
    tried = range(_FEWEST_DECIMALS, _QUOTED + 1)
    quoted = next((kept for kept in tried if np.allclose(known, np.round(known, kept), rtol=1e-9, atol=0)), 0)
    return max(_FEWEST_DECIMALS, quoted, 3 - level if level < 0 else 0)


def price(value: float, digits: int) -> str:
    """A price, or a difference of prices, in so many decimals: fewer where it would not fit, never a nought that is not
    one."""
    if digits > MOST_DECIMALS or not math.isfinite(value):
        return number(value)
    if value and abs(value) < 0.5 * 10.0**-digits:
        return number(value, 3)
    ways = (f"{value:,.{kept}f}" for kept in range(digits, -1, -1))
    fits = (way for way in ways if len(way) <= LONGEST_FIGURE and (value == 0 or any(digit in way for digit in _NOT_0)))
    return next(fits, number(value))


def percent(share: float, signed: bool = False) -> str:
    """A share in per cent with one decimal: 17.0%, +0.3%, <0.1%; whole from 1,000 % on, and at most ">9999%"."""
    sign = "+" if signed else ""
    if share and abs(share) < _SMALLEST_SHARE:
        return "<0.1%" if share > 0 else ">-0.1%"
    if abs(share) > _MOST_SHARE:
        return ">9999%" if share > 0 else "<-9999%"
    return format(share, f"{sign}.1%" if abs(share) < 9.995 else f"{sign}.0%")


def times(ratio: float) -> str:
    """How many times as large: 1.02, 6.7, 35; above 100 only ">100"."""
    if ratio > MOST_TIMES:
        return f">{MOST_TIMES:.0f}"
    return f"{ratio:.2f}" if ratio < 2 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def p_value(p: float) -> str:
    """What a test found: p = 0.031, or p < 0.001, held together by no-break spaces."""
    return f"p\u00a0=\u00a0{p:.3f}" if p >= 0.0005 else "p\u00a0<\u00a00.001"

"""How a figure is written: never longer than seven characters, and never a nought that is not one.

Ratios of errors stop at `MOST_TIMES`: beyond it a few days that hardly move decide, and the digits mean nothing.
"""

from __future__ import annotations

import math

LONGEST_FIGURE = 7  # characters on screen
MOST_TIMES = 100.0  # errors are compared up to so many times each other
_MOST_SHARE = 99.99  # 9,999 per cent
_SMALLEST_SHARE = 0.0005  # what would be written as 0.0 %


def number(value: float, digits: int = 4) -> str:
    """A plain figure with so many significant digits at most: 0.01234, 38.06, 1,234, 1.23e9."""
    if value == 0 or not math.isfinite(value):
        return f"{value:.0f}"
    decimals = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    plain = f"{value:,.{decimals}f}"
    if len(plain) <= LONGEST_FIGURE and abs(value) >= 1e-4:
        return plain
    for kept in range(digits - 1, -1, -1):
        mantissa, power = f"{value:.{kept}e}".split("e")
        short = f"{mantissa}e{int(power)}"
        if len(short) <= LONGEST_FIGURE:
            return short
    return f"{value:.0e}".replace("e-0", "e-").replace("e+", "e")


def percent(share: float, signed: bool = False) -> str:
    """A share in per cent with one decimal: 17.0%, +0.3%, <0.1%; whole from 1,000 % on, and at most ">9999%"."""
    sign = "+" if signed else ""
    if share and abs(share) < _SMALLEST_SHARE:
        return "<0.1%" if share > 0 else ">-0.1%"
    if abs(share) > _MOST_SHARE:
        return ">9999%" if share > 0 else "<-9999%"
    return format(share, f"{sign}.1%" if abs(share) < 10 else f"{sign}.0%")


def times(ratio: float) -> str:
    """How many times as large: 1.02, 6.7, 35; above 100 only ">100"."""
    if ratio > MOST_TIMES:
        return f">{MOST_TIMES:.0f}"
    return f"{ratio:.2f}" if ratio < 2 else f"{ratio:.1f}" if ratio < 10 else f"{ratio:.0f}"


def p_value(p: float) -> str:
    """What a test found: p = 0.031, or p < 0.001, held together by no-break spaces."""
    return f"p\u00a0=\u00a0{p:.3f}" if p >= 0.0005 else "p\u00a0<\u00a00.001"

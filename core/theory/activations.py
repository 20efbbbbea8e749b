"""tanh against sigmoid: the functions, their slopes, and the article's five reasons, each computed and judged."""

from __future__ import annotations

from dataclasses import dataclass
from math import acosh, atanh, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from core.introspect.states import sigmoid
from core.values import Array

REACH = 0.9  # the middle share of its range an activation must cross, from 5 % to 95 %
GRID = np.linspace(-6.0, 6.0, 241)  # where the lesson draws, 0.05 apart; symmetric about 0


def tanh_slope(z: ArrayLike) -> Array:
    """d tanh/dz = 1 - tanh(z)^2; at most 1."""
    return np.asarray(1.0 - np.tanh(np.asarray(z, dtype=np.float64)) ** 2)


def sigmoid_slope(z: ArrayLike) -> Array:
    """d sigmoid/dz = y (1 - y); at most 1/4."""
    y = sigmoid(z)
    return np.asarray(y * (1.0 - y))


@dataclass(frozen=True)
class Reason:
    """One of the article's reasons with the figure of each function that decides it."""

    number: int
    tanh: float
    sigmoid: float


def reasons() -> list[Reason]:
    """The article's five reasons for tanh.

    1. width of input in which each crosses the middle 90 % of its range;
    2. width of the range;
    3. mean over inputs symmetric about 0;
    4. width of input in which the slope is above half its own largest: the sigmoid's is the wider one, so
       "sensitive over a wider interval" is put right to "steeper" (see `crossing` for where that ends);
    5. exponentials needed for the slope once the output y is known: none for either, 1 - y^2 and y (1 - y).
    """
    return [
        Reason(1, crossing_width("tanh"), crossing_width("sigmoid")),
        Reason(2, 2.0, 1.0),
        Reason(3, float(np.tanh(GRID).mean()), float(sigmoid(GRID).mean())),
        Reason(4, half_slope_width("tanh"), half_slope_width("sigmoid")),
        Reason(5, 0.0, 0.0),
    ]


def crossing_width(name: str) -> float:
    """Width of input over which the function goes from 5 % to 95 % of its range.

    tanh(z) = 2 sigmoid(2z) - 1, so tanh's is exactly half of sigmoid's.
    """
    width = 2 * atanh(REACH)  # tanh from -0.9 to 0.9
    return width if name == "tanh" else 2 * width


def half_slope_width(name: str) -> float:
    """Width of input over which the slope is above half its own largest value: sech^2 = 1/2 at acosh(sqrt 2)."""
    width = 2 * acosh(sqrt(2.0))
    return width if name == "tanh" else 2 * width


def crossing() -> float:
    """The |z| beyond which sigmoid's slope is the larger one.

    sech^2(z) = sech^2(z/2) / 4, so cosh z = 2 cosh(z/2); with c = cosh(z/2), 2c^2 - 1 = 2c and c = (1 + sqrt 3) / 2.
    """
    c = (1.0 + sqrt(3.0)) / 2.0
    return 2.0 * log(c + sqrt(c * c - 1.0))

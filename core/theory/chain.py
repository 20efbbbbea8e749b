"""dL/dW_x through time, written out: the article's derivation for one unit, every factor with its value.

The unit is s_t = tanh(w_ax x_t + w_aa s_{t-1} + b), its output o_T = w_o s_T, the loss L = (o_T - y)^2 / 2. Then

    dL/dw_ax = sum over k = 1..T of  (o_T - y) * w_o * [product over j = k+1..T of w_aa (1 - s_j^2)] * (1 - s_k^2) x_k

(back-propagation through time; Werbos 1990). The bracket is the part that vanishes or explodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from core.theory.recurrence import Step, Unit, unroll
from core.values import Array

WAVE_PERIOD = 7  # steps; the lesson's inputs are a cosine, so that they neither grow nor stop


@dataclass(frozen=True)
class Term:
    """What step k adds to dL/dw_ax: error * w_o * product(factors) * slope * x.

    Attributes:
        k: the step whose input is meant.
        error: dL/do_T = o_T - y.
        w_o: do_T/ds_T.
        factors: ds_j/ds_{j-1} = w_aa (1 - s_j^2) for j = k+1 ... T, in that order; none for k = T.
        slope: ds_k/dz_k = 1 - s_k^2.
        x: dz_k/dw_ax = x_k.
    """

    k: int
    error: float
    w_o: float
    factors: tuple[float, ...]
    slope: float
    x: float

    @property
    def carried(self) -> float:
        """ds_T/ds_k, the product of the factors."""
        return prod(self.factors)

    @property
    def value(self) -> float:
        return self.error * self.w_o * self.carried * self.slope * self.x


@dataclass(frozen=True)
class Derivation:
    """The forward steps, the loss, and the terms of dL/dw_ax from the newest step (k = T) to the oldest (k = 1)."""

    steps: list[Step]
    loss: float
    terms: list[Term]

    @property
    def gradient(self) -> float:
        return sum(term.value for term in self.terms)


def derive(unit: Unit, inputs: Sequence[float], target: float) -> Derivation:
    """Every factor of dL/dw_ax for the inputs x_1 ... x_T, the state starting at 0."""
    steps = unroll(unit, inputs)
    error = steps[-1].y - target
    factors = [unit.w_aa * step.slope for step in steps]  # ds_j/ds_{j-1}, j = 1 ... T
    terms = [
        Term(step.t, error, unit.w_o, tuple(factors[step.t :]), step.slope, step.x)  # factors[t:] are j = t+1 ... T
        for step in reversed(steps)
    ]
    return Derivation(steps, 0.5 * error * error, terms)


def loss(unit: Unit, inputs: Sequence[float], target: float) -> float:
    """L = (o_T - y)^2 / 2."""
    return 0.5 * (unroll(unit, inputs)[-1].y - target) ** 2


def wave(steps: int) -> Array:
    """The lesson's inputs, cos(2 pi t / 7) for t = 1 ... T: (T,)."""
    return np.cos(2 * np.pi * np.arange(1, steps + 1) / WAVE_PERIOD)

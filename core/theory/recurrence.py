"""One recurrent unit, a_t = tanh(w_aa a_{t-1} + w_ax x_t + b), y_t = w_o a_t, followed step by step (Elman 1990)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import tanh

import numpy as np

from core.values import Array

MIDDLE_TEMPERATURE = 38.5  # degrees Celsius at state 0: a moderate fever
DEGREES_PER_STATE = 2.5  # the state lies in (-1, 1): whatever the dials, a living body, between 36 and 41 degrees


@dataclass(frozen=True)
class Unit:
    """The weights of one recurrent unit; the defaults are the fever's: a drip cools, most of yesterday stays."""

    w_ax: float = -0.2
    w_aa: float = 0.9
    b: float = 0.0
    w_o: float = 1.0


@dataclass(frozen=True)
class Step:
    """One step in numbers: a = tanh(z), z = w_aa * before + w_ax * x + b, slope = da/dz = 1 - a^2, y = w_o * a."""

    t: int
    x: float
    before: float
    z: float
    a: float
    y: float

    @property
    def slope(self) -> float:
        return 1.0 - self.a * self.a


def unroll(unit: Unit, inputs: Sequence[float], start: float = 0.0) -> list[Step]:
    """Follow `unit` over the inputs x_1 ... x_T from the state a_0 = `start`; T steps, t from 1."""
    steps, before = [], start
    for t, x in enumerate(inputs, 1):
        z = unit.w_aa * before + unit.w_ax * x + unit.b
        a = tanh(z)
        steps.append(Step(t, float(x), before, z, a, unit.w_o * a))
        before = a
    return steps


def temperature(state: float) -> float:
    """A state as body temperature in degrees Celsius."""
    return MIDDLE_TEMPERATURE + DEGREES_PER_STATE * state


def state_of(degrees: float) -> float:
    """Body temperature in degrees Celsius as a state."""
    return (degrees - MIDDLE_TEMPERATURE) / DEGREES_PER_STATE


def fever_curve(unit: Unit, drips: Sequence[float], first: float = 39.0) -> Array:
    """Temperatures in degrees Celsius: the first day's, then one after each drip; (T + 1,)."""
    states = [state_of(first), *(step.a for step in unroll(unit, drips, state_of(first)))]
    return np.array([temperature(state) for state in states])

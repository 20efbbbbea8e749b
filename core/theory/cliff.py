"""The wall: one recurrent unit whose loss, over its own weight, has a cliff, and gradient descent meeting it.

After Pascanu, Mikolov, Bengio 2013, section 2.3 and figure 6, here for a_t = tanh(w a_{t-1} + b), a_0 = 1/2, and the
loss L = (a_50 - y)^2 / 2. Left of the wall the state falls to its lower rest point, right of it it stays up.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.theory.jacobian import clip
from core.values import Array

STEPS, START, BIAS, TARGET = 50, 0.5, -0.2, 0.7
VIEW = (1.2, 5.0)  # weights the lesson shows
FALL = (1.4965, 0.006)  # where its close view begins, and how far it reaches at least: the fall is 0.002 wide
LONGEST_VIEW = 0.12  # and at most, however far a clipped step goes
FIRST_WEIGHT, LEARNING_RATE, DESCENT = 1.4985, 1e-3, 40  # plain gradient descent that starts on the wall itself


def landscape(weights: ArrayLike) -> tuple[Array, Array]:
    """Loss and dL/dw at each weight, both of the weights' shape; the slope by forward accumulation, step by step."""
    w = np.asarray(weights, dtype=np.float64)
    a, da = np.full_like(w, START), np.zeros_like(w)  # a_t and da_t/dw
    for _ in range(STEPS):
        before = a
        a = np.tanh(w * before + BIAS)
        da = (1.0 - a * a) * (before + w * da)
    error = a - TARGET
    return 0.5 * error * error, error * da


@dataclass(frozen=True)
class Ground:
    """Losses over weights, (K,) each."""

    weights: Array
    losses: Array


@dataclass(frozen=True)
class Path:
    """Weights visited by gradient descent (n + 1,), their losses, and the longest single step."""

    weights: Array
    losses: Array

    @property
    def longest_step(self) -> float:
        return float(np.abs(np.diff(self.weights)).max())


def descend(threshold: float | None) -> Path:
    """Gradient descent from FIRST_WEIGHT; each slope is shortened to `threshold` first, None leaves it as it is."""
    weights = [FIRST_WEIGHT]
    for _ in range(DESCENT):
        slope = landscape(weights[-1])[1]
        weights.append(weights[-1] - LEARNING_RATE * float(slope if threshold is None else clip(slope, threshold)))
    visited = np.array(weights)
    return Path(visited, landscape(visited)[0])


@dataclass(frozen=True)
class Scene:
    """What the lesson shows of the wall.

    Attributes:
        whole, edge: the loss over all its weights, and from the cliff's edge to the end of the clipped descent.
        steepest: the largest |dL/dw| of `whole`.
        free, clipped: the descents without and with clipping.
    """

    whole: Ground
    edge: Ground
    steepest: float
    free: Path
    clipped: Path


def scene(threshold: float) -> Scene:
    """Both descents and their ground, for slopes clipped at `threshold`."""
    weights = np.sort(np.append(np.linspace(*VIEW, 381), FIRST_WEIGHT))
    losses, slopes = landscape(weights)
    free, clipped = descend(None), descend(threshold)
    low, least = FALL
    reach = 1.1 * (float(clipped.weights.max()) - low)
    near = np.linspace(low, low + min(max(reach, least), LONGEST_VIEW), 241)
    near = np.sort(np.append(near, FIRST_WEIGHT))
    return Scene(Ground(weights, losses), Ground(near, landscape(near)[0]), float(np.abs(slopes).max()), free, clipped)

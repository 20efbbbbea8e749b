"""Days like a given one: those after which the network was in nearly the same state."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.values import Array

COUNT = 5
STILL = 1e-9  # a unit whose state, between -1 and 1, varies less than this tells no day from another


def distances(hidden: Array, own: Array) -> Array:
    """Euclidean distance of the state `own`, (H,), from that of every day, `hidden` (D, H); (D,).

    Every unit counts in its own standard deviation over all days, so that none outweighs the others by its scale.
    """
    spread = hidden.std(axis=0)
    moving = spread > STILL
    steps = (hidden[:, moving] - own[moving]) / spread[moving]  # (D, units that move)
    return np.asarray(np.sqrt(np.square(steps).sum(axis=1)))


def nearest(away: Array, pairs: NDArray[np.intp], pair: int, apart: int) -> NDArray[np.intp]:
    """Places in `away` of the COUNT nearest days, the nearest first; fewer where there are not so many.

    Args:
        away: distance of each day, (D,).
        pairs: the number of each day's pair, (D,).
        pair: the one they are compared with; those less than `apart` pairs from it are left out.
    """
    far_enough = np.flatnonzero(np.abs(pairs - pair) >= apart)
    return far_enough[np.argsort(away[far_enough], kind="stable")][:COUNT]

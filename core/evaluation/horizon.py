"""Days beyond the data: a one-step model fed with its own forecasts, with intervals for every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.evaluation.conformal import radius
from core.run import Array

Predict = Callable[[Array], Array]
"""Windows (n, T), oldest day first, to the next value of each (n,). A network whose state runs on keeps it inside."""

LONGEST = 30  # trading days


@dataclass(frozen=True)
class Horizon:
    """The next K days: `path` (K,) and, for each level, the lower and upper bounds (K,)."""

    path: Array
    bounds: dict[float, tuple[Array, Array]]


def paths(predict: Predict, windows: Array, steps: int) -> Array:
    """Feed `windows` (n, T) with their own forecasts, `steps` times: (n, steps), in the windows' units."""
    found = np.empty((len(windows), steps))
    for step in range(steps):
        found[:, step] = predict(windows)
        windows = np.column_stack([windows[:, 1:], found[:, step]])
    return found


def past_errors(predict: Predict, series: Array, window: int, rows: range, steps: int) -> Array:
    """What the same recursion got wrong before: errors (n, steps) of the forecasts made just before each row.

    Args:
        series: scaled values (D,).
        rows: first days of the forecasts, each at least `window`; `rows.stop + steps - 1` at most D.
    """
    views = np.lib.stride_tricks.sliding_window_view
    starts = np.array(rows)
    happened = views(series, steps)[starts]  # (n, steps)
    return happened - paths(predict, views(series, window)[starts - window], steps)


def horizon(path: Array, errors: Array, levels: tuple[float, ...]) -> Horizon:
    """Put split-conformal bounds round a path (K,), from past errors (n, K) of the same steps, both in one unit.

    For prices, pass log prices and exponentiate the bounds: `exponential`.
    """
    radii = {level: np.array([radius(step, level) for step in errors.T]) for level in levels}
    return Horizon(path, {level: (path - half, path + half) for level, half in radii.items()})


def exponential(ahead: Horizon) -> Horizon:
    """The same horizon with path and bounds exponentiated: from log prices to prices."""
    return Horizon(
        np.exp(ahead.path), {level: (np.exp(low), np.exp(high)) for level, (low, high) in ahead.bounds.items()}
    )

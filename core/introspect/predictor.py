"""A finished run's own network as a one-step predictor, for days beyond the data."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.introspect.forward import Network, network, steps
from core.introspect.states import Memory
from core.run import Run
from core.values import Array, Weights, as_days

AT_ONCE = 1024  # windows whose states stay in the cache

Predict = Callable[[Array], Array]
"""Scaled windows (n, T, F), oldest day first, to the next scaled value of each (n,)."""

Start = Callable[[NDArray[np.int64]], Predict]
"""A fresh Predict for forecasts whose first days are these rows (n,) of the series; row D is the first day beyond it.

A network that reads windows ignores the rows; one whose state runs through all days starts from the states it had
there, and moves them on with each call.
"""


def network_of(run: Run) -> Start:
    """The run's network, ready to start on any row of its series.

    In the window layout every window starts from zeros. In the article's layout the state runs through all days, so a
    forecast starts from the state that the days before its first row have left, and carries it on.
    """
    net, window = network(run.weights), run.experiment.model.window
    if run.experiment.model.layout == "window":
        return lambda rows: lambda windows: _read(net, windows)[0]
    memories = [net.no_memory(1)]  # before the first pair
    memories += [states.memory for states in steps(net, as_days(run.windows))]
    by_day = [np.concatenate(parts, axis=1) for parts in zip(*memories, strict=True)]  # h (and c): (L, days + 1, H)
    return lambda rows: _Running(net, tuple(part[:, rows - window] for part in by_day))  # each (L, n, H)


def predictions(weights: Weights, windows: Array, layout: str) -> Array:
    """What a network predicts for each of the windows (N, T, F) of a run or data set, scaled: (N,).

    In the article's layout the windows are all days in their order, and the state runs through them.
    """
    net = network(weights)
    if layout == "article":
        return np.concatenate([net.read_out(states.hidden[-1]) for states in steps(net, as_days(windows))])
    parts = np.array_split(windows, -(-len(windows) // AT_ONCE))
    return np.concatenate([_read(net, part)[0] for part in parts])


class _Running:
    """A network whose state goes on from call to call: windows (n, T, F) -> (n,)."""

    def __init__(self, net: Network, memory: Memory) -> None:
        self.net, self.memory = net, memory

    def __call__(self, windows: Array) -> Array:
        found, self.memory = _read(self.net, windows.reshape(len(windows), 1, -1), self.memory)  # (n, days=1, T*F)
        return found


def _read(net: Network, x: Array, memory: Memory | None = None) -> tuple[Array, Memory]:
    """What the head says after the last step of x (n, T, F), and the memory that step leaves."""
    last = deque(steps(net, x, memory), maxlen=1)[0]
    return net.read_out(last.hidden[-1]), last.memory

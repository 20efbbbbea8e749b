"""A finished run's own network on its own days.

In the window layout a pair is one sample of T = window steps, and each starts from a zero state. In the article's
layout a step is a day: one sequence runs through all pairs, and a pair is seen together with the days before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.introspect.forward import Network, Trace, forward, network, steps
from core.introspect.states import Memory, States
from core.run import Run
from core.values import Array, as_days

Rows = NDArray[np.intp]  # numbers of pairs

DAYS = 30  # how far back the article's running state is followed unless told otherwise
CHUNK_BYTES = 32_000_000  # of kept states at a time; with the way back and its copies four times that
MOST_VALUES = 3_000_000  # units times steps that an average goes through: a few seconds at the largest dials


def by_window(run: Run) -> bool:
    """Whether the window is the time axis; otherwise the days are, as in the article's code."""
    return run.experiment.model.layout == "window"


def trace(run: Run, pair: int, days: int = DAYS) -> Trace:
    """Everything the run's network computes to predict one pair (0 is the oldest); N = 1, no dropout.

    Window layout: the T = window steps of that pair. Article layout: the last `days` days up to the pair (fewer
    at the start), the whole window a step, going on from the state that all earlier days have left.

    Raises:
        IndexError: there is no such pair.
    """
    if not 0 <= pair < len(run.windows):
        raise IndexError(f"pair {pair} of {len(run.windows)}")
    net = network(run.weights)
    if by_window(run):
        return forward(net, run.windows[pair][None])  # (T, F) -> (1, T, F)
    first = max(pair + 1 - days, 0)
    x = as_days(run.windows[: pair + 1])
    memory = None
    for states in steps(net, x[:, :first]):
        memory = states.memory
    return forward(net, x[:, first:], memory)


def step_dates(run: Run, pair: int, days: int = DAYS) -> pd.DatetimeIndex:
    """The day each step of `trace(run, pair, days)` reads; in the article layout the last day of its window. (T,)."""
    window = run.experiment.model.window
    if by_window(run):
        return run.series_dates[pair : pair + window]
    return run.series_dates[max(pair + 1 - days, 0) + window - 1 : pair + window]


def gate_matrices(traced: Trace, layer: int) -> dict[str, Array]:
    """Gates and states of the first sample in one layer by name, each (T, H), in the order they are drawn."""
    states = traced.states[layer, 0]
    return {name: getattr(states, name) for name in states.shown}


def last_dates(run: Run) -> pd.DatetimeIndex:
    """The last day each pair has read, the day before its target's: (N,)."""
    window = run.experiment.model.window
    return run.series_dates[window - 1 : window - 1 + len(run.windows)]


def trace_series(run: Run, pairs: Sequence[int] | None = None) -> States:
    """The final step of each pair, all of them when left out: fields of shape (L, N, H), in the order of `pairs`.

    Only that step is kept; the steps before it pass through, a chunk of pairs at a time.
    """
    net, windows = network(run.weights), run.windows
    wanted = np.asarray(range(len(windows)) if pairs is None else pairs, dtype=np.intp)
    if not by_window(run):
        needed, walked = set(wanted.tolist()), steps(net, as_days(windows[: wanted.max() + 1]))
        days = {day: states for day, states in enumerate(walked) if day in needed}  # a day is a step here
        return net.cell.join([days[day] for day in wanted.tolist()], axis=1)  # N times (L, 1, H) -> (L, N, H)
    parts = []
    for rows in chunks(wanted, _step_bytes(net)):
        passing = steps(net, windows[rows])
        parts.append(deque(passing, maxlen=1).pop())
    return net.cell.join(parts, axis=1)


def traces(run: Run, pairs: Sequence[int], days: int = DAYS) -> Iterator[tuple[Rows, Trace]]:
    """Whole traces of many pairs, a chunk at a time, so that memory stays bounded: yields (pair numbers, Trace).

    Every sample is one pair, in both layouts. In the article layout each is its last `days` days, going on from the
    running state; pairs with fewer days before them are left out.
    """
    net, rows = network(run.weights), np.asarray(pairs, dtype=np.intp)
    if by_window(run):
        for some in chunks(rows, _step_bytes(net) * run.experiment.model.window):
            yield some, forward(net, run.windows[some])
        return
    began = [states.memory_before for states in steps(net, as_days(run.windows))]  # what each day started from
    running = [
        np.concatenate(part, axis=1) for part in zip(*began, strict=True)
    ]  # days times (L, 1, H) -> (L, days, H)
    for some in chunks(rows[rows >= days - 1], _step_bytes(net) * days):
        first = some - days + 1
        x = run.windows[first[:, None] + np.arange(days)].reshape(len(some), days, -1)  # (n, days, T*F)
        started: Memory = tuple(part[:, first] for part in running)  # (L, n, H)
        yield some, forward(net, x, started)


def thinned(run: Run, pairs: Sequence[int], steps: int) -> Sequence[int]:
    """`pairs`, or so many of them at even distances that a pass over `steps` steps of each stays affordable."""
    model = run.experiment.model
    most = max(MOST_VALUES // (steps * model.num_layers * model.hidden_size), 20)
    return pairs[:: -(-len(pairs) // most)] if len(pairs) > most else pairs


def chunks(rows: Rows, bytes_each: int) -> Iterator[Rows]:
    """`rows` in consecutive pieces of at most CHUNK_BYTES, at least one row each."""
    size = max(CHUNK_BYTES // bytes_each, 1)
    yield from (rows[first : first + size] for first in range(0, len(rows), size))


def _step_bytes(net: Network) -> int:
    """Bytes that the states of one sample and step take in float64, over all layers."""
    return 8 * len(net.cell.names()) * len(net.layers) * net.hidden_size

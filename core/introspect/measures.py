"""What gates and gradients tell, as plain figures. Each is a pure function of a trace, its gradients or its states."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.introspect.backward import Gradients
from core.introspect.gru import GRUStates
from core.introspect.lstm import LSTMStates
from core.introspect.states import States
from core.values import Array

LOW, HIGH = 0.1, 0.9  # beyond these a sigmoid gate counts as shut or open


@dataclass(frozen=True)
class LagNorms:
    """Euclidean norms over the units of dL/dh_t and dL/dc_t, by lag: 0 is the last step.

    Attributes:
        hidden: (L, N, T).
        cell: (L, N, T), or None for a cell without a cell state.
    """

    hidden: Array
    cell: Array | None


def lag_norms(gradients: Gradients) -> LagNorms:
    """How much of the last step's gradient is left so many steps earlier."""

    def by_lag(values: Array) -> Array:
        return np.asarray(np.linalg.norm(values, axis=-1)[..., ::-1], dtype=np.float64)  # (L, N, T, H) -> (L, N, T)

    states = gradients.states
    return LagNorms(by_lag(states.hidden), by_lag(states.cell) if isinstance(states, LSTMStates) else None)


def _ratio(part: Array, whole: Array) -> Array:
    out = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=out, where=whole > 0)
    return out


@dataclass(frozen=True)
class Crossing:
    """Size of the gradient that crosses from one step to the one before, by the way it takes; both (L, N, T - 1).

    By lag: index 0 is the crossing from the last step to the one before it. Sizes are sums of absolute values over
    the units.

    Attributes:
        kept: along the memory itself, multiplied by nothing but the gate that keeps it.
        through_gates: through h_{t-1}, the recurrent matrix and the gates.
    """

    kept: Array
    through_gates: Array

    @property
    def share(self) -> Array:
        """kept / (kept + through_gates), 0..1; NaN where nothing crosses at all."""
        return _ratio(self.kept, self.kept + self.through_gates)


def crossing(gradients: Gradients) -> Crossing:
    """Split what dL/d(memory of step t-1) receives from step t into its two ways.

    LSTM, memory c: dL/dc_{t-1} = f_t dL/dc_t + [W_hh' dL/dpre_t] o_{t-1} (1 - tanh(c_{t-1})^2), the second being
    what returns to h_{t-1} and goes on to c_{t-1}. Both add up to dL/dc_{t-1} where nothing else reads h_{t-1}: in
    the top layer of a network that predicts from its last step.
    GRU, memory h: dL/dh_{t-1} = z_t dL/dh_t + W_hh' dL/dpre_t. An RNN has the second way only.
    """
    values, d = gradients.trace.states, gradients.states
    back = d.hidden_before[:, :, 1:]  # (L, N, T - 1, H)
    if isinstance(values, LSTMStates) and isinstance(d, LSTMStates):
        before = values[:, :, :-1]
        kept, gated = d.cell_before[:, :, 1:], back * before.output * (1 - np.tanh(before.cell) ** 2)
    elif isinstance(values, GRUStates):
        kept = values.update[:, :, 1:] * d.hidden[:, :, 1:]
        gated = back - kept
    else:
        kept, gated = np.zeros_like(back), back
    return Crossing(_size_by_lag(kept), _size_by_lag(gated))


def _size_by_lag(parts: Array) -> Array:
    return np.asarray(np.abs(parts).sum(axis=-1)[..., ::-1], dtype=np.float64)  # (L, N, T - 1, H) -> (L, N, T - 1)


def day_slopes(slopes: Array, window: int) -> Array:
    """dL/d(inputs of a day) in the article's layout, oldest day first: (N, T, window * F) -> (N, T + window - 1, F).

    A day stands in up to `window` of the overlapping windows, once in each; its derivative is the sum over all of them.
    """
    samples, steps, _ = slopes.shape
    by_place = slopes.reshape(samples, steps, window, -1)  # day j of step t's window is day t + j
    found = np.zeros((samples, steps + window - 1, by_place.shape[-1]))
    for j in range(window):
        found[:, j : j + steps] += by_place[:, :, j]
    return found


def half_life(kept: ArrayLike) -> Array:
    """Steps until a memory that keeps the share `kept` (between 0 and 1) at each step has halved: ln 0.5 / ln kept.

    Infinite where all is kept, 0 where nothing is.
    """
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(2) / np.log(1 / np.asarray(kept, dtype=np.float64)), dtype=np.float64)


@dataclass(frozen=True)
class GateLevels:
    """How a set of steps uses the gates, per layer.

    Attributes:
        gates: the sigmoid gates, in PyTorch's order; G of them, none in an RNN.
        below: share of values under 0.1, shut, (G, L).
        above: share of values over 0.9, open, (G, L).
        kept: mean of the gate that keeps the memory (forget of an LSTM, update of a GRU), (L, H); None in an RNN.
    """

    gates: tuple[str, ...]
    below: Array
    above: Array
    kept: Array | None

    @property
    def half_lives(self) -> Array | None:
        """Steps in which each unit's memory halves at its mean gate, (L, H); None in an RNN."""
        return None if self.kept is None else half_life(self.kept)


def gate_levels(states: States) -> GateLevels:
    """Saturation and mean keeping of the gates over every step given; states (L, ..., H)."""
    gates = [getattr(states, name) for name in states.sigmoid_gates]  # each (L, ..., H)
    rest = tuple(range(1, states.hidden.ndim))  # every axis but the layers
    layers = len(states.hidden)
    keeper = getattr(states, states.keeps) if states.keeps else None
    return GateLevels(
        states.sigmoid_gates,
        below=np.array([(gate < LOW).mean(axis=rest) for gate in gates]).reshape(len(gates), layers),
        above=np.array([(gate > HIGH).mean(axis=rest) for gate in gates]).reshape(len(gates), layers),
        kept=None if keeper is None else keeper.mean(axis=rest[:-1]),  # (L, ..., H) -> (L, H)
    )


def correlate(units: Array, series: Array) -> Array:
    """Pearson correlation of every unit (L, N, H) with one series (N,), over its finite values: (L, H).

    NaN where a unit or the series does not move.
    """
    seen = np.isfinite(series)
    a, b = units[:, seen], series[seen]
    if len(b) < 2 or np.ptp(b) == 0:
        return np.full(units.shape[::2], np.nan)
    moves = np.ptp(a, axis=1) > 0  # (L, H)
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean()
    together = np.einsum("lnh,n->lh", a, b)
    alone = np.sqrt((a**2).sum(axis=1) * (b**2).sum())  # (L, H)
    return _ratio(together, np.where(moves, alone, 0))

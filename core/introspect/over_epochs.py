"""What becomes of a network over the snapshots of its training, oldest first.

In the window layout snapshot follows snapshot, each over many windows at once. In the article's layout a day is a step
after the other, so there all snapshots walk side by side.

Shapes: S snapshots, L layers, H units, T steps, N pairs. A run's days and layout serve all of its snapshots.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.introspect.forward import Network, network, steps
from core.introspect.of_run import DAYS, by_window, gate_matrices, thinned, trace, trace_series
from core.introspect.predictor import predictions
from core.introspect.states import Layer, States
from core.run import Run
from core.values import Array, Weights, as_days


def predictions_through(run: Run, frames: Sequence[Weights]) -> Array:
    """What each snapshot predicts, in the units of the run's predictions: (S, N)."""
    if by_window(run):
        scaled = np.stack([predictions(weights, run.windows, "window") for weights in frames])
    else:
        nets = [network(weights) for weights in frames]
        heads, biases = np.stack([net.head for net in nets]), np.array([net.head_bias for net in nets])
        tops = (states.hidden[-1, :, 0] for states in _side_by_side(nets, run.windows))  # (S, H) a day
        scaled = np.stack([(top * heads).sum(axis=1) + biases for top in tops], axis=1)
    return np.stack([run.task.in_units(each, run.scaler) for each in scaled])


def states_through(run: Run, frames: Sequence[Weights], pair: int, layer: int) -> dict[str, Array]:
    """Gates and states behind one pair in each snapshot, by name, each (S, T, H); `layer` is 0..L-1.

    The steps are those of `of_run.trace(run, pair)`.

    Raises:
        IndexError: there is no such pair.
    """
    if by_window(run):
        found = [gate_matrices(trace(replace(run, weights=weights), pair), layer) for weights in frames]
        return {name: np.stack([matrices[name] for matrices in found]) for name in found[0]}
    if not 0 <= pair < len(run.windows):
        raise IndexError(f"pair {pair} of {len(run.windows)}")
    nets = [network(weights) for weights in frames]
    last = deque(_side_by_side(nets, run.windows[: pair + 1]), maxlen=DAYS)
    days = [states[layer, :, 0] for states in last]  # T times (S, H)
    return {name: np.stack([getattr(states, name) for states in days], axis=1) for name in nets[0].cell.shown}


@dataclass(frozen=True)
class OverEpochs:
    """Figures of each snapshot.

    Attributes:
        kept: the gate that keeps the memory, by unit, after the last step and averaged over pairs of the test part,
            (S, L, H); None for a cell without one.
        keeps: that gate's name: "forget" of an LSTM, "update" of a GRU.
        pairs: how many were averaged.
        norms: by gate, the Euclidean norm of its weights on input and hidden state over all layers, without biases,
            (S,).
        distance: Euclidean distance of all weights from those of the first snapshot, (S,).
    """

    kept: Array | None
    keeps: str | None
    pairs: int
    norms: Mapping[str, Array]
    distance: Array


def over_epochs(run: Run, frames: Sequence[Weights]) -> OverEpochs:
    """Gates, weights and the way travelled through the snapshots; of many test pairs some at even distances."""
    each_steps = run.experiment.model.window if by_window(run) else 1
    pairs = list(thinned(run, range(run.train_pairs, len(run.windows)), each_steps * len(frames)))
    keeps = network(frames[0]).cell.keeps
    norms = [_norms(weights) for weights in frames]
    flat = [np.concatenate([np.ravel(part).astype(np.float64) for part in weights.values()]) for weights in frames]
    return OverEpochs(
        kept=_kept(run, frames, keeps, pairs) if keeps is not None and pairs else None,
        keeps=keeps,
        pairs=len(pairs),
        norms={name: np.array([each[name] for each in norms]) for name in norms[0]},
        distance=np.array([np.linalg.norm(each - flat[0]) for each in flat]),
    )


def _kept(run: Run, frames: Sequence[Weights], name: str, pairs: Sequence[int]) -> Array:
    """Mean over the pairs of a gate at their last step: (S, L, H)."""
    if by_window(run):
        series = (trace_series(replace(run, weights=weights), pairs) for weights in frames)
        return np.stack([getattr(states, name).mean(axis=1) for states in series])  # S times (L, N, H) -> (L, H)
    wanted, walked = set(pairs), _side_by_side([network(weights) for weights in frames], run.windows[: pairs[-1] + 1])
    days = [getattr(states, name)[:, :, 0] for day, states in enumerate(walked) if day in wanted]  # (L, S, H) each
    return np.asarray(np.mean(days, axis=0).swapaxes(0, 1), dtype=np.float64)


def _norms(weights: Weights) -> dict[str, float]:
    """By gate, the norm of its rows of W_ih and W_hh in all layers together."""
    net = network(weights)
    squares = np.zeros(len(net.cell.gates))
    for layer in net.layers:
        for matrix in (layer.weight_ih, layer.weight_hh):  # (G*H, F), (G*H, H), gate by gate
            squares += (matrix**2).reshape(len(squares), -1).sum(axis=1)
    return dict(zip(net.cell.gates, np.sqrt(squares).tolist(), strict=True))


class _Layers(Layer):
    """One layer of S networks: weights (S, G*H, F) and (S, G*H, H), biases (S, 1, G*H); x (S, N, F) or (N, F)."""

    def from_input(self, x: Array) -> Array:
        return x @ self.weight_ih.swapaxes(1, 2) + self.bias_ih

    def from_memory(self, h: Array) -> Array:
        return h @ self.weight_hh.swapaxes(1, 2) + self.bias_hh


def _side_by_side(nets: Sequence[Network], windows: Array) -> Iterator[States]:
    """S networks through the same days, from zeros: yields a day's states, each (L, S, 1, H)."""
    together = tuple(
        _Layers(
            weight_ih=np.stack([layer.weight_ih for layer in layers]),
            weight_hh=np.stack([layer.weight_hh for layer in layers]),
            bias_ih=np.stack([layer.bias_ih for layer in layers])[:, None],
            bias_hh=np.stack([layer.bias_hh for layer in layers])[:, None],
        )
        for layers in zip(*(net.layers for net in nets), strict=True)
    )
    zeros = tuple(np.stack([part] * len(nets), axis=1) for part in nets[0].no_memory(1))  # (L, S, 1, H) each
    yield from steps(replace(nets[0], layers=together), as_days(windows), zeros)

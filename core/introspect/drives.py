"""Which input opens which gate: what a gate's pre-activation moves with, unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.input_names import input_of
from core.introspect.backward import backward, prediction_slope
from core.introspect.forward import Trace
from core.introspect.of_run import by_window, thinned, traces
from core.run import Run
from core.values import Array

HIDDEN, BIAS, BELOW = "hidden state", "bias", "layer below"


@dataclass(frozen=True)
class GateDrives:
    """Of one layer, the share of the variance of each gate's pre-activation that comes from each of its terms.

    A pre-activation is a sum, z = sum of z_k, one term an input, one for all hidden states, one for the biases. The
    share of term k is Cov(z_k, z) / Var(z), over all days and steps: the shares of a unit sum to one, whatever the
    terms' own correlations. A term that works against the others has a negative share. Biases do not move, so their
    share is 0, but for a GRU's candidate, where the reset gate multiplies one of them.

    Attributes:
        terms: names of the K terms: the inputs (of an upper layer "layer below"), "hidden state", "bias".
        shares: gate -> (H, K); NaN for a unit whose pre-activation never moves.
        reach: gate -> Var(z) times the mean of (d prediction / dz)^2, (H,): the variance of the scaled prediction that
            the unit's gate brings about by itself, to first order. Where the head hardly reads a unit it is small.
    """

    terms: tuple[str, ...]
    shares: dict[str, Array]
    reach: dict[str, Array]

    def of(self, *gates: str) -> dict[str, float]:
        """Each term's share in these gates as a whole, or in all: a unit's gate counts by its reach. An input of
        several numbers a day is one term. NaN where nothing that reaches the prediction moves."""
        chosen = gates or tuple(self.shares)
        weights = np.concatenate([self.reach[gate] for gate in chosen])
        shares = np.nan_to_num(np.concatenate([self.shares[gate] for gate in chosen]))  # (G H, K)
        total = float(weights.sum())
        found = weights @ shares / total if total > 0 else np.full(len(self.terms), np.nan)
        whole: dict[str, float] = {}
        for term, share in zip(self.terms, found.tolist(), strict=True):
            whole[input_of(term)] = whole.get(input_of(term), 0.0) + share
        return whole

    def weight(self, gate: str) -> float:
        """The gate's part of the summed reach of all, 0..1; NaN where none reaches the prediction."""
        total = float(sum(reach.sum() for reach in self.reach.values()))
        return float(self.reach[gate].sum()) / total if total > 0 else float("nan")

    def leading(self, names: Sequence[str], *gates: str) -> str | None:
        """The one of these terms, named as `of` does, with the largest share in the gates, or in all; None where
        nothing moves them."""
        found = {name: share for name, share in self.of(*gates).items() if name in names and np.isfinite(share)}
        return max(found, key=found.__getitem__, default=None)


def gate_drives(run: Run, layer: int = 0, pairs: Sequence[int] | None = None) -> GateDrives:
    """What moves the gates of a layer, over every step of `pairs`, or of the test part.

    In the article's layout a step is a day, and an input's term is the sum over the days of its window. Of a large
    network's test part only pairs at even distances are taken.

    Raises:
        IndexError: there is no such layer.
        ValueError: `pairs` is empty.
    """
    model = run.experiment.model
    if not 0 <= layer < model.num_layers:
        raise IndexError(f"layer {layer} of {model.num_layers}")
    pairs = thinned(run, range(run.train_pairs, len(run.windows)), model.window) if pairs is None else pairs
    if not len(pairs):
        raise ValueError("no pair to look at")
    inputs, sums = list(run.inputs), dict[str, list[Array]]()
    for _, traced in traces(run, pairs, 1) if not by_window(run) else traces(run, pairs):
        slopes = backward(traced, prediction_slope(traced)).states[layer]
        for gate, terms in _terms(traced, layer, len(inputs)).items():  # (K, M, H)
            whole, slope = terms.sum(axis=0), getattr(slopes, f"pre_{gate}").reshape(-1, terms.shape[2])  # (M, H)
            new = [
                np.array(float(len(whole))), whole.sum(axis=0), np.square(whole).sum(axis=0),
                np.square(slope).sum(axis=0), terms.sum(axis=1), (terms * whole).sum(axis=1),
            ]  # fmt: skip
            sums[gate] = [old + more for old, more in zip(sums.get(gate, [np.zeros(())] * 6), new, strict=True)]
    names = (*(inputs if layer == 0 else [BELOW]), HIDDEN, BIAS)
    found = {gate: _shares(*parts) for gate, parts in sums.items()}
    return GateDrives(
        names, {gate: shares for gate, (shares, _) in found.items()}, {gate: own for gate, (_, own) in found.items()}
    )


def _shares(
    count: Array, whole: Array, squares: Array, slopes: Array, terms: Array, products: Array
) -> tuple[Array, Array]:
    """Shares (H, K) and reach (H,) from sums over M days and steps: of z, z^2 and (dy/dz)^2 (H,), of z_k and z_k z
    (K, H)."""
    mean = whole / count
    variance = np.maximum(squares / count - mean**2, 0.0)
    together = products / count - terms / count * mean  # (K, H)
    moves = variance > 1e-12 * (squares / count)
    shares = np.full(together.shape, np.nan)
    np.divide(together, variance, out=shares, where=moves)
    return shares.T, np.where(moves, variance * slopes / count, 0.0)


def _terms(traced: Trace, layer: int, inputs: int) -> dict[str, Array]:
    """Of each gate the terms of its pre-activation, over M = N T samples and steps: (K, M, H)."""
    states, weights = traced.states[layer], traced.network.layers[layer]
    units = traced.network.hidden_size
    below = traced.x if layer == 0 else traced.states.hidden[layer - 1]  # (N, T, F) or (N, T, H)
    x = below.reshape(-1, below.shape[-1])  # (M, F)
    memory = states.hidden_before.reshape(-1, units)  # (M, H)
    groups = np.arange(x.shape[1]) % inputs if layer == 0 else np.zeros(x.shape[1], dtype=int)  # days lie side by side
    found = {}
    for place, gate in enumerate(states.gates):
        rows = slice(place * units, (place + 1) * units)
        w_ih, w_hh = weights.weight_ih[rows], weights.weight_hh[rows]
        reset = states.reset.reshape(-1, units) if gate == "candidate" and hasattr(states, "reset") else 1.0
        parts = [x[:, groups == k] @ w_ih[:, groups == k].T for k in range(groups.max() + 1)]  # each (M, H)
        bias = weights.bias_ih[rows] + reset * weights.bias_hh[rows]
        hidden = reset * (memory @ w_hh.T)
        found[gate] = np.stack([*parts, hidden, np.broadcast_to(bias, hidden.shape)])
    return found

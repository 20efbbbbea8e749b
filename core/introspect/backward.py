"""The explicit backward pass: backpropagation through time (Werbos 1990), one cell's `step_back` at a time.

A gradient reaches a hidden state from up to three sides: the head, the layer above at the same step, and its own layer
one step later. Adding them before going further back is all that this file does; the calculus stands in the cells.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.introspect.forward import Trace
from core.introspect.states import Memory, States
from core.values import Array


@dataclass(frozen=True)
class Gradients:
    """Derivatives of one number per sample (a prediction, a loss) with respect to everything behind it.

    Attributes:
        trace: the forward pass they belong to.
        states: dL/d(value) under the value's name, each (L, N, T, H). `hidden` and `cell` are total derivatives, over
            every way from there to L. `hidden_before` and `cell_before` are the part of step t - 1's that came back
            through step t.
        x: dL/dx, (N, T, F).
        weights: dL/dw under PyTorch's names, summed over the samples.
        memory: dL/d(what the first step started from), (L, N, H) each.
    """

    trace: Trace
    states: States
    x: Array
    weights: dict[str, Array]
    memory: Memory


def prediction_slope(trace: Trace) -> Array:
    """d(prediction)/d(outputs), (N, T): 1 at the last step, so each sample's gradients are of its own prediction."""
    slope = np.zeros_like(trace.outputs)
    slope[:, -1] = 1
    return slope


def loss_slope(trace: Trace, targets: Array, loss: str = "mse") -> Array:
    """d(loss)/d(outputs), (N, T), of the mean loss over all targets, as `nn.MSELoss` and `nn.HuberLoss` take it.

    Args:
        trace: the forward pass.
        targets: (N,) when only the last step predicts, (N, T) when every step does, as in the article's layout.
        loss: "mse", or "huber" (linear beyond an error of 1).
    """
    last_only = targets.ndim == 1
    errors = (trace.predictions if last_only else trace.outputs) - targets
    slope = (2 * errors if loss == "mse" else np.clip(errors, -1, 1)) / errors.size
    return prediction_slope(trace) * slope[:, None] if last_only else slope


def backward(trace: Trace, slope: Array) -> Gradients:
    """Go back through every step and layer of `trace`, starting from `slope` = dL/d(outputs), (N, T)."""
    net, (samples, steps) = trace.network, trace.outputs.shape
    d_memory = [tuple(part[k] for part in net.no_memory(samples)) for k in range(len(net.layers))]  # L times (N, H)
    d_x, columns = np.empty_like(trace.x, dtype=np.float64), []
    for t in reversed(range(steps)):
        from_above = slope[:, t, None] * net.head  # (N, 1) * (H,) -> (N, H)
        column = []
        for k in reversed(range(len(net.layers))):
            layer, (from_later, *rest) = net.layers[k], d_memory[k]
            step = trace.states[k, :, t].step_back(layer, (from_later + from_above, *rest))
            d_memory[k] = step.memory_before
            from_above = step.side(step.input_side) @ layer.weight_ih  # (N, G*H) -> (N, H), or (N, F) at the bottom
            column.append(step)
        d_x[:, t] = from_above
        columns.append(net.cell.stack(column[::-1], axis=0))  # (L, N, H)
    states = net.cell.stack(columns[::-1], axis=2)  # (L, N, T, H)
    memory = tuple(np.stack(parts) for parts in zip(*d_memory, strict=True))
    return Gradients(trace, states, d_x, _weights(trace, states, slope), memory)


def _weights(trace: Trace, d_states: States, slope: Array) -> dict[str, Array]:
    """Each weight acts at every sample and step; its gradient is the sum of what it did there."""
    values, found = trace.states, {}
    for k in range(len(trace.network.layers)):
        below = trace.x if k == 0 else values.hidden[k - 1]  # (N, T, F) or (N, T, H)
        d_in = d_states[k].side(d_states.input_side)  # (N, T, G*H)
        d_back = d_states[k].side(d_states.memory_side)
        found[f"weight_ih_l{k}"] = np.tensordot(d_in, below, ([0, 1], [0, 1]))  # (G*H, F)
        found[f"weight_hh_l{k}"] = np.tensordot(d_back, values.hidden_before[k], ([0, 1], [0, 1]))  # (G*H, H)
        found[f"bias_ih_l{k}"] = d_in.sum((0, 1))
        found[f"bias_hh_l{k}"] = d_back.sum((0, 1))
    found["fc.weight"] = np.tensordot(slope, values.hidden[-1], ([0, 1], [0, 1]))[None]  # (1, H)
    found["fc.bias"] = slope.sum()[None]
    return found

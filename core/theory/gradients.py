"""One LSTM unit in numbers, forward and backward: the derivation the article skips, every term with its value.

The unit reads a cosine for T steps; its last output is the prediction, and the loss is L = (h_T - y)^2 / 2. The
equations are `core.introspect`'s. The weights are round figures, chosen so that no gate is saturated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import tanh
from typing import ClassVar

import numpy as np

from core.config import Dials, span
from core.introspect.backward import Gradients, backward, prediction_slope
from core.introspect.forward import Network, Trace, forward
from core.introspect.lstm import LSTMStates
from core.introspect.states import Layer, States
from core.theory.chain import wave
from core.values import Array, Estimate

GATES = ("input", "forget", "candidate", "output")  # PyTorch's order in every stacked matrix
LETTERS = {"input": "i", "forget": "f", "candidate": "g", "output": "o"}
WEIGHT_IH = (0.6, -0.4, 1.1, 0.5)
WEIGHT_HH = (0.3, 0.2, -0.5, 0.4)
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
TARGET = 0.5
NUDGE = 1e-5  # of the central differences; their error is of order NUDGE^2


@dataclass(frozen=True, kw_only=True)
class LSTMExample(Dials):
    """Its length, and the sum of PyTorch's two forget biases. Also the service's task of asking autograd."""

    runner: ClassVar[str] = "core.jobs.autograd:run_autograd"
    steps: int = span(6, 2, 30, "steps", "more terms than a page can show")
    forget_bias: float = span(1.0, -5.0, 10.0, "", "beyond these the gate is shut or open to three digits")

    @property
    def layer(self) -> Layer:
        """The unit's weights as PyTorch stacks them: (4, 1), (4, 1), (4,), (4,)."""
        return Layer(
            weight_ih=np.array(WEIGHT_IH)[:, None],
            weight_hh=np.array(WEIGHT_HH)[:, None],
            bias_ih=np.array([0.0, self.forget_bias, 0.0, 0.0]),
            bias_hh=np.zeros(4),
        )

    @property
    def x(self) -> Array:
        """Inputs (N=1, T, F=1)."""
        return wave(self.steps)[None, :, None]

    def estimate(self, rows: int) -> Estimate:
        del rows
        return Estimate(None, 0.1)


@dataclass(frozen=True)
class Passes:
    """The example forward and backward: every field of `states` and `slopes` is (L=1, N=1, T, H=1).

    Attributes:
        trace: the forward pass.
        gradients: of the loss.
    """

    example: LSTMExample
    trace: Trace
    gradients: Gradients

    @property
    def loss(self) -> float:
        return _loss(self.trace)

    @cached_property
    def values(self) -> list[dict[str, float]]:
        """Per step, oldest first: name -> number (input, forget, candidate, output, cell, cell_before, hidden, ...)."""
        return _by_step(self.trace.states)

    @cached_property
    def slopes(self) -> list[dict[str, float]]:
        """Per step, oldest first: name -> dL/d(that value)."""
        return _by_step(self.gradients.states)

    @cached_property
    def weights(self) -> dict[str, Array]:
        """dL/dweights: weight_ih, weight_hh, bias_ih, bias_hh, each (4,), in PyTorch's order of gates."""
        return {name: self.gradients.weights[f"{name}_l0"].reshape(-1) for name in WEIGHTS}

    @cached_property
    def kept(self) -> Array:
        """Share of dL/dc_T that reaches dL/dc_t along the cell state alone: f_{t+1} ... f_T; (T,), the last is 1."""
        later = [step["forget"] for step in self.values[:0:-1]]  # f_T ... f_2
        return np.asarray(np.cumprod([1.0, *later])[::-1], dtype=np.float64)

    def at(self, t: int) -> dict[str, float]:
        """Every number of step t (0 is the first) under the letters of the lesson's formulas.

        f, i, g, o, c, h, added = i g, and c_before, h_before; z_, w_, u_ and d, dz for each gate; dc, dh, dh_before;
        dc_later and f_later from the step after, 0 at the last.
        """
        v, d = self.values[t], self.slopes[t]
        last = t + 1 == self.example.steps
        found = {"x": float(self.example.x[0, t, 0]), "b_f": self.example.forget_bias, "tanh_c": tanh(v["cell"])}
        found |= {"tanh_slope": 1.0 - found["tanh_c"] ** 2, "dc": d["cell"]}
        found |= {"dc_later": 0.0 if last else self.slopes[t + 1]["cell"]}
        found |= {"f_later": 0.0 if last else self.values[t + 1]["forget"]}
        found |= {"c": v["cell"], "c_before": v["cell_before"], "h": v["hidden"], "h_before": v["hidden_before"]}
        found |= {"added": v["input"] * v["candidate"]}
        found |= {"dh": d["hidden"], "dh_before": d["hidden_before"]}
        for name, w, u in zip(GATES, WEIGHT_IH, WEIGHT_HH, strict=True):
            letter, pre = LETTERS[name], f"pre_{name}"
            found |= {letter: v[name], f"z_{letter}": v[pre], f"w_{letter}": w, f"u_{letter}": u}
            found |= {f"d{letter}": d[name], f"dz{letter}": d[pre]}
        return found


def work_out(example: LSTMExample) -> Passes:
    """Both passes by `core.introspect`; dL/dh_T = h_T - y starts the way back."""
    trace = forward(_network(example.layer), example.x)
    slope = prediction_slope(trace) * (trace.predictions - TARGET)[:, None]  # (N=1, T)
    return Passes(example, trace, backward(trace, slope))


def differences(example: LSTMExample) -> dict[str, Array]:
    """dL/dweights by central differences, (L(w + e) - L(w - e)) / 2e: the definition, no derivation in it."""
    layer, found = example.layer, {}
    for name in WEIGHTS:
        found[name] = np.array([_slope(layer, name, gate, example.x) for gate in range(len(GATES))])
    return found


def _slope(layer: Layer, name: str, gate: int, x: Array) -> float:
    losses = []
    for nudge in (NUDGE, -NUDGE):
        moved = getattr(layer, name).copy()
        moved[gate] += nudge
        losses.append(_loss(forward(_network(replace(layer, **{name: moved})), x)))
    return (losses[0] - losses[1]) / (2 * NUDGE)


def _network(layer: Layer) -> Network:
    return Network(LSTMStates, (layer,), head=np.ones(1), head_bias=0.0)  # the head hands h_T on


def _loss(trace: Trace) -> float:
    return 0.5 * float(trace.predictions[0] - TARGET) ** 2


def _by_step(states: States) -> list[dict[str, float]]:
    columns = {name: getattr(states, name)[0, 0, :, 0].tolist() for name in states.names()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

"""The equations of one step and one unit, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from core.introspect.forward import Trace
from core.introspect.states import States


@dataclass(frozen=True)
class GateTerms:
    """Where one pre-activation comes from: pre = from_input + bias_ih + reset * (from_memory + bias_hh).

    Attributes:
        name: the gate, as the field of States is called.
        from_input: W_ih x_t of this unit.
        from_memory: W_hh h_{t-1} of this unit.
        bias_ih, bias_hh: PyTorch's two biases.
        reset: the reset gate in front of a GRU's candidate; 1 everywhere else.
        pre: the sum.
        value: after sigmoid or tanh.
        each_input: the products W_ih x_t is the sum of: F of them, in the article's layout window * F with the days one
            after the other; H in a layer above the first.
    """

    name: str
    from_input: float
    from_memory: float
    bias_ih: float
    bias_hh: float
    reset: float
    pre: float
    value: float
    each_input: tuple[float, ...] = ()

    @property
    def bias(self) -> float:
        """Both biases, as they enter the sum."""
        return self.bias_ih + self.reset * self.bias_hh


@dataclass(frozen=True)
class Terms:
    """One unit at one step.

    Attributes:
        gates: one GateTerms for each gate, in PyTorch's order.
        values: every factor of the state equations as a number: `values.forget * values.cell_before + ...`.
    """

    gates: tuple[GateTerms, ...]
    values: States


def terms(trace: Trace, layer: int, step: int, unit: int, sample: int = 0) -> Terms:
    """The equations of `unit` in `layer` at `step` of one sample; all counted from 0.

    Raises:
        IndexError: there is no such layer, step, unit or sample.
    """
    values = trace.states[layer, sample, step, unit]
    weights = trace.network.layers[layer]
    below = trace.x[sample, step] if layer == 0 else trace.states.hidden[layer - 1, sample, step]  # (F,) or (H,)
    memory = trace.states.hidden_before[layer, sample, step]  # (H,)
    rows = [unit % len(memory) + k * len(memory) for k in range(len(values.gates))]  # this unit's row in each gate
    gates = tuple(
        GateTerms(
            name=name,
            from_input=float(weights.weight_ih[row] @ below),
            from_memory=float(weights.weight_hh[row] @ memory),
            bias_ih=float(weights.bias_ih[row]),
            bias_hh=float(weights.bias_hh[row]),
            reset=float(getattr(values, "reset", 1.0)) if name == "candidate" else 1.0,
            pre=float(getattr(values, f"pre_{name}")),
            value=float(getattr(values, name)),
            each_input=tuple((weights.weight_ih[row] * below).tolist()),
        )
        for name, row in zip(values.gates, rows, strict=True)
    )
    return Terms(gates, values)

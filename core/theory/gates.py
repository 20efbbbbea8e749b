"""What a forget gate keeps. With c_t = f c_{t-1} + ..., a memory shrinks by f a step: f^n after n steps.

Initial forget bias: Gers, Schmidhuber, Cummins 2000; Jozefowicz, Zaremba, Sutskever 2015.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.introspect.measures import half_life
from core.introspect.states import sigmoid
from core.values import Array


@dataclass(frozen=True)
class Keeping:
    """A forget gate held open by its bias alone: its value, what is left after `steps`, and its half-life in steps."""

    bias: float
    gate: float
    left: float
    half_life: float


def keeping(bias: float, steps: int = 20) -> Keeping:
    """sigmoid(b), sigmoid(b)^steps and ln(1/2) / ln(sigmoid(b))."""
    gate = float(sigmoid(bias))
    return Keeping(bias, gate, gate**steps, float(half_life(gate)))


def bias_table(bias: float) -> dict[str, float]:
    """The lesson's table: gate_, left_ and life_ for the biases 0, 1, 2 and b, the reader's own."""
    rows = {"0": keeping(0.0), "1": keeping(1.0), "2": keeping(2.0), "b": keeping(bias)}
    table = {"b": bias}
    for name, row in rows.items():
        table |= {f"gate_{name}": row.gate, f"left_{name}": row.left, f"life_{name}": row.half_life}
    return table


def decay(bias: float, steps: int) -> Array:
    """What is left after 0 ... steps steps: (steps + 1,)."""
    return np.asarray(float(sigmoid(bias)) ** np.arange(steps + 1, dtype=np.float64))


# Accuracy on the arithmetic task of Jozefowicz et al. 2015, table 1, under the names of the lesson's text.
JOZEFOWICZ_2015 = {"j_rnn": 0.295, "j_noforget": 0.293, "j_lstm": 0.892, "j_gru": 0.896, "j_bias": 0.902}

"""What a training costs on one core, worked out from its sizes; benchmarks/service_cost.py measures the constants."""

from __future__ import annotations

from dataclasses import dataclass

FIXED_SECONDS = 0.1  # data set, baselines, measures, transport


@dataclass(frozen=True)
class _Way:
    """One way of training one cell, in seconds on one core, forward and backward."""

    batch: float  # an optimiser step and its bookkeeping
    step: float  # a time step of one layer, however few sequences
    unit: float  # more for each sequence and unit of it
    multiplication: float


GATES = {"lstm": 4, "gru": 3, "rnn": 1}
_COMPILED = _Way(1e-5, 0.0, 1e-9, 3.7e-12)
_COMPILED_SEQUENCE = _Way(1e-5, 1.4e-7, 1e-9, 7e-12)  # one sequence reads all weights at every step
_PYTORCH = {  # only the LSTM's steps are fused
    "lstm": _Way(4e-4, 8e-7, 1.6e-8, 4e-12),
    "gru": _Way(4e-4, 7e-5, 1.7e-8, 4e-12),
    "rnn": _Way(4e-4, 2.1e-5, 9e-9, 4e-12),
}


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One pass over `sequences` of `steps` time steps, `inputs` values each, in `batches` optimiser steps."""

    cell: str
    compiled: bool
    inputs: int
    hidden_size: int
    num_layers: int
    steps: int
    sequences: int
    batches: int

    @property
    def seconds(self) -> float:
        """What each optimiser step, time step, unit and multiplication costs, added up."""
        compiled = _COMPILED_SEQUENCE if self.sequences == 1 else _COMPILED
        way, width, layers = compiled if self.compiled else _PYTORCH[self.cell], self.hidden_size, self.num_layers
        weights = GATES[self.cell] * width * (self.inputs + width + (layers - 1) * 2 * width)
        steps = self.steps * (1 if self.sequences == 1 else self.batches)  # one sequence is cut into its batches
        overhead = self.batches * way.batch + layers * steps * way.step
        work = layers * width * way.unit + 6 * weights * way.multiplication
        return overhead + self.sequences * self.steps * work

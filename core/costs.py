"""What a training costs on one core, worked out from its sizes; benchmarks/service_cost.py measures the constants."""

from __future__ import annotations

from dataclasses import dataclass

FIXED_SECONDS = 0.2  # data set, baselines, measures, transport
BATCH_SECONDS = 1e-3  # the optimiser and its bookkeeping, an optimiser step
MULTIPLICATION_SECONDS = 1e-11


@dataclass(frozen=True)
class _Cell:
    """One cell on one core, forward and backward."""

    gates: int
    step: float  # seconds a time step of one layer, however few sequences; only the LSTM's steps are fused
    unit: float  # seconds more for each sequence and unit of it


_CELLS = {"lstm": _Cell(4, 2e-6, 4e-8), "gru": _Cell(3, 1.8e-4, 4.3e-8), "rnn": _Cell(1, 5.3e-5, 2.2e-8)}


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """One pass over `sequences` of `steps` time steps, `inputs` values each, in `batches` optimiser steps."""

    cell: str
    inputs: int
    hidden_size: int
    num_layers: int
    steps: int
    sequences: int
    batches: int

    @property
    def seconds(self) -> float:
        """What each optimiser step, time step and sequence costs, added up."""
        cell, width, layers = _CELLS[self.cell], self.hidden_size, self.num_layers
        weights = cell.gates * width * (self.inputs + width + (layers - 1) * 2 * width)
        overhead = self.batches * (BATCH_SECONDS + layers * self.steps * cell.step)
        work = layers * width * cell.unit + 6 * weights * MULTIPLICATION_SECONDS
        return overhead + self.sequences * self.steps * work

"""Inside the network: an explicit forward and backward pass in numpy, from a run's weights.

    trace(run, pair)            every gate and state behind one prediction
    terms(trace, layer, step, unit)   one unit's equations, with their numbers
    trace_series(run)           the final step of every pair

One file a cell (`rnn.py`, `lstm.py`, `gru.py`: a step forward and the same step backward), one a direction
(`forward.py`, `backward.py`), and what is read off them (`terms.py`, `of_run.py`).
"""

from core.introspect.forward import Network, Trace, forward, network, walk
from core.introspect.gru import GRUStates
from core.introspect.lstm import LSTMStates
from core.introspect.of_run import DAYS, last_dates, step_dates, trace, trace_series, traces
from core.introspect.rnn import RNNStates
from core.introspect.states import Array, Layer, Memory, States, sigmoid
from core.introspect.terms import GateTerms, Terms, terms

__all__ = [
    "DAYS",
    "Array",
    "GRUStates",
    "GateTerms",
    "LSTMStates",
    "Layer",
    "Memory",
    "Network",
    "RNNStates",
    "States",
    "Terms",
    "Trace",
    "forward",
    "last_dates",
    "network",
    "sigmoid",
    "step_dates",
    "terms",
    "trace",
    "trace_series",
    "traces",
    "walk",
]

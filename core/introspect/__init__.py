"""Inside the network: an explicit forward and backward pass in numpy, from a run's weights.

    trace(run, pair)                    every gate and state behind one prediction
    terms(trace, layer, step, unit)     one unit's equations, with their numbers
    trace_series(run)                   the final step of every pair
    gradients(run, pair)                the way back: the gradient of everything in that trace
    gradient_profile(run)               how far back gradients reach, over the test part
    gate_profile(run)                   saturated gates and half-lives, over the test part

One file a cell (`rnn.py`, `lstm.py`, `gru.py`: a step forward and the same step backward), one a direction
(`forward.py`, `backward.py`), what is read off them (`terms.py`, `measures.py`), and a run's own days
(`of_run.py`, `over_run.py`).
"""

from core.introspect.backward import Gradients, backward, loss_slope, prediction_slope
from core.introspect.forward import Network, Trace, forward, network, walk
from core.introspect.gru import GRUStates
from core.introspect.lstm import LSTMStates
from core.introspect.measures import (
    Crossing,
    GateLevels,
    LagNorms,
    correlate,
    crossing,
    day_slopes,
    gate_levels,
    half_life,
    lag_norms,
)
from core.introspect.of_run import DAYS, last_dates, step_dates, thinned, trace, trace_series, traces
from core.introspect.over_run import (
    GradientProfile,
    Saliency,
    UnitCorrelations,
    gate_profile,
    gradient_profile,
    gradients,
    saliency,
    unit_correlations,
)
from core.introspect.rnn import RNNStates
from core.introspect.states import Array, Layer, Memory, States, sigmoid
from core.introspect.terms import GateTerms, Terms, terms

__all__ = [
    "DAYS",
    "Array",
    "Crossing",
    "GRUStates",
    "GateLevels",
    "GateTerms",
    "GradientProfile",
    "Gradients",
    "LSTMStates",
    "LagNorms",
    "Layer",
    "Memory",
    "Network",
    "RNNStates",
    "Saliency",
    "States",
    "Terms",
    "Trace",
    "UnitCorrelations",
    "backward",
    "correlate",
    "crossing",
    "day_slopes",
    "forward",
    "gate_levels",
    "gate_profile",
    "gradient_profile",
    "gradients",
    "half_life",
    "lag_norms",
    "last_dates",
    "loss_slope",
    "network",
    "prediction_slope",
    "saliency",
    "sigmoid",
    "step_dates",
    "terms",
    "thinned",
    "trace",
    "trace_series",
    "traces",
    "unit_correlations",
    "walk",
]

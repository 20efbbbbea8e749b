"""What the browser is given of a run: its weights, the days behind one pair, and how numbers are scaled and written.

Shapes: D days, F inputs a day, L layers, H units; T steps, each of which reads `read` days.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np

from core.charts.style import LOG_DIGITS, Style
from core.introspect.forward import Network, Trace
from core.introspect.lstm import LSTMStates
from core.introspect.of_run import DAYS, by_window
from core.introspect.rnn import RNNStates
from core.run import Run
from core.values import Array, Scaler

MOST_WEIGHTS = 200_000  # more would be a megabyte to send, and a tenth of a second for each movement
WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
Packed = dict[str, Any]


def fits(run: Run) -> bool:
    """Whether the network is small enough to be computed in the browser while something is dragged."""
    return run.parameter_count <= MOST_WEIGHTS


def packed_network(net: Network) -> Packed:
    """Sizes, and every weight as little-endian float32 in base64: layer by layer in the order of WEIGHTS, the head."""
    parts = [getattr(layer, name) for layer in net.layers for name in WEIGHTS] + [net.head, np.array([net.head_bias])]
    flat = np.concatenate([np.ravel(part) for part in parts]).astype("<f4")
    return {
        "cell": cell_name(net),
        "inputs": net.layers[0].weight_ih.shape[1],
        "units": net.hidden_size,
        "layers": len(net.layers),
        "weights": base64.b64encode(flat.tobytes()).decode("ascii"),
    }


def cell_name(net: Network) -> str:
    """ "lstm", "gru" or "rnn"."""
    return "lstm" if net.cell is LSTMStates else "rnn" if net.cell is RNNStates else "gru"


def packed_days(run: Run, pair: int, traced: Trace) -> Packed:
    """The scaled days (D, F) behind one pair, their dates, and the state its first step starts from.

    In the article's layout a step reads a whole window, so D is T + window - 1, and the state runs on.
    """
    window = run.experiment.model.window
    first = pair if by_window(run) else max(pair + 1 - DAYS, 0)
    rows = slice(first, pair + window)
    began = traced.states[:, 0, 0].memory_before  # (L, H) each
    return {
        "days": run.series[rows].tolist(),
        "dates": [f"{day:%Y-%m-%d}" for day in run.series_dates[rows]],
        "read": 1 if by_window(run) else window,
        "memory": dict(zip(("hidden", "cell"), (part.tolist() for part in began), strict=False)),
    }


def packed_inputs(run: Run, days: Array, style: Style) -> list[Packed]:
    """For each of the F inputs of `days` (D, F): its name, scaler, how it is written, and how far it can be dragged."""
    return [
        {"name": name, **_scale(scaler), **_digits(name, style), **_reach(name, scaler, column, run.series[:, k])}
        for k, (name, column, scaler) in enumerate(zip(run.inputs, days.T, run.inputs.values(), strict=True))
    ]


def packed_target(run: Run, pair: int, style: Style) -> Packed:
    """How the scaled output becomes the forecast, and what came in the end."""
    target = run.experiment.train.target
    return {
        "kind": target,
        **_scale(run.scaler),
        "digits": LOG_DIGITS if target == "volatility" else style.digits,
        "last": float(run.task.previous[pair]),
        "came": float(run.task.actual[pair]),
        "date": f"{run.prediction['date'].iloc[pair]:%Y-%m-%d}",
    }


def _scale(scaler: Scaler) -> Packed:
    return {"offset": scaler.offset, "scale": scaler.scale}


def _digits(name: str, style: Style) -> Packed:
    """Decimals of prices; None for what is written in three significant digits."""
    return {"digits": style.digits if name == "close" else None}


def _reach(name: str, scaler: Scaler, column: Array, series: Array) -> Packed:
    """Scaled bounds of a drag, and where bars stand: as far again as the days differ; no price falls below nought."""
    width = max(float(np.ptp(column)), 0.2 * float(np.ptp(series)))
    low, high = float(column.min()) - width, float(column.max()) + width
    nought = float(scaler.transform(np.zeros(1))[0])
    if name == "return":
        return {"low": min(low, nought), "high": max(high, nought), "base": nought}
    low = max(low, nought) if name == "close" else low
    return {"low": low, "high": high, "base": low}

"""One step of one unit, its numbers worked out by hand."""

import math

LSTM_UNIT = {
    "forget": 0.71,
    "input": 0.65,
    "candidate": -0.12,
    "output": 0.58,
    "cell_before": 0.42,
    "cell": 0.71 * 0.42 - 0.65 * 0.12,
    "hidden_before": 0.3,
    "hidden": 0.58 * math.tanh(0.71 * 0.42 - 0.65 * 0.12),
}
GRU_UNIT = {"reset": 0.3, "update": 0.8, "candidate": -0.6, "hidden_before": 0.5, "hidden": 0.8 * 0.5 - 0.2 * 0.6}

"""How near the service's first guess of a run's length comes, before it has learnt anything from finished jobs.

    python -m benchmarks.service_cost

One row a case: seconds of processor time of a short run, its guess, and guess / measured.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from benchmarks.timing import seconds, settle
from core.config import PRESETS, Experiment, ModelConfig
from core.experiment import run_experiment

WINDOW, RETURNS = PRESETS["corrected"], PRESETS["returns"]

CASES: list[tuple[str, Experiment, int, int]] = [  # name, experiment, rows, epochs
    ("corrected", WINDOW, 1000, 40),
    ("corrected, long history", WINDOW, 7000, 8),
    ("corrected, GRU", WINDOW.replace(model=ModelConfig(cell="gru")), 1000, 40),
    ("corrected, RNN", WINDOW.replace(model=ModelConfig(cell="rnn")), 1000, 40),
    ("article", PRESETS["article"], 1000, 400),
    ("article, GRU", WINDOW.replace(model=ModelConfig(layout="article", cell="gru")), 1000, 400),
    ("article, RNN", WINDOW.replace(model=ModelConfig(layout="article", cell="rnn")), 1000, 400),
    ("article, 128 units", WINDOW.replace(model=ModelConfig(layout="article", hidden_size=128)), 1000, 40),
    ("article, batches", WINDOW.replace(model=ModelConfig(layout="article"), train=RETURNS.train), 1000, 100),
    ("article, dropout", WINDOW.replace(model=ModelConfig(layout="article", dropout=0.1)), 1000, 40),
    ("article, dropout, GRU", WINDOW.replace(model=ModelConfig(layout="article", cell="gru", dropout=0.1)), 1000, 6),
    ("returns", RETURNS, 1000, 10),
    ("returns, long history", RETURNS, 7000, 4),
    ("volatility", PRESETS["volatility"], 1500, 8),
    ("64 units, 60 days", WINDOW.replace(model=ModelConfig(hidden_size=64, window=60)), 1000, 6),
    ("64 units, 60 days, batches", RETURNS.replace(model=ModelConfig(hidden_size=64, window=60)), 1000, 4),
    ("all dials up", WINDOW.replace(model=ModelConfig(hidden_size=256, num_layers=4, window=120)), 1000, 1),
]


def walk(rows: int) -> pd.DataFrame:
    """A random walk of daily bars."""
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, rows)))
    days = pd.bdate_range("1990-01-01", periods=rows, name="date")
    columns = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": np.full(rows, 1e6)}
    return pd.DataFrame(columns, index=days)


def main() -> None:
    settle()
    for model in (WINDOW.model, ModelConfig(dropout=0.1)):  # the first use of either way of training
        run_experiment(WINDOW.replace(model=model, train=WINDOW.train.replace(epochs=2)), walk(500))
    print(f"{'case':28}{'measured s':>12}{'guess s':>10}{'ratio':>8}")
    for name, experiment, rows, epochs in CASES:
        short = experiment.replace(train=experiment.train.replace(epochs=epochs))
        bars = walk(rows)
        measured = seconds(lambda short=short, bars=bars: run_experiment(short, bars), time.process_time)
        guess = short.estimate(rows).seconds
        print(f"{name:28}{measured:12.2f}{guess:10.2f}{guess / measured:8.2f}", flush=True)


if __name__ == "__main__":
    main()

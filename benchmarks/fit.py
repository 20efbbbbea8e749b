"""How many times faster `fit` is than the bare loop of the same training, on one thread.

    python -m benchmarks.fit                     # the grid: LSTM, H x W, full batch and batches of 64
    python -m benchmarks.fit --cells lstm,gru,rnn --units 8,64 --windows 10,30 --repeats 5

Bare is nn.LSTM (GRU, RNN), nn.Linear and Adam on 704 pairs, with nothing watched. `fit` also watches 303 test pairs in
each epoch. Both are timed in turn, in one process, after one epoch that is not counted; a row gives the median over
the repeats of bare / fit, the lowest and highest ratio, and the median milliseconds of an epoch of each.

glibc gives memory back between epochs unless told to keep it, and then bare spends its time on page faults: without
MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ in the environment, this runs twice, in processes with and without.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

KEPT = {"MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_MMAP_THRESHOLD_": "268435456"}
TRAIN_PAIRS, TEST_PAIRS = 704, 303  # the article's
SECONDS = 0.15  # of the slower side, a repeat
# What is asked with the heap kept: (units, window, batch) -> at least so many times; nothing may be below 1.
ASKED = {(8, 10, None): 6.0, (8, 10, 64): 12.0, (32, 30, None): 3.5, (64, 60, None): 2.2, (128, 60, None): 1.3}


@dataclass(frozen=True)
class Case:
    """One network and the size of its batches, None for all at once."""

    cell: str
    units: int
    window: int
    batch: int | None

    @property
    def asked(self) -> float:
        return ASKED.get((self.units, self.window, self.batch), 1.0) if self.cell == "lstm" else 1.0


def sides(case: Case) -> tuple[Callable[[int], None], Callable[[int], None]]:
    """The bare loop and `fit`, each a function that trains for so many epochs, on the same pairs."""
    import pandas as pd
    import torch
    from torch import nn

    from core.config import Experiment, ModelConfig, TrainConfig
    from core.dataset import build_dataset
    from core.model import CELLS, Regressor
    from core.training import fit, reproducible

    days = TRAIN_PAIRS + TEST_PAIRS + case.window
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, days)))
    bars = pd.DataFrame({"close": close}, index=pd.bdate_range("1990-01-01", periods=days, name="date"))
    model = ModelConfig(cell=case.cell, hidden_size=case.units, window=case.window)
    data = build_dataset(Experiment(model=model), bars)
    x = torch.tensor(data.windows[:TRAIN_PAIRS], dtype=torch.float32)
    y = torch.tensor(data.targets[:TRAIN_PAIRS], dtype=torch.float32)

    torch.set_num_threads(1)

    def bare(epochs: int) -> None:
        rnn, fc = CELLS[case.cell](1, case.units, 2, batch_first=True), nn.Linear(case.units, 1)
        optimizer, loss_of = torch.optim.Adam([*rnn.parameters(), *fc.parameters()], lr=1e-2), nn.MSELoss()
        for _ in range(epochs):
            for rows in torch.split(torch.randperm(len(x)), case.batch) if case.batch else [slice(None)]:
                loss = loss_of(fc(rnn(x[rows])[0][:, -1])[:, 0], y[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()

    def fitted(epochs: int) -> None:
        with reproducible(0):
            for _ in fit(Regressor(model), data, TrainConfig(epochs=epochs, batch_size=case.batch)):
                pass

    return bare, fitted


def measure(case: Case, repeats: int) -> tuple[list[float], list[float]]:
    """CPU seconds an epoch of the bare loop and of `fit`, (repeats,) each, taken in turn."""
    both = sides(case)
    for side in both:
        side(1)
    epochs = max(1, min(200, round(SECONDS / max(_seconds(side, 1) for side in both))))
    taken: list[list[float]] = [[], []]
    for _ in range(repeats):
        for side, found in zip(both, taken, strict=True):
            found.append(_seconds(side, epochs) / epochs)
    return taken[0], taken[1]


def _seconds(side: Callable[[int], None], epochs: int) -> float:
    started = time.process_time()
    side(epochs)
    return time.process_time() - started


def rows(cases: Iterator[Case], repeats: int, strict: bool) -> Iterator[str]:
    """One line of a Markdown table a case; what was asked stands beside it where the heap is kept."""
    yield "| cell | H | W | batch | bare / fit | lowest to highest | bare ms | fit ms | asked |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for case in cases:
        bare, fitted = measure(case, repeats)
        ratios = np.array(bare) / np.array(fitted)
        middle, asked = float(np.median(ratios)), f"{case.asked:g}" if strict else ""
        verdict = " MISS" if strict and middle < case.asked else ""
        times = f"{1e3 * np.median(bare):.2f} | {1e3 * np.median(fitted):.2f}"
        spread = f"{ratios.min():.1f} to {ratios.max():.1f}"
        told = (
            f"{case.cell} | {case.units} | {case.window} | {case.batch or 'full'} | {middle:.2f} | {spread} | {times}"
        )
        yield f"| {told} | {asked}{verdict} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    numbers: Callable[[str], list[int]] = lambda text: [int(each) for each in text.split(",")]  # noqa: E731
    parser.add_argument("--cells", default="lstm", type=lambda text: text.split(","))
    parser.add_argument("--units", default=[8, 32, 64, 128], type=numbers)
    parser.add_argument("--windows", default=[10, 30, 60], type=numbers)
    parser.add_argument("--batches", default=[0, 64], type=numbers, help="0 is all at once")
    parser.add_argument("--repeats", default=5, type=int)
    asked = parser.parse_args()
    if not set(KEPT) & set(os.environ):
        return max(_again(KEPT), _again({"MALLOC_TRIM_THRESHOLD_": "131072"}))  # that is glibc's own
    strict = os.environ["MALLOC_TRIM_THRESHOLD_"] == KEPT["MALLOC_TRIM_THRESHOLD_"]
    print(f"\nThe heap is {'kept' if strict else 'given back (the default)'}.\n")
    cases = (
        Case(cell, units, window, batch or None)
        for cell in asked.cells
        for units in asked.units
        for window in asked.windows
        for batch in asked.batches
    )
    missed = 0
    for row in rows(cases, asked.repeats, strict):
        missed += row.endswith("MISS |")
        print(row, flush=True)
    return 1 if missed else 0


def _again(heap: dict[str, str]) -> int:
    environment = {**os.environ, **heap, "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "benchmarks.fit", *sys.argv[1:]], env=environment, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())

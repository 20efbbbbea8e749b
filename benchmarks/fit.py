"""How many times faster `fit` is than the bare loop of the same training.

    python -m benchmarks.fit                     # every cell that `make bench` measures
    python -m benchmarks.fit --cells lstm,gru,rnn --units 8,64 --windows 10,30 --batches 0,40 --repeats 5

704 training pairs, the article's; `fit` also watches 303 test pairs in each epoch, the bare loop nothing. Both are
timed in turn, in processor seconds, after one epoch that is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from benchmarks.page import line
from benchmarks.timing import Row, Spread, both, interleaved, ratio, seconds, settle
from core.config import Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset

TITLE = "Training"
HOW = (
    "`fit` against nn.LSTM (GRU, RNN), nn.Linear and Adam in a bare loop, 704 pairs, two layers: how many times the "
    "processor time of the bare loop. `fit` also watches 303 test pairs in each epoch, the bare loop nothing."
)
TRAIN_PAIRS, TEST_PAIRS = 704, 303
SECONDS = 0.15  # of the slower side, a repeat
ASKED = {(8, 10, None): 6.0, (8, 10, 64): 12.0, (32, 30, None): 3.5, (64, 60, None): 2.2, (128, 60, None): 1.3}


@dataclass(frozen=True)
class Case:
    """One network and the size of its batches, None for all at once."""

    cell: str
    units: int
    window: int
    batch: int | None = None
    layout: str = "window"

    @property
    def asked(self) -> float | None:
        """At least so many times, where more than once is asked."""
        known = ASKED.get((self.units, self.window, self.batch))
        return known if (self.cell, self.layout) == ("lstm", "window") else None

    def __str__(self) -> str:
        batches = (
            "article's layout"
            if self.layout == "article"
            else f"batches of {self.batch}"
            if self.batch
            else "full batch"
        )
        return f"{self.cell.upper()}, {self.units} units, window {self.window}, {batches}"


GRID = [Case("lstm", *sizes) for sizes in product((8, 32, 64, 128), (10, 30, 60), (None, 64))]
OTHERS = [Case(cell, *sizes) for cell in ("gru", "rnn") for sizes in product((8, 128), (10, 60), (None, 64))]
ARTICLE = [Case(cell, units, 10, layout="article") for cell in ("lstm", "gru", "rnn") for units in (8, 64)]


def sides(case: Case) -> dict[str, Callable[[int], object]]:
    """The bare loop and `fit`, each a function that trains for so many epochs, on the same pairs."""
    from benchmarks.bare import bare_loop
    from core.model import Regressor
    from core.training import fit, reproducible

    days = TRAIN_PAIRS + TEST_PAIRS + case.window
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, days)))
    bars = pd.DataFrame({"close": close}, index=pd.bdate_range("1990-01-01", periods=days, name="date"))
    model = ModelConfig(cell=case.cell, hidden_size=case.units, window=case.window, layout=case.layout)
    train = TrainConfig(batch_size=case.batch)  # seven tenths of the pairs are trained on
    experiment = Experiment(model=model, train=train)
    data = build_dataset(experiment, bars)

    def fitted(epochs: int) -> None:
        with reproducible(0):
            for _ in fit(Regressor(model), data, train.replace(epochs=epochs)):
                pass

    return {"bare": bare_loop(experiment, data), "fit": fitted}


def measure(case: Case, repeats: int, slower: float = SECONDS) -> Row:
    """The ratio, and the milliseconds of an epoch of each."""
    both_sides, clock = sides(case), time.process_time
    for side in both_sides.values():
        side(1)
    once = max(seconds(lambda side=side: side(1), clock) for side in both_sides.values())
    epochs = max(1, min(200, round(slower / once)))
    taken = interleaved({name: lambda _, side=side: side(epochs) for name, side in both_sides.items()}, repeats, clock)
    epoch = {name: Spread.of(1000 * each / epochs for each in values) for name, values in taken.items()}
    told = both("bare", epoch["bare"], "fit", epoch["fit"], "ms an epoch")
    least = case.asked or 1.0
    return Row(str(case), ratio(taken["bare"], taken["fit"]), least=least, told=told, detail=case.asked is None)


def rows(quick: bool) -> Iterator[Row]:
    """Those of which much is asked, then the slowest of all, then each of the others."""
    cases = [GRID[0], GRID[1], OTHERS[0], ARTICLE[0]] if quick else [*GRID, *OTHERS, *ARTICLE]
    found = [measure(case, 2 if quick else 7, 0.05 if quick else SECONDS) for case in cases]
    yield from (row for row in found if not row.detail)
    slowest = min(found, key=lambda row: row.measured.median if row.measured else 0.0)
    name = f"slowest of {len(found)} cells and layouts"
    yield Row(name, slowest.measured, least=1.0, told=f"{slowest.name}: {slowest.told}")
    yield from (row for row in found if row.detail)


def chosen(cells: Iterable[str], units: Iterable[int], windows: Iterable[int], batches: Iterable[int]) -> list[Case]:
    return [
        Case(cell, width, window, batch or None)
        for cell, width, window, batch in product(cells, units, windows, batches)
    ]


def main() -> int:
    settle()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    numbers: Callable[[str], list[int]] = lambda text: [int(each) for each in text.split(",")]  # noqa: E731
    parser.add_argument("--cells", type=lambda text: text.split(","))
    parser.add_argument("--units", default=[8, 32, 64, 128], type=numbers)
    parser.add_argument("--windows", default=[10, 30, 60], type=numbers)
    parser.add_argument("--batches", default=[0, 64], type=numbers, help="0 is all at once")
    parser.add_argument("--repeats", default=7, type=int)
    asked = parser.parse_args()
    cases = chosen(asked.cells, asked.units, asked.windows, asked.batches) if asked.cells else None
    missed = 0
    for row in (measure(case, asked.repeats) for case in cases) if cases else rows(quick=False):
        missed += row.holds is False
        print(line(row), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

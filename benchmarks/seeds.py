"""How many times faster many seeds of the `returns` preset are together than one after another.

    python -m benchmarks.seeds --seeds 10 --repeats 7

The sample prices, in processor seconds, the sides in turn; the bits are the same. One after another is
`run_experiment`, compiled as users have it, and by PyTorch alone (`GATESCOPE_COMPILED=0`); that side trains one seed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator

from benchmarks.page import line
from benchmarks.sample import SAMPLE
from benchmarks.timing import Row, Spread, both, interleaved, ratio, settle
from core.config import PRESETS
from core.data import load_bars

TITLE = "Many seeds"
HOW = (
    "`run_seeds` against `run_experiment` for one seed after another, `returns` preset, whole runs with data set, "
    "baselines and scores, in processor time; by PyTorch alone, and by the compiled training that users have."
)
ASKED = 3.0


def measure(seeds: int, repeats: int) -> Iterator[Row]:
    """Both ratios, with the milliseconds a seed of each side."""
    from core.experiment import run_experiment, warm_up
    from core.kernel.compiling import SWITCH
    from core.seeds_at_once import run_seeds

    bars, preset = load_bars(SAMPLE), PRESETS["returns"]
    asked = [preset.replace(train=preset.train.replace(seed=seed)) for seed in range(seeds)]

    def by_pytorch(repeat: int) -> None:
        os.environ[SWITCH] = "0"
        try:
            run_experiment(asked[repeat % seeds], bars)
        finally:
            del os.environ[SWITCH]

    sides = {
        "PyTorch": by_pytorch,
        "one after another": lambda _: [run_experiment(each, bars) for each in asked],
        "together": lambda _: run_seeds(asked, bars),
    }
    os.environ.pop(SWITCH, None)
    warm_up()
    interleaved(sides, 1)
    taken = interleaved(sides, repeats, time.process_time)
    each = {name: [value / (1 if name == "PyTorch" else seeds) for value in values] for name, values in taken.items()}
    ms = {name: Spread.of(1000 * value for value in values) for name, values in each.items()}
    for name, least in (("PyTorch", ASKED), ("one after another", 1.0)):
        told = both(name, ms[name], "together", ms["together"], "ms a seed")
        against = "PyTorch, one after another" if name == "PyTorch" else "compiled, one after another"
        yield Row(
            f"{seeds} seeds together, against {against}", ratio(each[name], each["together"]), least=least, told=told
        )


def rows(quick: bool) -> Iterator[Row]:
    """As many seeds as the forecast page offers first, and twice as many."""
    for seeds in (5,) if quick else (5, 10):
        yield from measure(seeds, 2 if quick else 7)


def main() -> int:
    settle()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--seeds", default=10, type=int)
    parser.add_argument("--repeats", default=7, type=int)
    asked = parser.parse_args()
    for row in measure(asked.seeds, asked.repeats):
        print(line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

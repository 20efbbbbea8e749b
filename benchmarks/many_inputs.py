"""How much longer a training takes that reads five numbers a day instead of one.

    python -m benchmarks.many_inputs --repeats 9

The sample prices, 8 units, a window of 10 days, the training alone, in processor seconds, both sides in turn.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

from benchmarks.page import line
from benchmarks.sample import SAMPLE
from benchmarks.timing import Row, Spread, both, interleaved, ratio, settle
from core.config import Experiment, ModelConfig, TrainConfig
from core.data import load_bars

TITLE = "Several inputs"
HOW = "The compiled training of 8 units on windows of 10 days with F = 5 inputs, against F = 1, in processor time."
ASKED = 1.5
FIVE = ("volume", "range", "gap", "rsi")  # and the target's own


def measure(batch: int | None, epochs: int, repeats: int) -> Iterator[Row]:
    from core.dataset import build_dataset
    from core.experiment import warm_up
    from core.model import Regressor
    from core.training import fit, reproducible

    bars, train = load_bars(SAMPLE), TrainConfig(target="return", epochs=epochs, batch_size=batch)

    def training(inputs: tuple[str, ...]) -> Callable[[int], object]:
        asked = Experiment(model=ModelConfig(inputs=inputs), train=train)
        data = build_dataset(asked, bars)

        def run(_: int) -> None:
            with reproducible(0):
                for _record in fit(Regressor(asked.model, len(data.inputs)), data, train):
                    pass

        return run

    warm_up()
    sides = {"F = 1": training(()), "F = 5": training(FIVE)}
    interleaved(sides, 1)
    taken = interleaved(sides, repeats, time.process_time)
    ms = {name: Spread.of(1000 * value for value in values) for name, values in taken.items()}
    batches = "all days at once" if batch is None else f"batches of {batch}"
    told = both("F = 1", ms["F = 1"], "F = 5", ms["F = 5"], "ms")
    yield Row(f"five inputs against one, {batches}", ratio(taken["F = 5"], taken["F = 1"]), most=ASKED, told=told)


def rows(quick: bool) -> Iterator[Row]:
    """Both ways the presets train."""
    for batch, epochs in ((None, 100), (64, 20)):
        yield from measure(batch, epochs, 2 if quick else 9)


def main() -> int:
    settle()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--repeats", type=int, default=9)
    asked = parser.parse_args()
    found = [row for batch, epochs in ((None, 100), (64, 20)) for row in measure(batch, epochs, asked.repeats)]
    for row in found:
        print(line(row), flush=True)
    return 1 if any(row.holds is False for row in found) else 0


if __name__ == "__main__":
    sys.exit(main())

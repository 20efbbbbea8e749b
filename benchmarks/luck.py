"""How often "better" is said on random walks after many tries, without and with the tries counted.

`python -m benchmarks.luck [--walks 200] [--tries 20] [--quick]`. On each walk small networks of returns are trained
that differ in dials a visitor moves. A walk counts where any of them is called better, at the end, when all are known.
Asked: at most 7 % with the tries counted.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import reduce

import numpy as np
import pandas as pd

from core.config import PRESETS, Experiment
from core.evaluation.luck import snooping
from core.evaluation.verdict import BETTER, verdict
from core.experiment import run_experiment, warm_up

Table = pd.DataFrame  # test days by date: actual, predicted, persistence
COLUMNS = ("actual", "predicted", "persistence")
ASKED = 0.07
DAYS, DAILY = 700, 0.01  # of a walk; standard deviation of a return
TESTED, NOISE = 211, 0.02
WALKS, TRIES, QUICK_WALKS = 200, 20, 30
WINDOWS, EPOCHS, RATES = (3, 5, 10), (1, 2, 5, 10), (1e-3, 1e-2)


def walk(seed: int) -> pd.DataFrame:
    """Closes (D,) of which nothing can be foreseen."""
    moves = np.random.default_rng(seed).normal(0, DAILY, DAYS)
    days = pd.bdate_range("2020-01-01", periods=DAYS, name="date")
    return pd.DataFrame({"close": 100 * np.exp(np.cumsum(moves))}, index=days)


def settings(tries: int) -> Iterator[Experiment]:
    """The preset for returns with its dials moved: units, window, epochs, step size, seed."""
    base = PRESETS["returns"]
    for place in range(tries):
        model = base.model.replace(window=WINDOWS[place % 3], hidden_size=(2, 4, 8)[place % 3], num_layers=1)
        epochs, rate = EPOCHS[place % 4], RATES[place % 2]
        train = base.train.replace(epochs=epochs, learning_rate=rate, schedule="constant", seed=place)
        yield base.replace(model=model, train=train)


def networks(seed: int, tries: int) -> Iterator[Table]:
    """What trained networks foresee on the test part of a walk."""
    bars = walk(seed)
    for each in settings(tries):
        run = run_experiment(each, bars)
        yield run.tested.set_index("date")


def noises(seed: int, tries: int) -> Iterator[Table]:
    """Forecasts that are noise of 2 % of a return: what luck can make most of, as they lose next to nothing."""
    tested, random = walk(seed).iloc[-TESTED:], np.random.default_rng([seed, 1])
    actual, previous = tested["close"].iloc[1:], tested["close"].shift().iloc[1:]
    for _ in range(tries):
        foreseen = previous * np.exp(random.normal(0, NOISE * DAILY, len(previous)))
        yield pd.DataFrame({"actual": actual, "predicted": foreseen, "persistence": previous})


def one_walk(tables: Iterable[Table]) -> tuple[bool, bool, bool]:
    """Whether the first try, any of all, and any that survives the count is called better, on the days all share."""
    tried = list(tables)
    days = reduce(pd.Index.intersection, (each.index for each in tried))
    columns = [[each.loc[days, name].to_numpy(float) for name in COLUMNS] for each in tried]
    better = {place for place, each in enumerate(columns) if verdict(*each, nested=True).kind == BETTER}
    losses = np.stack([np.square(predicted - actual) for actual, predicted, _ in columns])
    survive = snooping(losses, np.square(columns[0][2] - columns[0][0])).better if better else ()
    return 0 in better, bool(better), bool(better & set(survive))


def give_or_take(hits: int, of: int) -> str:
    """A share with its standard error."""
    share = hits / of
    return f"{share:.3f} ±{math.sqrt(max(share * (1 - share), 1 / of) / of):.3f}"


def measured(name: str, tables: Callable[[int, int], Iterator[Table]], walks: int, tries: int) -> bool:
    """Walk after walk; whether more was called better than asked."""
    hits, begun = np.zeros(3, dtype=int), time.perf_counter()
    for seed in range(walks):
        hits += np.array(one_walk(tables(seed, tries)))
        if (seed + 1) % 10 == 0:
            took = time.perf_counter() - begun
            print(f"{name}: {seed + 1} of {walks} walks, {took:.0f} s", file=sys.stderr, flush=True)
    shares = "  ".join(give_or_take(int(count), walks) for count in hits)
    missed = bool(hits[2] / walks > ASKED)
    print(f"{name:10} {walks:5}  {shares}" + (f"  MISS: at most {ASKED}" if missed else ""), flush=True)
    return missed


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--walks", type=int, default=WALKS)
    asked.add_argument("--tries", type=int, default=TRIES)
    asked.add_argument("--of", choices=[*KINDS], help="only these tries")
    asked.add_argument("--quick", action="store_true", help=f"{QUICK_WALKS} walks")
    given = asked.parse_args()
    walks = QUICK_WALKS if given.quick else given.walks
    warm_up()
    print(f'"better" on random walks of {DAYS} days, {given.tries} tries each')
    print(f"{'tries':10} {'walks':>5}  {'first try':12}  {'any try':12}  {'any, counted':12}")
    missed = [measured(name, KINDS[name], walks, given.tries) for name in KINDS if given.of in (None, name)]
    return 1 if any(missed) else 0


KINDS = {"networks": networks, "noises": noises}


if __name__ == "__main__":
    sys.exit(main())

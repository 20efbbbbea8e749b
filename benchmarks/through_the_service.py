"""What the service costs beside calling `run_experiment` in a warm process, what a second worker brings, and whether
a worker grows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import pandas as pd
import psutil

from benchmarks.sample import SAMPLE
from benchmarks.timing import Row, Spread, both, interleaved, ratio
from core.config import DEFAULT_PRESET, PRESETS, Experiment
from core.data import load_bars
from core.service import Service, Task
from core.values import Estimate, Observer, StopSignal

TITLE = "Service"
HOW = (
    "The embedded service with its own dask workers, nothing trained ahead. 24 runs of the default preset that differ "
    "by their seed are asked for at once, and are timed until the last result is back in the asking process, which "
    "also runs the same 24 by `run_experiment`, one after the other. Memory is the resident size of the one worker."
)
LOOK_SECONDS = 0.005  # between two looks at the service


@contextmanager
def embedded(workers: int) -> Iterator[Service]:
    """A service of its own, warm: each of its workers has trained."""
    before = os.environ.copy()
    os.environ.update(GATESCOPE_WORKERS=str(workers), GATESCOPE_AHEAD="0", GATESCOPE_KEPT_BYTES="0")
    service = Service()
    try:
        service.start()
        yield service
    finally:
        service.stop()
        os.environ.clear()
        os.environ.update(before)


def results(service: Service, tasks: Sequence[Task], bars: pd.DataFrame | None) -> list[Any]:
    """Ask for all at once, each as a visitor of its own; what they found once all of them are done."""

    def look(number: int) -> Any:
        state = service.ask(tasks[number], bars, f"visitor {number}")
        if state.error:
            raise state.error
        return state.result

    found = [look(number) for number in range(len(tasks))]
    for number in range(len(tasks)):
        while found[number] is None:
            time.sleep(LOOK_SECONDS)
            found[number] = look(number)
    return found


def seeded(count: int, repeat: int) -> list[Experiment]:
    """`count` runs of the default preset that no other repeat has."""
    preset = PRESETS[DEFAULT_PRESET]
    first = 1000 * (repeat + 1)
    return [preset.replace(train=preset.train.replace(seed=first + number)) for number in range(count)]


def speed(runs: int, repeats: int) -> Iterator[Row]:
    """Called directly, with one worker, with two: in turn, in this process."""
    from core.experiment import run_experiment

    bars = load_bars(SAMPLE)

    def directly(repeat: int) -> None:
        for each in seeded(runs, repeat):
            run_experiment(each, bars)

    def asked(service: Service, repeat: int) -> None:
        results(service, seeded(runs, repeat), bars)

    with embedded(1) as one, embedded(2) as two:
        sides = {"direct": directly, "one": partial(asked, one), "two": partial(asked, two)}
        for side in sides.values():
            side(-1)  # nothing here is the first of its kind when it is timed
        taken = interleaved(sides, repeats)
    spread = {name: Spread.of(values) for name, values in taken.items()}
    told = both("one worker", spread["one"], "directly", spread["direct"])
    name = f"{runs} runs of the default preset: one worker over run_experiment called directly"
    yield Row(name, ratio(taken["one"], taken["direct"]), most=1.15, told=told)
    told = both("one worker", spread["one"], "two", spread["two"])
    yield Row(f"{runs} different runs: two workers against one", ratio(taken["one"], taken["two"]), told=told)


@dataclass(frozen=True)
class Resident:
    """A task that tells the size of the worker it runs in; each number is a task of its own."""

    runner: ClassVar[str] = "benchmarks.through_the_service:resident"

    number: int

    def estimate(self, rows: int) -> Estimate:
        return Estimate(None, 0.01)


def resident(task: Resident, bars: pd.DataFrame | None, observe: Observer, should_stop: StopSignal) -> float:
    """Resident bytes of this process."""
    return float(psutil.Process().memory_info().rss)


def different(count: int, repeat: int) -> list[Experiment]:
    """Runs of five networks in turn, each with a seed of its own."""
    preset, networks = (
        PRESETS[DEFAULT_PRESET],
        [("lstm", 8, 10), ("gru", 16, 20), ("rnn", 8, 10), ("lstm", 24, 30), ("lstm", 4, 5)],
    )
    made = []
    for number in range(count):
        cell, units, window = networks[number % len(networks)]
        model = preset.model.replace(cell=cell, hidden_size=units, window=window)
        made.append(preset.replace(model=model, train=preset.train.replace(seed=1000 * repeat + number, epochs=50)))
    return made


def memory(repeats: int, few: int = 5, many: int = 50) -> Iterator[Row]:
    """A worker after `many` different runs beside itself after `few`, in fresh services."""
    bars, held = load_bars(SAMPLE), []
    for repeat in range(repeats):
        with embedded(1) as service:
            runs, sizes = different(many, repeat), []
            for first, last in ((0, few), (few, many)):
                results(service, runs[first:last], bars)
                sizes += results(service, [Resident(last)], None)
            held.append(sizes)
    after_few, after_many = zip(*held, strict=True)
    megabytes = [Spread.of(size / 2**20 for size in sizes) for sizes in (after_few, after_many)]
    told = both(f"after {many}", megabytes[1], f"after {few}", megabytes[0], "MB")
    yield Row(
        f"a worker's memory after {many} different runs over after {few}",
        ratio(after_many, after_few),
        most=1.1,
        told=told,
    )


def rows(quick: bool) -> Iterator[Row]:
    """Speed, then memory."""
    yield from speed(*(6, 2) if quick else (24, 9))
    yield from memory(1 if quick else 3, many=10 if quick else 50)

"""What the service costs beside calling `run_experiment` in a warm process, what a second worker brings, and whether
a worker grows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
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
    "The embedded service with its own dask workers, nothing trained ahead, nothing kept on disk. 24 runs of the "
    "default preset that differ by their seed are asked for as one set, and are timed until the last result is back in "
    "the asking process, which also runs the same 24 by `run_experiment`, one after the other. What two processes can "
    "bring at best is measured beside it: bare ones that run 12 each, against one that runs all. Memory is the "
    "resident size of the one worker."
)
CELLS = 60
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


def key_of_run(task: Experiment, bars: pd.DataFrame, run: Any) -> str:
    """What is kept of a part of the set."""
    return str(run.key)


def as_set(service: Service, tasks: Sequence[Experiment], bars: pd.DataFrame) -> None:
    """Ask for all as one set; returns when it is done."""
    parts = [(task, bars) for task in tasks]
    while (state := service.ask_set(parts, "visitor", key_of_run, wait=60)).live:
        pass
    if state.done < len(tasks):
        raise next(iter(state.failed.values()))


def bare(tasks: Sequence[Experiment]) -> int:
    """In a process of its own: each by `run_experiment`."""
    from core.experiment import run_experiment

    bars = load_bars(SAMPLE)
    return len([run_experiment(each, bars).key for each in tasks])


@contextmanager
def two_bare() -> Iterator[tuple[ProcessPoolExecutor, ProcessPoolExecutor]]:
    """Two processes that know nothing of the service."""
    new = partial(ProcessPoolExecutor, max_workers=1, mp_context=get_context("spawn"))
    with new() as first, new() as second:
        yield first, second


def seeded(count: int, repeat: int) -> list[Experiment]:
    """`count` runs of the default preset that no other repeat has."""
    preset = PRESETS[DEFAULT_PRESET]
    first = 1000 * (repeat + 1)
    return [preset.replace(train=preset.train.replace(seed=first + number)) for number in range(count)]


def cells(repeat: int) -> list[Experiment]:
    """As many runs as a map of ten by six has."""
    return seeded(CELLS, 100 + repeat)


def speed(runs: int, repeats: int) -> Iterator[Row]:
    """Called directly, with one worker, with two, in one and in two bare processes: in turn."""
    from core.experiment import run_experiment

    bars = load_bars(SAMPLE)

    def directly(repeat: int) -> None:
        for each in seeded(runs, repeat):
            run_experiment(each, bars)

    def asked(service: Service, repeat: int) -> None:
        as_set(service, seeded(runs, repeat), bars)

    def barely(processes: Sequence[ProcessPoolExecutor], repeat: int) -> None:
        tasks = seeded(runs, repeat)
        shares = [each.submit(bare, tasks[first :: len(processes)]) for first, each in enumerate(processes)]
        assert sum(share.result() for share in shares) == runs

    with embedded(1) as one, embedded(2) as two, two_bare() as processes:
        sides = {
            "direct": directly,
            "one": partial(asked, one),
            "two": partial(asked, two),
            "bare one": partial(barely, processes[:1]),
            "bare two": partial(barely, processes),
            "cells": lambda repeat: as_set(two, cells(repeat), bars),
        }
        for side in sides.values():
            side(-1)  # nothing here is the first of its kind when it is timed
        taken = interleaved(sides, repeats)
    spread = {name: Spread.of(values) for name, values in taken.items()}
    told = both("one worker", spread["one"], "directly", spread["direct"])
    name = f"{runs} runs of the default preset: one worker over run_experiment called directly"
    yield Row(name, ratio(taken["one"], taken["direct"]), most=1.1, told=told)
    told = both("one worker", spread["one"], "two", spread["two"])
    name = f"{runs} different runs: two workers against one"
    yield Row(name, ratio(taken["one"], taken["two"]), least=1.8, told=told)
    told = both("one process", spread["bare one"], "two", spread["bare two"])
    yield Row("the same in two bare processes against one", ratio(taken["bare one"], taken["bare two"]), told=told)
    alone = [CELLS / runs / 2 * each for each in taken["direct"]]
    told = both("the set", spread["cells"], "one after the other, halved", Spread.of(alone))
    yield Row(
        f"{CELLS} runs on two workers over half of so many called directly",
        ratio(taken["cells"], alone),
        most=1.1,
        told=told,
    )


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
    yield from speed(*(6, 2) if quick else (24, 5))
    yield from memory(1 if quick else 3, many=10 if quick else 50)

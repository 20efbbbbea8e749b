"""The one way of timing here: what is compared takes turns within one process; medians, with their quartiles.

Both sides keep their heap, as the service's workers do, and compute on one thread: `settle()` starts the command anew
with the environment for that, which the libraries read only when they are loaded.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from core.service.processes import KEEP_THE_HEAP

SETTLED = {**KEEP_THE_HEAP, "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of what was measured again and again."""

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        return cls(*(float(each) for each in np.quantile(list(values), [0.25, 0.5, 0.75])))


@dataclass(frozen=True)
class Row:
    """One thing measured, beside what is asked of it.

    Attributes:
        measured: None where there is nothing to measure: then `told` says why.
        unit: "times", "s", "ms" or "MB".
        least, most: what is asked of the median, if anything is.
        told: what else to know, such as both sides of a ratio.
        detail: one of many, for the long table.
    """

    name: str
    measured: Spread | None
    unit: str = "times"
    least: float | None = None
    most: float | None = None
    told: str = ""
    detail: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the median is as asked; None where nothing is asked."""
        if self.least is None and self.most is None:
            return None
        if self.measured is None:
            return False
        median = self.measured.median
        return (self.least is None or median >= self.least) and (self.most is None or median <= self.most)


def settle() -> None:
    """Start this command again with the heap kept and one thread, unless it has been started like that."""
    if any(os.environ.get(name) != value for name, value in SETTLED.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **SETTLED})


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long `work` takes by `clock`."""
    began = clock()
    work()
    return clock() - began


def interleaved(
    sides: Mapping[str, Callable[[int], object]],
    repeats: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds of each side, (repeats,), taken in turn; a side is given the number of the repeat, from 0."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for repeat in range(repeats):
        for name, side in sides.items():
            taken[name].append(seconds(lambda side=side, repeat=repeat: side(repeat), clock))  # type: ignore[misc]
    return taken


def ratio(above: Iterable[float], below: Iterable[float]) -> Spread:
    """Of two sides that took turns: the ratios within each repeat."""
    return Spread.of(one / other for one, other in zip(above, below, strict=True))


def both(above: str, over: Spread, below: str, under: Spread, unit: str = "s") -> str:
    """Both sides of a ratio in words."""
    return f"{above} {figure(over.median)} {unit}, {below} {figure(under.median)} {unit}"


def words(spread: Spread) -> str:
    """Median, and quartiles in brackets."""
    return f"{figure(spread.median)} ({figure(spread.low)} to {figure(spread.high)})"


def figure(value: float) -> str:
    """Three digits, never an exponent."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"

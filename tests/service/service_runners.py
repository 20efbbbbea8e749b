"""Runners for the service's tests: workers import them too, so no test framework here.

Each leaves its traces in files of `task.folder`, one line appended an event, for the tests to count and order.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from core.errors import TrainingError
from core.values import Estimate


@dataclass(frozen=True)
class Steps:
    """`steps` records of `pause` seconds each; `name` makes tasks differ. `gated`: go on only while "go" exists."""

    folder: str
    name: str = "a"
    steps: int = 5
    pause: float = 0.02
    gated: bool = False
    kill_at: int = -1  # the first attempt kills its own process here
    fault: str = ""
    hoard: int = 0  # megabytes that each step holds on to
    deaf: bool = False  # never asks whether it should stop

    runner: ClassVar[str] = "service_runners:run"

    def estimate(self, rows: int) -> Estimate:
        return Estimate(self.steps, self.steps * self.pause)


class Stopped(Exception):
    """The runner's own way of ending when it should stop."""


def note(task: Steps, what: str, value: Any) -> None:
    with open(Path(task.folder) / f"{task.name}.{what}", "a") as file:
        file.write(f"{value}\n")


def notes(task: Steps, what: str) -> list[str]:
    path = Path(task.folder) / f"{task.name}.{what}"
    return path.read_text().split() if path.exists() else []


def run(
    task: Steps, bars: pd.DataFrame | None, observe: Callable[[Any], None], should_stop: Callable[[], bool]
) -> dict[str, Any]:
    note(task, "attempts", os.getpid())
    held: list[bytes] = []
    while task.deaf:
        time.sleep(0.05)
    for step in range(task.steps):
        held.append(bytes(task.hoard * 2**20).replace(b"\0", b"\1"))  # written to, so that it takes memory
        _check(task, step, should_stop)
        while task.gated and not (Path(task.folder) / "go").exists():
            _check(task, step, should_stop)
            time.sleep(0.01)
        note(task, "batches", step)
        time.sleep(task.pause)
        if step == task.kill_at and len(notes(task, "attempts")) == 1:
            os.kill(os.getpid(), 9)
        observe(step)
    _fail(task.fault)
    return {"pid": os.getpid(), "steps": task.steps, "sum": 0.0 if bars is None else float(bars["close"].sum())}


def _check(task: Steps, step: int, should_stop: Callable[[], bool]) -> None:
    if should_stop():
        note(task, "stopped", step)
        raise Stopped


def _fail(fault: str) -> None:
    if fault == "ours":
        raise TrainingError("The loss is {value}.", value="nan")
    if fault == "foreign":
        raise UnicodeDecodeError("utf-8", b"x", 0, 1, "a class whose pickles are hard to read back")

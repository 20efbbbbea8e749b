"""Trainings of the lessons that were run once and kept as numbers, so that a page has a curve before anyone trains.

The file is rewritten by `python -m benchmarks.kept_curves`; each curve carries the task that gave it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.jobs.adding import AddingRecord, AddingResult, AddingTask

DIGITS = 6  # significant ones; a curve shows three


def written(results: Sequence[AddingResult], command: str) -> str:
    """The file's text: the command that makes it, then a curve a line."""
    lines = ",\n".join(json.dumps(_plain(result)) for result in results)
    return f'{{"command": {json.dumps(command)}, "curves": [\n{lines}\n]}}\n'


def read(path: Path) -> dict[AddingTask, AddingResult]:
    """The kept results by task; how long they took is not kept.

    Raises:
        OSError, ValueError, KeyError, ConfigError: there is no such file, or it was not made by `written`.
    """
    found = (_result(each) for each in json.loads(path.read_text(encoding="utf-8"))["curves"])
    return {result.task: result for result in found}


def _plain(result: AddingResult) -> dict[str, Any]:
    task, records = result.task, result.records
    return {
        "task": {name: getattr(task, name) for name in ("cell", "steps", "batches", "learning_rate", "seed")},
        "batch": [record.batch for record in records],
        "train_loss": [_short(record.train_loss) for record in records],
        "test_loss": [_short(record.test_loss) for record in records],
        "watched_variance": _short(records[-1].variance),
        "fresh_loss": _short(result.test_loss),
        "fresh_variance": _short(result.variance),
    }


def _result(plain: dict[str, Any]) -> AddingResult:
    columns = zip(plain["batch"], plain["train_loss"], plain["test_loss"], strict=True)
    records = tuple(AddingRecord(*row, plain["watched_variance"], 0.0) for row in columns)
    return AddingResult(AddingTask(**plain["task"]), records, plain["fresh_loss"], plain["fresh_variance"], 0.0)


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")

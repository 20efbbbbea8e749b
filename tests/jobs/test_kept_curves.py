"""The lessons' kept curves: the file is what its command writes; each begins as the code's own training does now."""

from __future__ import annotations

import pytest

from benchmarks.kept_curves import COMMAND, FILE, TASKS
from core.jobs import kept
from core.jobs.adding import REPORT_EVERY, SOLVED
from core.jobs.adding_runner import run_adding

KEPT = kept.read(FILE)
PREFIX = 4  # records: a hundred batches
TOLERANCE = 0.01  # of the error; another processor rounds float32 its own way, and training makes that grow


def test_the_file_holds_the_tasks_of_its_command_and_nothing_else() -> None:
    assert tuple(KEPT) == TASKS
    assert kept.written(list(KEPT.values()), COMMAND) == FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.cell}-{task.steps}")
def test_each_curve_begins_as_training_does_now(task) -> None:
    stored = [record.test_loss for record in KEPT[task].records[:PREFIX]]
    for seed, agrees in ((task.seed, True), (task.seed + 1, False)):
        now = run_adding(task.replace(batches=PREFIX * REPORT_EVERY, seed=seed))
        same = [record.test_loss for record in now.records] == pytest.approx(stored, rel=TOLERANCE)
        assert same == agrees  # another seed leaves the tolerance: it tells one training from another


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.cell}-{task.steps}")
def test_each_curve_is_a_whole_training(task) -> None:
    batches = [record.batch for record in KEPT[task].records]
    assert batches == list(range(REPORT_EVERY, batches[-1] + 1, REPORT_EVERY))
    assert (batches[-1] == task.batches) != (KEPT[task].records[-1].test_loss < SOLVED)

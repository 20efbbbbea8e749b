"""Train the curves that stand in the lessons before anyone has trained, and rewrite their file.

    python -m benchmarks.kept_curves

Half a minute on one core. A test compares the beginning of each with what the code gives now.
"""

from __future__ import annotations

from pathlib import Path

from core.jobs import kept
from core.jobs.adding import AddingTask
from core.jobs.adding_runner import run_adding

COMMAND = "python -m benchmarks.kept_curves"
FILE = Path(__file__).parents[1] / "pages" / "learn" / "adding.json"
TASKS = (
    *(AddingTask(cell=cell) for cell in ("lstm", "gru", "rnn")),  # the lesson on vanishing gradients
    *(AddingTask(cell=cell, steps=10, learning_rate=1e-2) for cell in ("rnn", "sigmoid")),  # tanh against sigmoid
)


def main() -> None:
    results = []
    for task in TASKS:
        results.append(run_adding(task))
        print(
            f"{task.cell:8} T = {task.steps:3}: {results[-1].test_loss:.5f} in {results[-1].seconds:.1f} s", flush=True
        )
    FILE.write_text(kept.written(results, COMMAND), encoding="utf-8")


if __name__ == "__main__":
    main()

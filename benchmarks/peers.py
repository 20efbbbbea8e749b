"""The same training by darts, neuralforecast and Keras beside ours and the bare loop: `make bench-peers`.

    python -m benchmarks.peers [python of the peers' environment] [--repeats 5]

The default preset's network on the offline sample: the same scaled windows, units, layers, epochs and full batches,
Adam at the same rate, one core. Each peer lives in a process of the other environment and is timed there, in turn with
ours; its first training is not counted. Predictions come back, so that one function scores all.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import numpy as np

from benchmarks.sample import SAMPLE
from benchmarks.timing import SETTLED, Spread, seconds, settle, words
from core.config import DEFAULT_PRESET, PRESETS
from core.data import load_bars
from core.values import Array

ROOT = Path(__file__).resolve().parents[1]
PEERS = {"darts": "darts", "neuralforecast": "neuralforecast", "keras": "Keras"}
Training = Callable[[int], tuple[float, Array]]  # the seed -> seconds, scaled predictions of the test pairs (n,)


class Missing(Exception):
    """A peer that cannot be measured here."""


def one_core() -> None:
    """Whatever a library thinks of threads."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def own_sides(folder: Path) -> tuple[dict[str, Training], Callable[[Array], float]]:
    """Ours and the bare loop, and what scores predictions; writes the pairs for the peers to `folder`."""
    import torch

    from benchmarks.bare import bare_loop
    from core.dataset import build_dataset
    from core.model import Regressor
    from core.training import fit, predict, reproducible

    preset = PRESETS[DEFAULT_PRESET]
    data = build_dataset(preset, load_bars(SAMPLE))
    tested, loop = data.windows[data.train_pairs :], bare_loop(preset, data)
    sizes = {"units": preset.model.hidden_size, "layers": preset.model.num_layers, "epochs": preset.train.epochs}
    np.savez(folder / "pairs.npz", windows=data.windows, targets=data.targets, train_pairs=data.train_pairs,
             rate=preset.train.learning_rate, **sizes)  # fmt: skip

    def ours(seed: int) -> tuple[float, Array]:
        with reproducible(seed):
            model = Regressor(preset.model)
            took = seconds(lambda: list(fit(model, data, preset.train.replace(seed=seed))))
            return took, predict(model, tested)

    def bare(seed: int) -> tuple[float, Array]:
        torch.manual_seed(seed)
        made = []
        took = seconds(lambda: made.append(loop(preset.train.epochs)))
        with torch.no_grad():
            return took, made[0](torch.tensor(tested, dtype=torch.float32)).numpy()

    def rmse(predicted: Array) -> float:
        actual = data.scaler.inverse(data.targets[data.train_pairs :])
        return float(np.sqrt(np.mean((data.scaler.inverse(predicted) - actual) ** 2)))

    return {"ours": ours, "bare PyTorch loop": bare}, rmse


@contextmanager
def peer(name: str, python: str, folder: Path) -> Iterator[Training]:
    """A process of the other environment that trains once for each seed it reads.

    Raises:
        Missing: it cannot, and the last it said.
    """
    said = folder / f"{name}.log"
    with said.open("w") as log, subprocess.Popen(
        [python, "-m", "benchmarks.peer_sides", name, str(folder / "pairs.npz")],
        cwd=ROOT, env={**os.environ, **SETTLED}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def train(seed: int) -> tuple[float, Array]:
            try:
                print(seed, file=process.stdin, flush=True)
            except BrokenPipeError:
                raise Missing(last_line(said)) from None
            if not (answer := process.stdout.readline()):
                raise Missing(last_line(said))
            found = json.loads(answer)
            return found["seconds"], np.array(found["predicted"])

        try:
            train(0)  # what a first training loads and compiles is not counted
            yield train
        finally:
            process.kill()


def last_line(log: Path) -> str:
    return next(iter(log.read_text().strip().splitlines()[-1:]), "it said nothing")


def main() -> int:
    settle()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("python", nargs="?", default=str(ROOT / ".venv-peers/bin/python"))
    parser.add_argument("--repeats", default=5, type=int)
    asked, missing = parser.parse_args(), False
    one_core()
    with tempfile.TemporaryDirectory() as made, ExitStack() as running:
        sides, rmse = own_sides(Path(made))
        for name, told in PEERS.items():
            try:
                sides[told] = running.enter_context(peer(name, asked.python, Path(made)))
            except (Missing, OSError) as cause:
                missing = True
                print(f"{told} is missing: {cause}", flush=True)
        for side in list(sides.values())[:2]:
            side(0)
        show(sides, rmse, asked.repeats)
    return 1 if missing else 0


def show(sides: dict[str, Training], rmse: Callable[[Array], float], repeats: int) -> None:
    """A table: seconds, how many times ours, test RMSE; medians with quartiles over seeds, taken in turn."""
    found = [{name: side(seed) for name, side in sides.items()} for seed in range(1, repeats + 1)]
    print("| | s a training | times ours | test RMSE |\n|---|---|---|---|")
    for name in sides:
        columns = (
            [each[name][0] for each in found],
            [each[name][0] / each["ours"][0] for each in found],
            [rmse(each[name][1]) for each in found],
        )
        print(f"| {name} | " + " | ".join(words(Spread.of(column)) for column in columns) + " |", flush=True)


if __name__ == "__main__":
    sys.exit(main())

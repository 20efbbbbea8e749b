"""When the compiled path is there, and that its absence is no error: each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import experiment
from core.kernel import compiling

ROOT = Path(__file__).parents[2]
TRAIN = """
import numpy as np, pandas as pd
from core.config import Experiment, TrainConfig
from core.experiment import run_experiment
from core.kernel import compiling
days = pd.bdate_range("2020-01-01", periods=90, name="date")
bars = pd.DataFrame({"close": 100 + np.sin(np.arange(90.0))}, index=days)
def train():
    run = run_experiment(Experiment(train=TrainConfig(epochs=2, batch_size=16)), bars)
    return run.history[-1].train_loss
"""
LOG = "import logging; logging.basicConfig(level=logging.INFO, format='%(levelname)s %(name)s %(message)s')"


def in_a_process(code: str, **environment: str) -> tuple[list[str], list[str]]:
    """Lines printed, and what the kernel's log told."""
    kept = {name: value for name, value in os.environ.items() if name != "GATESCOPE_COMPILED"}
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", f"{LOG}\n{TRAIN}\n{code}"],
        cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    return found.stdout.split("\n")[:-1], [line for line in found.stderr.split("\n") if "gatescope.kernel" in line]


@pytest.fixture(scope="module")
def by_pytorch() -> float:
    """What `train()` gives without the compiled path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_COMPILED", "0")
        names: dict[str, Any] = {}
        exec(TRAIN, names)
        assert names["compiling"].status() == "off"
        return names["train"]()


def test_without_numba_pytorch_trains_and_the_log_says_so_once(by_pytorch: float) -> None:
    code = "import sys; sys.modules['numba'] = None\nprint(train(), train(), compiling.status())"
    (line,), (told,) = in_a_process(code)
    assert line == f"{by_pytorch} {by_pytorch} unavailable"
    assert told.startswith("WARNING")
    assert "PyTorch trains" in told


def test_a_folder_that_cannot_be_written_to_is_no_error(tmp_path: Path) -> None:
    """A file where the folder should be: unlike a mode, it stops root too."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    (line,), told = in_a_process("print(train() == train(), compiling.status())", NUMBA_CACHE_DIR=str(blocked))
    assert line == "True ready"
    assert all(each.startswith("INFO") for each in told)
    assert blocked.read_text() == ""


def test_compiled_once_it_is_loaded_from_the_cache(tmp_path: Path) -> None:
    """`python -m core.kernel` fills a missing folder; after it, nothing is compiled."""
    folder = tmp_path / "not" / "there" / "yet"
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    told = subprocess.run(
        [sys.executable, "-m", "core.kernel"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "compiled training: ready\n"
    written = {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")}
    count = "import core.kernel.network as n; print(sum(sum(each.stats.cache_misses.values()) for each in n.ENTRIES))"
    (status, misses), _ = in_a_process(f"train(); print(compiling.status())\n{count}", NUMBA_CACHE_DIR=str(folder))
    assert (status, misses) == ("ready", "0")
    assert written
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.nb?")} == written


def test_where_it_was_begun_nobody_waits(tmp_path: Path, by_pytorch: float) -> None:
    """An empty cache takes seconds to fill; a training asked for meanwhile is PyTorch's, to the bit."""
    wait = "import time\nwhile compiling.status() == 'compiling': time.sleep(0.05)\n"
    code = f"compiling.begin(); print(compiling.ready(), train())\n{wait}print(compiling.ready(), train())"
    (early, late), _ = in_a_process(code, NUMBA_CACHE_DIR=str(tmp_path))
    assert early == f"False {by_pytorch}"
    ready, loss = late.split()
    assert ready == "True"
    assert 0 < abs(float(loss) - by_pytorch) < 1e-5


def test_a_worker_s_warm_up_begins_it(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(compiling, "begin", lambda: begun.append("begun"))
    experiment.warm_up()
    assert begun == ["begun"]


def test_importing_it_brings_neither_numba_nor_torch() -> None:
    code = "import sys; import core.kernel.choice, core.kernel.compiling\nprint({'numba', 'torch'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"


def test_the_compiled_code_needs_no_torch() -> None:
    code = "import sys; sys.modules['torch'] = None\nimport core.kernel.trainer\nprint('numba' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"

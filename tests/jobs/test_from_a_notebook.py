"""The service used as a notebook would: nothing of the web is imported, nothing has to be registered."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NOTEBOOK = """
    import sys, time
    from core import service
    from core.config import PRESETS, DataQuery, ModelConfig
    from core.data import load_bars
    from core.jobs.tasks import SeedSweep, WalkForwardTask

    bars = load_bars(DataQuery(start="2023-01-01"))
    small = PRESETS["returns"].replace(model=ModelConfig(window=4, hidden_size=2, num_layers=1))
    small = small.replace(train=small.train.replace(epochs=1))
    sweep = SeedSweep(experiment=small, seeds=2)
    walk = WalkForwardTask(experiment=small, every=20, refits=2)
    for task, name in ((sweep, "one"), (walk, "two")):
        while (job := service.ask(task, bars, name)).live:
            time.sleep(0.02)
        print(type(job.result).__name__, len(job.records) == task.estimate(len(bars)).steps)
    service.stop()
    assert not [name for name in sys.modules if name.startswith(("core.web", "streamlit"))]
"""


def test_seeds_and_a_walk_forward() -> None:
    environment = {**os.environ, "GATESCOPE_WORKERS": "0", "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(NOTEBOOK)], env=environment, capture_output=True, text=True, check=False
    )
    assert found.stdout.split() == ["ManySeeds", "True", "WalkedForward", "True"], found.stderr

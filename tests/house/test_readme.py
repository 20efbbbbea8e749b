"""The README's own words: its Python runs, its commands and files exist, its links lead somewhere."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
INTERNAL = {
    "GATESCOPE_TUSHARE_URL",
    "GATESCOPE_TENCENT_URL",
    "GATESCOPE_SCRATCH",
    "GATESCOPE_COPY",
}  # for tests, and between our processes
READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_its_python_runs(name: str) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), flags=re.S)
    made: dict[str, object] = {}
    exec(compile(code, name, "exec"), made)
    run = made["run"]
    assert run.metrics["test"].rmse == pytest.approx(2.6, abs=0.1)
    assert list(run.prediction) == ["date", "actual", "predicted", "persistence", "part"]
    assert set(run.prediction["part"]) == {"train", "test"}
    assert run.weights["weight_ih_l0"].shape == (32, 1)
    assert len(run.history) == 20
    assert made["again"].key == run.key
    assert made["again"].prediction.equals(run.prediction)
    assert run.baselines["persistence"]["test"].rmse == pytest.approx(
        np.sqrt(np.mean((run.prediction["actual"] - run.prediction["persistence"])[run.train_pairs :] ** 2))
    )


@pytest.mark.parametrize("name", READMES)
def test_its_files_and_commands_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (ROOT / target).exists(), target
    makefile = (ROOT / "Makefile").read_text()
    for goal in re.findall(r"^make (\w+)", text, flags=re.M):
        assert f"\n{goal}:" in makefile
    for module in re.findall(r"python -m benchmarks\.(\w+)", text):
        assert (ROOT / "benchmarks" / f"{module}.py").exists()


def test_every_setting_of_the_server_is_read_somewhere() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "app.py", *(ROOT / "core").rglob("*.py")])
    for name in set(re.findall(r"GATESCOPE_[A-Z_]+", text)):
        assert name in code
    for name in set(re.findall(r"GATESCOPE_[A-Z_]+", code)) - INTERNAL:
        assert name.replace("GATESCOPE_TLS", "") in text, name


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("*.py")), ids=lambda path: path.stem)
def test_every_benchmark_finds_what_it_measures(path: Path) -> None:
    import_module(f"benchmarks.{path.stem}")

"""The arrows of the house, read from the imports: who may know whom. See ARCHITECTURE.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*sorted(path for place in ("core", "pages") for path in (ROOT / place).rglob("*.py")), ROOT / "app.py"]

ONLY = {  # library -> the places that may import it
    "streamlit": ("app.py", "pages/", "core/web/"),
    "plotly": ("core/charts/",),
    "tushare": ("core/data/tushare",),
    "nbformat": ("core/export/",),
    "onnx": ("core/export/",),
    "dask": ("core/service/",),
    "distributed": ("core/service/",),
    "torch": (
        "core/model.py",
        "core/trainer.py",
        "core/training.py",
        "core/experiment.py",
        "core/jobs/adding_runner.py",
        "core/jobs/autograd.py",
    ),
}
FLOORS = (  # from the ground up: a room knows its own floor's earlier rooms and what lies below, nothing above
    "sentence languages values errors costs sources folders input_names dials config digest link pins",
    "data inputs dataset run",
    "introspect evaluation film run_shapes run_file unfinished theory kernel model trainer training camera experiment "
    "seeds_at_once words",
    "jobs service serving charts export whatif",
    "__main__",
    "web",
)
ROOMS = [room for floor in FLOORS for room in floor.split()]
TRAIN = ("model", "trainer", "training", "camera", "experiment", "seeds_at_once")  # and import PyTorch
APART = {  # place -> rooms it may not know although they lie below
    "core/charts/": ("data", "service", "jobs", *TRAIN),
    "core/evaluation/": ("data", "theory"),
    "core/introspect/": ("data",),
    "core/theory/": ("data", "evaluation"),
    "core/service/": tuple(
        [
            "data",
            "jobs",
            "introspect",
            "evaluation",
            "film",
            "run_file",
            "run_shapes",
            "theory",
            "kernel",
            "model",
            "trainer",
            "training",
            "camera",
            "seeds_at_once",
            "config",
            "run",
        ]
    ),
    "core/web/": TRAIN,
    "pages/": TRAIN,
    "app.py": TRAIN,
}


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room(name: str) -> str:
    """The room of a module of core; "" for any other."""
    parts = name.split(".")
    return parts[1] if parts[0] == "core" and len(parts) > 1 else ""


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def cycle(files: list[Path]) -> list[str]:
    """The modules of one circle of imports, if there is any."""
    known = {module(path): path for path in files}
    graph = {name: {other for other in imported(path) if other in known} - {name} for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows(path: Path) -> None:
    here, modules = str(path.relative_to(ROOT)), set(imported(path))
    for library, places in ONLY.items():
        if any(within(name, library) for name in modules):
            assert here.startswith(places), f"{here} may not import {library}"
    own, asked = room(module(path)), {room(name) for name in modules} - {""}
    above = ROOMS[ROOMS.index(own) + 1 :] if own else []
    apart = [each for place, rooms in APART.items() if here.startswith(place) for each in rooms]
    assert not asked & ({*above, *apart}), f"{here} may not know {asked & ({*above, *apart})}"
    assert not [name for name in modules if name.split(".")[0] in ("pages", "app")]


def test_every_room_has_its_floor() -> None:
    assert {room(module(path)) for path in FILES if module(path).startswith("core.")} == set(ROOMS)


def test_no_circle_of_imports() -> None:
    assert not cycle(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    limit = 90 if "pages" in path.parts else 250
    assert len(lines) <= limit
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            assert last - node.lineno < 40, f"{node.name} is longer than 40 lines"


def test_the_map_names_every_file_of_the_web_room() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for path in (ROOT / "core" / "web").glob("*.py"):
        assert path.name == "__init__.py" or path.name in text, path.name


def test_each_session_key_and_each_cache_has_its_one_place() -> None:
    for path in FILES:
        text, here = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        if here != "core/web/session.py":
            assert not re.search(r"session_state(\[|\.get\(|\.setdefault\()f?\"_", text), here
        if here != "core/web/readings.py":
            assert "st.cache_data" not in text, here


def test_the_rules_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("test_architecture.ROOT", tmp_path)
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("def late():\n    from core import experiment\n    import torch.nn\n    import two\n")
    two.write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from one import late\n")
    found = set(imported(one))
    assert any(within(name, "core.experiment") for name in found)
    assert any(within(name, "torch") for name in found)
    assert set(cycle([one, two])) == {"one", "two"}


def test_one_playwright_for_all_tests() -> None:
    """Playwright keeps its loop in the thread that began it; whoever begins a second one there fails."""
    begun = [path for path in (ROOT / "tests").rglob("*.py") if "with sync_playwright()" in path.read_text("utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in begun if path != Path(__file__)] == ["tests/conftest.py"]

"""The arrows of the house, read from the imports: who may know whom. See ARCHITECTURE.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*sorted(path for place in ("core", "pages") for path in (ROOT / place).rglob("*.py")), ROOT / "app.py"]

ONLY = {  # library -> the places that may import it
    "streamlit": ("app.py", "pages/", "core/web/"),
    "plotly": ("core/charts/",),
    "tushare": ("core/data/tushare",),
    "dask": ("core/service/",),
    "distributed": ("core/service/",),
    "torch": ("core/model.py", "core/training.py", "core/experiment.py", "core/longlag"),
}
NEVER = {  # place -> our own modules it may not know
    "core/": ("pages", "app"),
    "core/charts/": (
        "core.web",
        "core.service",
        "core.data",
        "core.training",
        "core.model",
        "core.experiment",
        "core.desk",
    ),
    "core/data/": ("core.charts", "core.web", "core.service", "core.evaluation", "core.run", "core.experiment"),
    "core/evaluation/": ("core.charts", "core.web", "core.service", "core.data", "core.model", "core.training"),
    "core/introspect/": ("core.charts", "core.web", "core.service", "core.data", "core.model", "core.training"),
    "core/service/": ("core.charts", "core.web", "core.data", "core.experiment", "core.model", "core.training"),
    "core/web/": ("core.experiment", "core.model", "core.training"),
    "pages/": ("core.experiment", "core.model", "core.training", "app"),
    "app.py": ("pages", "core.experiment", "core.model", "core.training"),
}
EXCEPT = {("core/service/worker.py", "core.experiment")}  # a worker imports it to be warm; the web process never does
NOT_WEB_FROM_CORE = [path for path in FILES if "core/" in str(path.relative_to(ROOT)) and "core/web" not in str(path)]


def imported(path: Path) -> Iterator[str]:
    """Every module a file imports, inside functions too; `from core import service` counts as core.service."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows(path: Path) -> None:
    here = str(path.relative_to(ROOT))
    modules = set(imported(path))
    for library, places in ONLY.items():
        if any(within(module, library) for module in modules):
            assert here.startswith(places), f"{here} may not import {library}"
    for place, forbidden in NEVER.items():
        if here.startswith(place):
            asked = [package for package in forbidden if (here, package) not in EXCEPT]
            wrong = [module for module in modules for package in asked if within(module, package)]
            assert not wrong, f"{here} may not import {wrong}"


@pytest.mark.parametrize("path", NOT_WEB_FROM_CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_web_knows_the_web(path: Path) -> None:
    assert not [module for module in imported(path) if within(module, "core.web")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_readable(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    limit = 90 if "pages" in path.parts else 250
    assert len(lines) <= limit
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            last = node.end_lineno or node.lineno
            assert last - node.lineno < 40, f"{node.name} is longer than 40 lines"


def test_the_rules_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def late():\n    from core import experiment\n    import torch.nn\n")
    found = set(imported(wrong))
    assert any(within(module, "core.experiment") for module in found)
    assert any(within(module, "torch") for module in found)

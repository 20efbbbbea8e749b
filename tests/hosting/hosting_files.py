"""What the files of hosting say, and what the code behind them reads and serves."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from distributed.http import health
from streamlit import config
from streamlit.web.server.starlette.starlette_routes import ROUTE_HEALTH

from core.data.token import VARIABLE as TOKEN
from core.kernel.compiling import FOLDER
from core.service.processes import TLS_OPTIONS

ROOT = Path(__file__).parents[2]
TLS = {f"GATESCOPE_TLS_{part}" for part in TLS_OPTIONS}
INTERNAL = {
    "GATESCOPE_TUSHARE_URL",
    "GATESCOPE_TENCENT_URL",
    "GATESCOPE_SCRATCH",
    "GATESCOPE_COPY",
}  # for tests, between our processes
NOT_OURS = {TOKEN, FOLDER, "OMP_NUM_THREADS", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PATH", "HOME"}
DASK_HEALTH = {path for path, *_ in health.routes}


class Instruction(NamedTuple):
    """A line of the Dockerfile: the stage it stands in, its word, the rest."""

    stage: int
    word: str
    rest: str


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def dockerfile() -> list[Instruction]:
    lines = "\n".join(line for line in text("Dockerfile").splitlines() if not line.startswith("#"))
    found, stage = [], -1
    for line in lines.replace("\\\n", " ").splitlines():
        if line.strip():
            word, rest = line.split(maxsplit=1)
            stage += word == "FROM"
            found.append(Instruction(stage, word, " ".join(rest.split())))
    return found


def said(word: str, stage: int = 1) -> list[str]:
    """What follows this word in a stage of the Dockerfile; the second is the image."""
    return [line.rest for line in dockerfile() if line.word == word and line.stage == stage]


def port() -> int:
    """The one port of the image."""
    (exposed,) = said("EXPOSE")
    return int(exposed)


def environment(given: str) -> dict[str, str]:
    """An ENV line, or Environment= of a unit, without quotes."""
    return dict(pair.split("=", 1) for pair in given.split())


@cache
def read_by_the_code() -> frozenset[str]:
    """Every GATESCOPE_ variable that app.py and core read."""
    files = [ROOT / "app.py", *(ROOT / "core").rglob("*.py")]
    found = set(re.findall(r"GATESCOPE_[A-Z]+(?:_[A-Z]+)*\b", "\n".join(file.read_text("utf-8") for file in files)))
    return frozenset({name for name in found if not name.startswith("GATESCOPE_TLS")} | TLS)


def unread(names: Iterator[str] | set[str] | dict[str, Any]) -> set[str]:
    """Those of these variables that nobody reads."""
    streamlit = {option.env_var for option in config._config_options_template.values()}
    return set(names) - read_by_the_code() - streamlit - NOT_OURS


def routes() -> set[str]:
    """The paths app.py serves itself, and Streamlit's own health."""
    calls = [node for node in ast.walk(ast.parse(text("app.py"))) if isinstance(node, ast.Call)]
    ours = {ast.literal_eval(call.args[0]) for call in calls if getattr(call.func, "id", "") == "Route"}
    return ours | {f"/{ROUTE_HEALTH}"}


def tracked(*places: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", *places], cwd=ROOT, check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()


def ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path out: its last word about the path or a folder above it."""
    parts = path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    out = False
    for line in text(".dockerignore").splitlines():
        pattern = line.strip().removeprefix("!")
        if pattern and not pattern.startswith("#"):
            ends = [part.rsplit("/", 1)[-1] for part in above] if pattern.startswith("**/") else above
            if any(fnmatch(end, pattern.removeprefix("**/")) for end in ends):
                out = not line.startswith("!")
    return out


def compose() -> dict[str, Any]:
    return yaml.safe_load(text("compose.yaml"))


def module_of(command: list[str]) -> Path:
    """The file that `python -m` or `sh` of a command runs."""
    if command[0] == "sh":
        return ROOT / command[1]
    return ROOT / Path(*command[command.index("-m") + 1].split(".")).with_suffix(".py")

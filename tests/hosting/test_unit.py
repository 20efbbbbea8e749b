"""The systemd unit, read by systemd itself where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hosting_files import environment, port, text, unread

UNIT = "hosting/gatescope.service"
OK = "30"  # of 100: what systemd calls OK ends at 4.9 of 10, and this unit is to be well inside


def lines() -> Iterator[tuple[str, str]]:
    for line in text(UNIT).splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            yield key, value


def values(key: str) -> list[str]:
    return [value for name, value in lines() if name == key]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program and a folder that exist here."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    made = tmp_path / "gatescope.service"
    here = (
        text(UNIT).replace("/opt/gatescope/.venv/bin/python", sys.executable).replace("/opt/gatescope", str(tmp_path))
    )
    made.write_text(here)
    return made


def test_systemd_finds_nothing_wrong(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert unit.name not in done.stderr  # an unknown line is only a warning


def test_systemd_calls_it_little_exposed(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--no-pager", "--offline=true", f"--threshold={OK}", unit]
    done = subprocess.run(command, capture_output=True, text=True)
    if "unrecognized option" in done.stderr:
        pytest.skip("this systemd cannot judge a file")
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_what_it_runs_and_where_it_writes() -> None:
    (command,) = values("ExecStart")
    assert command.split()[1:] == f"-m core.serving --server.address 127.0.0.1 --server.port {port()}".split()
    (folder,) = values("WorkingDirectory")
    assert command.startswith(f"{folder}/")
    given = environment(" ".join(values("Environment")))
    assert not unread(given)
    assert given["GATESCOPE_DATA"] == f"%S/{values('StateDirectory')[0]}"
    assert given["NUMBA_CACHE_DIR"] == f"%C/{values('CacheDirectory')[0]}"


def test_its_locks() -> None:
    assert values("ProtectSystem") == ["strict"]
    assert values("DynamicUser") == ["yes"]
    assert values("MemoryMax")
    assert values("KillMode") == ["mixed"]  # what was started is ended in order by the first process
    assert not values("MemoryDenyWriteExecute")  # compiled trainings are made while it runs

"""The web process stays light: no torch in it, with everything imported that a page may want."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
EVERYTHING = """
import pkgutil, sys
import app, core.web, core.charts, core.data, core.evaluation, core.introspect, core.service, core.theory
app.warm_up()
for package in (core.web, core.charts, core.data, core.evaluation, core.introspect, core.service, core.theory):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        __import__(found.name)
print(sorted(name for name in sys.modules if name.split(".")[0] in ("torch", "tushare")))
"""


def test_no_torch_and_no_tushare_before_they_are_needed() -> None:
    found = subprocess.run([sys.executable, "-c", EVERYTHING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip().splitlines()[-1] == "[]", found.stderr

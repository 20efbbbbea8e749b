"""What if: many experiments from a few dials, and what came of them.

    from core.whatif import compare, load_run, report, sweep

Imports no torch before something is trained.

values    what is tried of one dial: Python values or text
plan      which experiments: lists and ranges of dials, the whole grid or a random draw; as words of an address
outcome   a small row of each run, a table, the winner by validation, how much of it is luck
sweep     all of that from a notebook
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from core.whatif.plan import Plan
from core.whatif.sweep import compare, sweep

if TYPE_CHECKING:
    from core.export.archive import load_run
    from core.export.report import write_report as report

__all__ = ["Plan", "compare", "load_run", "report", "sweep"]

_LATER = {"load_run": ("core.export.archive", "load_run"), "report": ("core.export.report", "write_report")}


def __getattr__(name: str) -> Any:
    """Charts are imported when a report or an archive is wanted."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    place, found = _LATER[name]
    return getattr(import_module(place), found)

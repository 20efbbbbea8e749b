"""The cells of a workbook, read by a process of its own: this file, run as a script.

A sheet of two cells may claim seventeen thousand million between them, and a library that trusts it takes the whole
program with it. So whoever opens a workbook has a bound on memory and on time from the system, and may end.
"""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from datetime import date, datetime, time
from typing import Any

MEGABYTES = 480  # of the reader's address space; the largest sheet that is taken needs a third
SECONDS = 1.2  # of processor time
WAIT = 30.0  # seconds on the clock, where many share the machine
MOST_BYTES = 24 * 2**20  # of the cells as JSON

Cells = list[tuple[str, list[list[str]]]]  # (sheet, its rows)


class WorkbookError(Exception):
    """Why there are no cells, in the words of the library; "" where the reader met its bounds."""


def cells_of(content: bytes) -> Cells:
    """Every sheet's rows of stripped cells.

    Raises:
        WorkbookError: there are none.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__], input=content, capture_output=True, timeout=WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        raise WorkbookError("") from None
    if done.returncode < 0 or len(done.stdout) > MOST_BYTES:
        raise WorkbookError("")
    told: dict[str, Any] = json.loads(done.stdout or b'{"reason": ""}')
    if "reason" in told:
        raise WorkbookError(told["reason"])
    return [(name, rows) for name, rows in told["sheets"]]


def _main() -> None:
    content = sys.stdin.buffer.read()
    try:
        import python_calamine  # only where a workbook comes

        _bound_self()
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = ((name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)
        told: dict[str, Any] = {"sheets": [(name, [list(map(_cell, row)) for row in rows]) for name, rows in sheets]}
    except MemoryError:
        told = {"reason": ""}
    except BaseException as reason:  # calamine raises its own and, for some damage, Rust's panics as plain exceptions
        told = {"reason": str(reason)}
    json.dump(told, sys.stdout)


def _bound_self() -> None:
    """Where the system has such bounds: Windows has not."""
    with contextlib.suppress(ImportError):
        import resource
        import signal

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20, MEGABYTES * 2**20))
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # its signal ends the process


def _cell(value: object) -> str:
    """A cell as it would stand in a CSV: whole numbers without a fraction, dates in ISO's way."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


if __name__ == "__main__":
    _main()

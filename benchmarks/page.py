"""What was measured as text: a line of the terminal, and docs/performance.md."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.timing import Row, figure

LIBRARIES = ("torch", "numba", "numpy", "streamlit")
MARKS = {True: "holds", False: "**falls short**", None: ""}


@dataclass(frozen=True)
class Section:
    """What one benchmark has measured, and how."""

    title: str
    how: str
    rows: Sequence[Row]


def line(row: Row) -> str:
    """One row for a terminal."""
    mark = {True: "ok  ", False: "MISS", None: "    "}[row.holds]
    told = "; ".join(part for part in (f"asked: {asked(row)}" if asked(row) else "", row.told) if part)
    return f"{mark} {row.name}: {measured(row)}" + (f"; {told}" if told else "")


def asked(row: Row) -> str:
    """What is asked of a row, in words; nothing where nothing is."""
    least = f"at least {figure(row.least)} {row.unit}" if row.least is not None else ""
    return least or (f"at most {figure(row.most)} {row.unit}" if row.most is not None else "")


def measured(row: Row) -> str:
    """Median and quartiles."""
    if row.measured is None:
        return "not measured"
    low, median, high = (figure(each) for each in (row.measured.low, row.measured.median, row.measured.high))
    return f"{median} {row.unit} ({low} to {high})"


def machine() -> str:
    """Processor, cores and versions; nothing that tells whose machine it is."""
    cores = f"{cpu_model()}, {number_of_cores()} cores"
    return f"{cores}; Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def cpu_model() -> str:
    """As Linux tells it, or the kind of processor."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    named = (each.partition(":")[2].strip() for each in lines if each.startswith("model name"))
    return next(named, platform.machine())


def number_of_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def text(sections: Sequence[Section], day: date, machine: str, picture: str = "") -> str:
    """The page: what holds, what falls short, a table a section, and the long table last."""
    every = [row for section in sections for row in section.rows]
    short = [row for row in every if row.holds is False]
    kept = sum(row.holds is True for row in every)
    parts = [
        "# Speed, asked and measured",
        f"Written by `make bench` on {day.isoformat()}. {machine}. Medians of repeats in which what is compared takes "
        "turns, quartiles in brackets; the heap is kept and one thread computes on both sides. A ratio above or below "
        "the figure asked for is judged by its median. Seconds are this machine's, ratios travel better.",
        f"{kept} of {kept + len(short)} figures hold." + (" These fall short:" if short else ""),
        "\n".join(f"- {row.name}: {measured(row)}, asked {asked(row)}" for row in short),
        f"![Each figure beside what is asked of it]({picture})" if picture else "",
    ]
    for section in sections:
        parts += [f"## {section.title}", section.how, table([row for row in section.rows if not row.detail])]
    if details := [row for row in every if row.detail]:
        parts += ["## Each by itself", table(details)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(rows: Sequence[Row]) -> str:
    """Asked beside measured."""
    head = "| what | asked | measured | | beside it |\n|---|---|---|---|---|"
    return "\n".join(
        [head, *(f"| {row.name} | {asked(row)} | {measured(row)} | {MARKS[row.holds]} | {row.told} |" for row in rows)]
    )

"""Every speed that is promised, beside what is asked of it, in one run: `make bench`.

python -m benchmarks.performance            # writes docs/performance.md and its picture
python -m benchmarks.performance --quick    # a minute, to see that it works; writes nothing
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
import traceback
from datetime import date
from pathlib import Path
from types import ModuleType

from benchmarks import (
    crowd,
    fit,
    idle,
    learning,
    load,
    many_inputs,
    on_screen,
    page,
    picture,
    rerun,
    seeds,
    through_the_service,
)
from benchmarks.timing import Row, settle

DOCS = Path(__file__).resolve().parents[1] / "docs"
OF_TRAINING: tuple[ModuleType, ...] = (fit, many_inputs, seeds, learning, through_the_service)
OF_THE_WEB: tuple[ModuleType, ...] = (on_screen, rerun, load, crowd, idle)
BENCHMARKS = (*OF_TRAINING, *OF_THE_WEB)


def measure(benchmark: ModuleType, quick: bool) -> page.Section:
    """Print each row as it comes; a benchmark that fails is a row that says so, and takes no other with it."""
    found: list[Row] = []
    print(f"\n{benchmark.TITLE}", flush=True)
    try:
        for row in benchmark.rows(quick):
            found.append(row)
            print(page.line(row), flush=True)
    except Exception as cause:
        traceback.print_exc()
        found.append(Row(f"{benchmark.TITLE}: ended by a fault", None, most=0, told=type(cause).__name__))
    return page.Section(benchmark.TITLE, benchmark.HOW, found)


def main() -> int:
    settle()
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", help="the benchmarks to run, such as fit,load; writes nothing")
    asked = parser.parse_args()
    began, names = time.perf_counter(), asked.only.split(",") if asked.only else []
    chosen = [each for each in BENCHMARKS if not names or each.__name__.rpartition(".")[2] in names]
    print(page.machine())
    sections = [measure(benchmark, asked.quick) for benchmark in chosen]
    print(f"\n{time.perf_counter() - began:.0f} s")
    if not asked.quick and not names:
        write(sections)
    return 1 if any(row.holds is False for section in sections for row in section.rows) else 0


def write(sections: list[page.Section]) -> None:
    """The page, and its picture where there is a browser to draw it."""
    drawn = DOCS / "performance.svg"
    rows = [row for section in sections for row in section.rows]
    has_picture = shutil.which("chromium") is not None and picture.draw(rows, drawn)
    told = page.text(sections, date.today(), page.machine(), drawn.name if has_picture else "")
    (DOCS / "performance.md").write_text(told, encoding="utf-8")
    print(f"written: {DOCS.name}/performance.md")


if __name__ == "__main__":
    sys.exit(main())

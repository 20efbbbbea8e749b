"""What the ways in do with what nobody should send: `python -m benchmarks.fuzz`.

    python -m benchmarks.fuzz                     # all of them in full, as docs/security.md tells
    python -m benchmarks.fuzz uploads --cases 500
    python -m benchmarks.fuzz uploads --case 123  # one case again, with its traceback

Each case must end in something valid or in one of our errors, within SECONDS of processor time (children included) and
MEGABYTES above what the process held before. Case n of a way in is the same on every machine.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from core.errors import GatescopeError

SECONDS, MEGABYTES = 2.0, 500.0
FULL = 20_000


class WayIn(Protocol):
    """One way in: `make` draws a case, `take` hands it in and raises where what comes out is not valid."""

    name: str

    def make(self, chance: random.Random) -> Any: ...
    def take(self, case: Any) -> None: ...


@dataclass
class Found:
    """What came of some cases.

    Attributes:
        ends: how often each way of ending was met, by the name of our error, or "valid".
        wrong: number of a case -> what it did that none may do.
        slowest, largest: (seconds or megabytes, number of the case).
    """

    ends: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[float, int] = (0.0, -1)


def case_of(way: WayIn, number: int) -> Any:
    return way.make(random.Random(f"{way.name} {number}"))


def tried(way: WayIn, numbers: range, found: Found | None = None) -> Found:
    """Hand in the cases of these numbers."""
    found = found or Found()
    for number in numbers:
        case = case_of(way, number)
        before, began = peak_anew(), _worked()
        try:
            way.take(case)
            end = "valid"
        except GatescopeError as error:
            end = type(error).__name__
            str(error)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            place = traceback.extract_tb(error.__traceback__)[-1]
            end = f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}"
            found.wrong[number] = end
        seconds, megabytes = _worked() - began, peak() - before
        found.ends[end] += 1
        found.slowest = max(found.slowest, (seconds, number))
        found.largest = max(found.largest, (megabytes, number))
        if seconds > SECONDS or megabytes > MEGABYTES:
            found.wrong.setdefault(number, f"{end} after {seconds:.1f} s and {megabytes:.0f} MB")
    return found


def _worked() -> float:
    """Processor seconds of this process and its ended children."""
    return sum(os.times()[:4])


def peak() -> float:
    """Megabytes this process has held at most since `peak_anew`; since its start where the system cannot tell."""
    try:
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    except (OSError, IndexError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def peak_anew() -> float:
    """Let the peak begin with what is held now; that."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        gc.collect()
    return peak()


def ways(corpus: Path | None) -> dict[str, WayIn]:
    from benchmarks.fuzzing.answers import Answers
    from benchmarks.fuzzing.files import Files
    from benchmarks.fuzzing.runs import Runs
    from benchmarks.fuzzing.words import Words

    return {way.name: way for way in (Files(corpus), Answers(), Words(), Runs())}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("ways", nargs="*", help="which ways in; all where none is named")
    parser.add_argument("--cases", type=int, default=FULL)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--case", type=int, help="this one alone, with its traceback")
    parser.add_argument("--corpus", type=Path, help="a folder of real files to start from, beside the made ones")
    asked = parser.parse_args()
    able = ways(asked.corpus)
    bad = 0
    for name in asked.ways or able:
        if asked.case is not None:
            able[name].take(case_of(able[name], asked.case))
            return 0
        began, found = time.perf_counter(), Found()
        for first in range(asked.first, asked.first + asked.cases, 100):
            tried(able[name], range(first, min(first + 100, asked.first + asked.cases)), found)
            print(f"{name}: {line(found)} {found.wrong or ''}", file=sys.stderr, flush=True)
        print(f"{name}: {line(found)} ({time.perf_counter() - began:.0f} s)")
        for number, told in list(found.wrong.items())[:40]:
            print(f"  case {number}: {told}")
        bad += len(found.wrong)
    return 1 if bad else 0


def line(found: Found) -> str:
    ends = ", ".join(f"{end} {count}" for end, count in found.ends.most_common())
    seconds, megabytes = found.slowest, found.largest
    return (f"{found.ends.total()} cases, {len(found.wrong)} wrong; at most {seconds[0]:.2f} s (case {seconds[1]}) and "
            f"{megabytes[0]:.0f} MB (case {megabytes[1]}); {ends}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())

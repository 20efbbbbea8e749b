"""Many visitors for minutes: how long their pages take while a job trains, what they lose, and what it costs.

    python -m benchmarks.crowd                                  # 40 visitors, ten minutes, two web processes
    python -m benchmarks.crowd --visitors 20 --minutes 1 --web-processes 1
    python -m benchmarks.crowd --idle --visitors 200            # connected, and doing nothing

Each visitor acts once a second, as `benchmarks.visitor.stroll` says; who waits longer for a page acts later. The client
is this process; its own share of a core is printed, because it stands beside the server on the same machine.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import psutil

from benchmarks.page import line
from benchmarks.server import Served, serving, wait_until_idle
from benchmarks.timing import Row, Spread
from benchmarks.visitor import Seen, Visitor, keep_training, stroll

TITLE = "A crowd"
HOW = (
    "Visitors without a screen who move sliders, switch pages, watch what trains, leave and come back, an act a second "
    "each, on several web processes behind one port, while another visitor's long job trains."
)
COMMAND = (sys.executable, "-m", "core.serving", "--server.port", "{port}", "--server.headless", "true")
PAGES = {  # how likely each is gone to
    "overview": 2.0,
    "market": 2.0,
    "training": 2.0,
    "forecast": 3.0,
    "gates": 3.0,
    "gradients": 2.0,
    "rnn": 0.5,
    "vanishing": 0.5,
    "lstm": 0.5,
    "pytorch": 0.5,
    "activations": 0.5,
}
LONG_JOB = "source=sample&preset=corrected&hidden=128&epochs=1000"
MOST_P50, MOST_P95, MOST_GROWTH, MOST_IDLE = 150.0, 500.0, 5.0, 10.0  # ms, ms, %, % of a core


@dataclass(frozen=True)
class Worked:
    """A process of the server between two looks."""

    name: str
    share: float  # of a core
    begin: float  # MB of its own at the first look
    end: float


class Processes:
    """The server's processes, looked at again and again."""

    def __init__(self, pid: int) -> None:
        found = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        self._all = [each for each in found if named(each)]
        self._began, self._times = time.perf_counter(), {each: sum(each.cpu_times()[:2]) for each in self._all}
        self._memory = {each: memory(each) for each in self._all}

    def worked(self) -> list[Worked]:
        passed = time.perf_counter() - self._began
        found = []
        for each in self._all:
            with suppress(psutil.NoSuchProcess):
                share = (sum(each.cpu_times()[:2]) - self._times[each]) / passed
                found.append(Worked(named(each), share, self._memory[each], memory(each)))
        return found


def named(process: psutil.Process) -> str:
    """What a process is to the server; "" what is none of it."""
    with suppress(psutil.NoSuchProcess):
        words = " ".join(process.cmdline())
        if "forkserver" in words:  # the one that workers are forked from, or one of them
            above = process.parent()
            return "worker" if above and "forkserver" in " ".join(above.cmdline()) else "ancestor"
        marks = {"core.serving.one_copy": "web", "streamlit run": "web", "core.serving": "front"}
        marks |= {"dask scheduler": "scheduler", "dask worker": "nanny"}
        return next((name for mark, name in marks.items() if mark in words), "")
    return ""


def memory(process: psutil.Process) -> float:
    """MB that are its own."""
    return process.memory_full_info().uss / 2**20


@dataclass(frozen=True)
class Met:
    """What came of a crowd."""

    seen: Seen
    processes: list[Worked]
    client: float  # share of a core
    seconds: float
    trained: int

    @property
    def reruns(self) -> list[float]:
        return [each for took in self.seen.reruns.values() for each in took]

    @property
    def growth(self) -> float:
        """Of the web processes' memory after the first look, in %."""
        web = [each for each in self.processes if each.name == "web"]
        return 100 * (sum(each.end for each in web) / sum(each.begin for each in web) - 1)


async def crowd(server: Served, visitors: int, seconds: float, settled: float) -> Met:
    """So many visitors for so long; memory is compared with what it was after `settled` seconds."""
    first, draw = Seen(), random.Random(1)
    for page in PAGES:  # what all share is there: the run, the charts
        await stroll(Visitor(server.address, first), {page: 1.0}, time.perf_counter() + 1, draw)
    seen, own = Seen(), psutil.Process()
    until, spent = time.perf_counter() + seconds, sum(own.cpu_times()[:2])
    watching = [Visitor(server.address, seen) for _ in range(1 + visitors // 10)]  # one trains, the others join
    training = [asyncio.create_task(keep_training(each, LONG_JOB, until)) for each in watching]
    walks = []
    for number in range(visitors):
        walks.append(asyncio.create_task(stroll(Visitor(server.address, seen), PAGES, until, random.Random(number))))
        await asyncio.sleep(1.0 / visitors)
    await asyncio.sleep(settled)
    looked = Processes(server.pid)
    await asyncio.gather(*walks)
    worked, client = looked.worked(), (sum(own.cpu_times()[:2]) - spent) / seconds
    return Met(seen, worked, client, seconds, max(await asyncio.gather(*training)))


async def idle(server: Served, visitors: int, seconds: float) -> list[Worked]:
    """So many visitors with an open page who do nothing."""
    seen, here = Seen(), [Visitor(server.address, Seen()) for _ in range(visitors)]
    for each in here:
        await each.open("market")
    await asyncio.to_thread(wait_until_idle, server.pid)
    looked = Processes(server.pid)
    await asyncio.sleep(seconds)
    worked = looked.worked()
    gone = [each for each in here if not each.connected]
    for each in here:
        await each.leave()
    if gone or seen.errors:
        raise SystemExit(f"{len(gone)} of {visitors} idle visitors were lost")
    return worked


def ms(values: list[float], share: float) -> float:
    return 1000 * float(np.quantile(values, share))


def table(met: Met) -> Iterator[str]:
    """What came of it, for a reader."""
    yield f"{'page':<12} {'reruns':>7} {'p50':>7} {'p95':>7} {'p99':>7}  ms"
    for name, took in [*sorted(met.seen.reruns.items()), ("all", met.reruns)]:
        yield f"{name:<12} {len(took):7} " + " ".join(f"{ms(took, share):7.0f}" for share in (0.5, 0.95, 0.99))
    if met.seen.ticks:
        yield f"{'ticks':<12} {len(met.seen.ticks):7} " + " ".join(
            f"{ms(met.seen.ticks, share):7.0f}" for share in (0.5, 0.95, 0.99)
        )
    yield f"{len(met.reruns) / met.seconds:.1f} reruns a second; {met.trained} long jobs; back {met.seen.came_back}"
    yield f"errors {len(met.seen.errors)}, lost {len(met.seen.lost)} {met.seen.errors[:3]} {met.seen.lost[:3]}"
    yield from shares(met.processes)
    yield f"client     {100 * met.client:5.1f} % of a core; web memory grew by {met.growth:.1f} %"


def shares(processes: list[Worked]) -> Iterator[str]:
    for each in processes:
        yield f"{each.name:<10} {100 * each.share:5.1f} % of a core, {each.begin:.0f} to {each.end:.0f} MB"


def served(visitors: int, web_processes: int) -> dict[str, str]:
    """The environment of a server for so many."""
    most = str(2 * visitors + 20)
    return {
        "GATESCOPE_WEB_PROCESSES": str(web_processes),
        "GATESCOPE_WORKERS": "1",
        "GATESCOPE_AHEAD": "0",
        "GATESCOPE_MAX_VISITORS": most,
    }


def rows(quick: bool) -> Iterator[Row]:
    """A minute of what is asked of ten: the whole is `python -m benchmarks.crowd`."""
    visitors, seconds, still = (6, 6.0, 5.0) if quick else (40, 90.0, 60.0)
    with serving(COMMAND, **served(visitors, 2)) as server:
        met = asyncio.run(crowd(server, visitors, seconds, seconds / 3))
    lost = len(met.seen.errors) + len(met.seen.lost)
    named = f"{visitors} visitors, an act a second each"
    told = f"{len(met.reruns)} reruns, {lost} errors and visitors lost; client {100 * met.client:.0f} % of a core"
    for share, most in ((0.5, MOST_P50), (0.95, MOST_P95)):
        figure = Spread.of([ms(met.reruns, share)])
        yield Row(f"{named}: {100 * share:.0f} % of the pages within", figure, "ms", most=most, told=told)
    connected = 20 if quick else 200
    with serving(COMMAND, **served(connected, 2)) as server:
        spent = 100 * sum(each.share for each in asyncio.run(idle(server, connected, still)))
    yield Row(f"{connected} visitors who do nothing: of a core", Spread.of([spent]), "%", most=MOST_IDLE)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--visitors", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--web-processes", type=int, default=2)
    parser.add_argument("--idle", action="store_true", help="connected, and doing nothing for 60 s")
    parser.add_argument("--quick", action="store_true", help="only the rows of `make bench`")
    asked = parser.parse_args()
    if asked.quick:
        return print(*(line(row) for row in rows(True)), sep="\n")
    with serving(COMMAND, **served(asked.visitors, asked.web_processes)) as server:
        if asked.idle:
            worked = asyncio.run(idle(server, asked.visitors, 60.0))
            print(*shares(worked), f"all        {100 * sum(each.share for each in worked):.1f} % of a core", sep="\n")
        else:
            seconds = 60 * asked.minutes
            print(*table(asyncio.run(crowd(server, asked.visitors, seconds, min(60.0, seconds / 3)))), sep="\n")


if __name__ == "__main__":
    main()

"""What the server takes while nobody asks for anything: processor time, and the memory of its workers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from statistics import mean

import psutil

from benchmarks.sample import SAMPLE
from benchmarks.server import Visitor, as_browser, serving, wait_until_idle
from benchmarks.through_the_service import different, embedded, results
from benchmarks.timing import Row, Spread
from core.data import load_bars

TITLE = "Idle"
HOW = (
    "The server with two workers, after one visitor's training and that visitor's leaving: processor time of the web "
    "process, the scheduler, the workers and their nanny together, as a share of one core. Memory is that of the "
    "larger of two workers: resident with what it shares with the process it was forked from, its proportional share "
    "of that, and what is its own."
)
WORKERS = 2
PERIODS = 3  # in which processor time is taken
KINDS = ("web", "scheduler", "nanny", "ancestor", "worker", "other")


def family(root: psutil.Process) -> dict[str, list[psutil.Process]]:
    """The processes of a server by what they are."""
    found: dict[str, list[psutil.Process]] = {kind: [] for kind in KINDS}
    found["web"].append(root)
    for each in root.children(recursive=True):
        found[_kind(each)].append(each)
    return found


def _kind(process: psutil.Process) -> str:
    words = process.cmdline()
    if "scheduler" in words:
        return "scheduler"
    if "worker" in words:
        return "nanny"
    if not _forks(process):
        return "other"
    parent = process.parent()
    return "worker" if parent is not None and _forks(parent) else "ancestor"


def _forks(process: psutil.Process) -> bool:
    return any("multiprocessing.forkserver" in word for word in process.cmdline())


def shares(pid: int, seconds: float) -> dict[str, float]:
    """Per cent of a core that each kind of process takes."""
    kinds = family(psutil.Process(pid))
    before = {kind: _worked(each) for kind, each in kinds.items()}
    time.sleep(seconds)
    return {kind: 100 * (_worked(each) - before[kind]) / seconds for kind, each in kinds.items() if each}


def _worked(processes: list[psutil.Process]) -> float:
    return sum(sum(each.cpu_times()[:2]) for each in processes)


async def one_visitor(address: str) -> None:
    """Opens the training page, until its training is over."""
    async with as_browser(address) as socket:
        visitor = Visitor(socket)
        for _ in range(10):
            await visitor.rerun("training")
            await asyncio.sleep(0.5)


def processor(seconds: float) -> Row:
    """All processes together, in several periods."""
    with serving(GATESCOPE_WORKERS=str(WORKERS)) as served:
        asyncio.run(one_visitor(served.address))
        wait_until_idle(served.pid)
        time.sleep(seconds)  # what idle workers do ahead is done too
        periods = [shares(served.pid, seconds) for _ in range(PERIODS)]
    told = ", ".join(f"{kind} {mean(each[kind] for each in periods):.2f}" for kind in periods[0])
    everything = Spread.of(sum(each.values()) for each in periods)
    return Row("processor time of all processes together", everything, "% of a core", most=2, told=told)


def memory(runs: int) -> Iterator[Row]:
    """The larger worker, warm, and after `runs` different runs."""
    bars = load_bars(SAMPLE)
    with embedded(WORKERS) as service:
        while len(service.status().said) < WORKERS:
            time.sleep(0.1)
        yield _of_workers("warm")
        results(service, different(runs, 0), bars)
        yield _of_workers(f"after {runs} different runs")


def _of_workers(when: str) -> Row:
    kinds = family(psutil.Process())
    found = max((each.memory_full_info() for each in kinds["worker"]), key=lambda each: each.rss)
    ancestor = kinds["ancestor"][0].memory_full_info().rss / 2**20
    told = f"{found.pss / 2**20:.0f} proportional, {found.uss / 2**20:.0f} its own; ancestor of all {ancestor:.0f}"
    return Row(f"a worker's memory, {when}", Spread.of([found.rss / 2**20]), "MB", most=300, told=told)


def rows(quick: bool) -> Iterator[Row]:
    """Processor time, then memory."""
    yield processor(2 if quick else 20)
    yield from memory(10 if quick else 50)

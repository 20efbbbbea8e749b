"""Two real web processes behind one port: who lands where, what they share, and what is left when one ends."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import pickle
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import psutil
import pytest
from distributed import Client
from own_thread import in_own_thread

from benchmarks.crowd import COMMAND, named
from benchmarks.server import FRESH, ROOT, free_port, wait_until_ready
from benchmarks.visitor import Seen, Visitor
from core.service.dask_backend import TOPIC
from core.service.stepping_back import NICENESS
from core.serving.names import COOKIE

pytestmark = [pytest.mark.cluster, pytest.mark.slow]
SMALL = "source=sample&epochs=2&hidden=2&window=4"
PATIENCE = 200.0  # a loaded machine is no fault


class Server:
    """The front and all that it has started."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        given = {"GATESCOPE_WEB_PROCESSES": "2", "GATESCOPE_WORKERS": "1", "GATESCOPE_AHEAD": "0"}
        self._log = (folder / "front.log").open("wb")
        self.front = subprocess.Popen(
            [word.format(port=self.port) for word in COMMAND], cwd=ROOT, stdout=self._log, stderr=self._log,
            env={**os.environ, **FRESH, **given, "GATESCOPE_DATA": str(folder)},
        )  # fmt: skip
        try:
            wait_until_ready(self.address, 120)
        except SystemExit:
            self.close()
            raise

    def processes(self) -> list[psutil.Process]:
        """All that the front has started, and what those have."""
        return psutil.Process(self.front.pid).children(recursive=True)

    def one(self, name: str) -> psutil.Process:
        return next(each for each in self.processes() if named(each) == name)

    def web(self, copy: str) -> psutil.Process:
        return next(each for each in self.processes() if each.environ().get("GATESCOPE_COPY") == copy)

    def ready(self) -> dict[str, bool]:
        """Which web processes say that they are ready."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return dict(json.load(answer)["web"])
        except urllib.error.HTTPError as answer:
            return dict(json.load(answer)["web"])

    def close(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for each in [*self.processes(), psutil.Process(self.front.pid)]:
                with suppress(psutil.NoSuchProcess):
                    each.kill()
        self.front.wait(30)
        self._log.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("front"))
    yield made
    made.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def where(visitor: Visitor) -> str:
    """The web process this visitor is led to."""
    return visitor.cookies[COOKIE]


def test_visitors_are_shared_out_and_stay_where_they_are(server: Server) -> None:
    async def work() -> None:
        async with AsyncExitStack() as stack:
            visitors = [await stack.enter_async_context(Visitor(server.address, Seen(), SMALL)) for _ in range(4)]
            for each in visitors:
                await each.open("market")
            led = [where(each) for each in visitors]
            assert Counter(led) == {"1": 2, "2": 2}
            for each in visitors:
                await each.leave_and_come_back(0.1)  # raises where it is another session
                assert not each.seen.errors
            assert [where(each) for each in visitors] == led

    in_own_thread(work())


@asynccontextmanager
async def of_each(server: Server, query: str) -> AsyncIterator[dict[str, Visitor]]:
    """A visitor of each web process, by its name; no exception may have been shown to them."""
    async with AsyncExitStack() as stack:
        found: dict[str, Visitor] = {}
        while len(found) < 2:
            visitor = await stack.enter_async_context(Visitor(server.address, Seen(), query))
            await visitor.open("training")
            found.setdefault(where(visitor), visitor)
        yield found
        assert not [each.seen.errors for each in found.values() if each.seen.errors]


async def trained(visitor: Visitor, query: str) -> None:
    """Ask for what an address says, and watch until it is there."""
    await visitor.follow(query)
    async with asyncio.timeout(PATIENCE):
        while visitor.watching or "training_start" in visitor.buttons:
            if start := visitor.buttons.pop("training_start", ""):  # on a machine where this takes a minute
                await visitor.run(pressed=start)
            await asyncio.sleep(0.2)


def attempts(server: Server) -> int:
    """How many trainings the scheduler has seen begin."""
    command = server.one("scheduler").cmdline()
    with Client(f"tcp://127.0.0.1:{command[command.index('--port') + 1]}", set_as_default=False) as client:
        return len({pickle.loads(event["report"]).attempt for _, event in client.get_events(TOPIC)})


def test_what_visitors_of_both_ask_for_is_trained_once_and_steps_back(server: Server) -> None:
    async def work() -> None:
        async with of_each(server, SMALL) as visitors:
            await asyncio.gather(*(trained(each, SMALL) for each in visitors.values()))  # what they came with
            before = await asyncio.to_thread(attempts, server)
            asked = "source=sample&preset=corrected&epochs=40&hidden=8&seed=7"
            await asyncio.gather(*(trained(each, asked) for each in visitors.values()))
            assert await asyncio.to_thread(attempts, server) == before + 1

    in_own_thread(work())
    worker = server.one("worker")
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == 0  # its heartbeats do not wait
    assert max(os.getpriority(os.PRIO_PROCESS, each.id) for each in worker.threads()) == NICENESS


def test_a_killed_web_process_leaves_its_visitors_to_the_other_and_comes_back(server: Server) -> None:
    async def work() -> None:
        async with of_each(server, SMALL) as visitors:
            server.web("1").kill()
            async with asyncio.timeout(PATIENCE):
                while where(visitors["1"]) == "1":  # a browser tries again, too
                    with suppress(OSError):  # also said where another process has begun another session
                        await visitors["1"].leave_and_come_back(0.2)
            await asyncio.gather(*(each.run() for each in visitors.values()))

    in_own_thread(work())
    until(lambda: server.ready() == {"1": True, "2": True})


def test_workers_that_are_gone_are_started_again_and_found(server: Server) -> None:
    old = server.processes()
    os.killpg(server.one("scheduler").pid, signal.SIGKILL)
    until(lambda: {"scheduler", "worker"} <= {named(each) for each in server.processes() if each not in old})

    async def trains(seed: int) -> bool:
        async with of_each(server, SMALL) as visitors:
            before = await asyncio.to_thread(attempts, server)
            await asyncio.gather(*(trained(each, f"{SMALL}&seed={seed}") for each in visitors.values()))
            return await asyncio.to_thread(attempts, server) > before

    seeds = itertools.count(100)
    until(lambda: in_own_thread(trains(next(seeds))))


def test_sigterm_ends_all_in_order(server: Server) -> None:
    started = server.processes()
    assert {named(each) for each in started} >= {"web", "scheduler", "nanny", "worker"}
    server.front.send_signal(signal.SIGTERM)
    assert server.front.wait(PATIENCE) == 0
    assert not psutil.wait_procs(started, timeout=5)[1]


def test_nothing_outlives_a_killed_front(tmp_path: Path) -> None:
    server = Server(tmp_path)
    try:
        started = server.processes()
        server.front.kill()
        server.front.wait()
        assert not psutil.wait_procs(started, timeout=PATIENCE)[1]
    finally:
        server.close()

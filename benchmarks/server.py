"""A server to measure, and a visitor without a screen who speaks the browser's own protocol to it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).resolve().parents[1]
HERE = (sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", "{port}")
QUIET_SECONDS, QUIET_SHARE = 1.0, 0.2  # of a core: what the heartbeats of a server with nothing to do stay below


@dataclass(frozen=True)
class Served:
    """A running server."""

    address: str
    port: int
    pid: int
    seconds: float  # from its start until it said that it was ready


FRESH = {"GATESCOPE_KEPT_BYTES": "0"}  # what is measured was not trained by an earlier server


@contextmanager
def serving(
    command: Sequence[str] = HERE, folder: Path = ROOT, patience: float = 90, **environment: str
) -> Iterator[Served]:
    """Start a server, wait until it is ready, and end all of its processes afterwards; `{port}` stands for its port."""
    port, began = free_port(), time.perf_counter()
    server = subprocess.Popen(
        [word.format(port=port) for word in command], cwd=folder, env={**os.environ, **FRESH, **environment},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(address, patience)
        yield Served(address, port, server.pid, time.perf_counter() - began)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)


def wait_until_idle(pid: int, patience: float = 60) -> None:
    """Until a process and all that it has started have nothing to do."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        before = _worked(pid)
        time.sleep(QUIET_SECONDS)
        if _worked(pid) - before < QUIET_SHARE * QUIET_SECONDS:
            return
    raise SystemExit(f"the server was still at work after {patience:.0f} s")


def _worked(pid: int) -> float:
    """Processor seconds of a process and all that it has started."""
    total = 0.0
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:2])
    return total


def as_browser(address: str) -> connect:
    """The connection a browser opens: a WebSocket to /_stcore/stream, BackMsg out, ForwardMsg in."""
    protocols = ["streamlit", "PLACEHOLDER_AUTH_TOKEN"]
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    return connect(url, subprotocols=protocols, origin=address, max_size=None)


class Visitor:
    """One browser: opens a page, then asks for it again and again."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def rerun(self, page: str = "market", query: str = "epochs=5") -> float:
        """Seconds from asking for a page to the end of its script."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        began = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        started = False
        while True:
            message = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), 60))
            kind = message.WhichOneof("type")
            started = started or kind == "new_session"
            if started and kind == "script_finished":
                return time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(address: str) -> bool:
    """Whether a training could start at once, asked of any of its web processes."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return answer.status == 200 and all(json.load(answer).get("web", {}).values())
    except OSError:
        return False


def wait_until_ready(address: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_ready(address):
            return
        time.sleep(0.1)
    raise SystemExit(f"{address} was not ready within {seconds:.0f} s")

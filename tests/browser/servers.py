"""The app as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.server import is_ready
from core.serving.copies import free_port

ROOT = Path(__file__).parents[2]


class Server:
    """The app as `make run` starts it, once it says it is ready.

    Args:
        folder: its store and its log.
        port: where it listens; 0 leaves the choice to the machine.
        environment: variables beside the tests' own.
    """

    def __init__(self, folder: Path, port: int = 0, **environment: str) -> None:
        self.log, port = folder / "server.log", port or free_port()
        self.address = f"http://127.0.0.1:{port}"
        known = {**os.environ, "PYTHONFAULTHANDLER": "1", "GATESCOPE_DATA": str(folder / "prices"), **environment}
        command = [sys.executable, "-m", "core.serving", "--server.port", str(port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=known, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 90
        while not is_ready(self.address):
            if time.monotonic() > deadline or self.process.poll() is not None:
                self.stop()
                raise AssertionError(self.told())
            time.sleep(0.2)

    def alive(self) -> bool:
        """Whether it did not end by itself."""
        return self.process.poll() in (None, 0, -signal.SIGTERM)

    def told(self, since: int = 0) -> str:
        """The end of its log, from a place in bytes on."""
        return self.log.read_bytes()[since:][-8000:].decode(errors="replace")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

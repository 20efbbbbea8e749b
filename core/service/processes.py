"""A scheduler and workers as processes of this machine, started as an operator would, and surely ended.

Each command leads a session of its own, so that ending it takes its children along, and so that Ctrl-C in a terminal
reaches the web process alone, which then ends them in order.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from core.service.watchdog import SCRATCH

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
HOST = "127.0.0.1"
# dask starts workers with MALLOC_TRIM_THRESHOLD_=65536: every epoch would fault its pages in again.
KEEP_THE_HEAP = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}


class LocalProcesses:
    """One dask scheduler and `workers` one-threaded dask workers; `scheduler_file` tells clients the address.

    Raises:
        RuntimeError: the scheduler does not come up.
    """

    def __init__(self, workers: int) -> None:
        self.folder = tempfile.mkdtemp(prefix="gatescope-")
        self.scheduler_file = Path(self.folder) / "scheduler.json"
        common = ["--host", HOST, "--no-dashboard", "--scheduler-file", str(self.scheduler_file)]
        scheduler = [
            "scheduler",
            "--port",
            "0",
            "--dashboard-address",
            f"{HOST}:0",
            "--preload",
            "core.service.watchdog",
        ]
        worker = ["worker", "--nworkers", str(workers), "--nthreads", "1", "--preload-nanny", "core.service.watchdog"]
        self._processes: list[subprocess.Popen[bytes]] = []
        try:
            self._processes.append(self._launch([*scheduler, *common]))
            self._await_scheduler()
            self._processes.append(self._launch([*worker, *common, "--local-directory", self.folder]))
        except BaseException:
            self.close()
            raise

    def alive(self) -> bool:
        """Whether no process has ended. Single workers may: their nanny starts others."""
        return all(process.poll() is None for process in self._processes)

    def close(self) -> None:
        """End every process at once; nothing they hold is worth saving."""
        for process in reversed(self._processes):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _launch(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "OMP_NUM_THREADS": "1",
            **KEEP_THE_HEAP,
            "DASK_LOGGING__DISTRIBUTED": "critical",
            "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "2000",  # reports the scheduler remembers
            SCRATCH: self.folder,
        }
        command = [sys.executable, "-m", "dask", *arguments]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)

    def _await_scheduler(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self.scheduler_file.exists() and self.scheduler_file.read_text().rstrip().endswith("}")):
            if not self.alive() or time.monotonic() > deadline:
                raise RuntimeError("the scheduler did not write its address")
            time.sleep(0.02)

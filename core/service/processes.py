"""A scheduler and workers as processes of this machine, started as an operator would, and surely ended.

    python -m core.service.processes scheduler    # or worker: one process of a cluster, at GATESCOPE_SCHEDULER

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
DASK = [sys.executable, "-m", "dask"]
USUAL_SCHEDULER = "tcp://127.0.0.1:8786"
TLS_OPTIONS = {"CA": "--tls-ca-file", "CERT": "--tls-cert", "KEY": "--tls-key"}
FORKING, QUIETLY = "core.service.forking", "core.service.quiet"
# What dask does of itself while nothing is asked for: with its own figures that is 17 % of a core.
QUIET = {
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",  # is the event loop held up? 50 times a second otherwise
    "DASK_DISTRIBUTED__ADMIN__TICK__CYCLE": "10s",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",  # figures of a dashboard that is not served
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "500ms",
    "DASK_DISTRIBUTED__SCHEDULER__ACTIVE_MEMORY_MANAGER__INTERVAL": "10s",  # bars that several workers hold
}
KEPT_FROM_WORKERS = ("TUSHARE_TOKEN", "STREAMLIT_SERVER_COOKIE_SECRET")  # they train, and neither fetch nor serve
KEEP_THE_HEAP = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "1000000000"}


class LocalProcesses:
    """One dask scheduler and `workers` one-threaded dask workers; `scheduler_file` tells clients the address.

    Args:
        port: of the scheduler; 0 for any that is free.
        memory: of a worker, in bytes; one that uses it up is ended and started again.

    Raises:
        RuntimeError: the scheduler does not come up.
    """

    def __init__(self, workers: int, port: int = 0, memory: str = "auto") -> None:
        self.folder = tempfile.mkdtemp(prefix="gatescope-")
        self.scheduler_file = Path(self.folder) / "scheduler.json"
        common = ["--host", HOST, "--no-dashboard", "--scheduler-file", str(self.scheduler_file)]
        scheduler = [
            "scheduler",
            "--port",
            str(port),
            "--dashboard-address",
            f"{HOST}:0",
            "--preload",
            "core.service.watchdog",
            "--preload",
            QUIETLY,
        ]
        worker = ["worker", "--nworkers", str(workers), "--nthreads", "1", "--memory-limit", memory]
        worker += ["--preload-nanny", "core.service.watchdog", "--preload-nanny", FORKING]
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
        environment = {**surroundings(), "DASK_LOGGING__DISTRIBUTED": "critical", SCRATCH: self.folder}
        command = [*DASK, *arguments]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)

    def _await_scheduler(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not (self.scheduler_file.exists() and self.scheduler_file.read_text().rstrip().endswith("}")):
            if not self.alive() or time.monotonic() > deadline:
                raise RuntimeError("the scheduler did not write its address")
            time.sleep(0.02)


def surroundings() -> dict[str, str]:
    """The environment of a scheduler or worker: without the web's secrets."""
    return {
        **{name: value for name, value in os.environ.items() if name not in KEPT_FROM_WORKERS},
        "PYTHONPATH": os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part),
        "OMP_NUM_THREADS": "1",
        **KEEP_THE_HEAP,
        **QUIET,
        "DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD": "forkserver",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_SATURATION": "1.0",  # the scheduler keeps what waits, in order
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "2",  # a job that ends its worker is tried three times in all
        "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "2000",  # reports the scheduler remembers
    }


def command_of(kind: str) -> list[str]:
    """A scheduler that listens at GATESCOPE_SCHEDULER, or GATESCOPE_WORKERS workers of it; one without them."""
    address = os.environ.get("GATESCOPE_SCHEDULER") or USUAL_SCHEDULER
    files = {option: os.environ.get(f"GATESCOPE_TLS_{part}") for part, option in TLS_OPTIONS.items()}
    secure = [word for option, file in files.items() if file for word in (option, file)]
    workers = ["--nworkers", os.environ.get("GATESCOPE_WORKERS") or "1", "--nthreads", "1", "--preload-nanny", FORKING]
    workers += ["--memory-limit", os.environ.get("GATESCOPE_WORKER_BYTES") or "auto"]
    where = (
        ["scheduler", "--host", address, "--preload", QUIETLY] if kind == "scheduler" else ["worker", address, *workers]
    )
    return [*DASK, *where, "--no-dashboard", *secure]


if __name__ == "__main__":
    os.execve(sys.executable, command_of(sys.argv[1]), surroundings())

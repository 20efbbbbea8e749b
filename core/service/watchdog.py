"""Loaded by the embedded scheduler and workers: end when the process that started them is gone, however it went."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from typing import Any

SCRATCH = "GATESCOPE_SCRATCH"  # the folder to take away then


def dask_setup(_: Any) -> None:
    """Called by dask when the process starts."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="gatescope-watchdog", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    shutil.rmtree(os.environ[SCRATCH], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)  # with its children: each leads a group of its own

"""Loaded by each embedded worker process and the scheduler: end when the process that started them is gone."""

from __future__ import annotations

import os
import threading
import time
from typing import Any


def dask_setup(_: Any) -> None:
    """Called by dask when the process starts."""
    threading.Thread(target=_watch, args=(os.getppid(),), name="gatescope-orphan", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(0)

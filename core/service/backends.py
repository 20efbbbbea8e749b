"""Which backend the environment asks for."""

from __future__ import annotations

import os

from core.errors import ConfigError
from core.sentence import N_
from core.service.backend import Backend, OnEvent
from core.service.thread_backend import ThreadBackend

MOST_WORKERS = 64
WORKER_BYTES = "GATESCOPE_WORKER_BYTES"  # of memory, beyond which a worker is ended
LEAST_BYTES, MOST_BYTES = 2**29, 2**50


def backend_name() -> str:
    """ "cluster", "thread" or "embedded", as the environment says."""
    if os.environ.get("GATESCOPE_SCHEDULER"):
        return "cluster"
    given = os.environ.get("GATESCOPE_WORKERS", "").strip()
    return "thread" if given.isdigit() and int(given) == 0 else "embedded"


def worker_count() -> int:
    """GATESCOPE_WORKERS, or as many as this process may use cores.

    Raises:
        ConfigError: it is not a whole number from 0 to 64.
    """
    given = os.environ.get("GATESCOPE_WORKERS", "").strip()
    if not given:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not given.isascii() or not given.isdigit() or int(given) > MOST_WORKERS:
        raise ConfigError(
            N_("{field} is {value}, but must be a whole number from {low} to {high}."),
            field="GATESCOPE_WORKERS",
            value=given,
            low=0,
            high=MOST_WORKERS,
        )
    return int(given)


def worker_bytes() -> str:
    """GATESCOPE_WORKER_BYTES, or dask's "auto": a worker's share of the memory by its share of the cores.

    Raises:
        ConfigError: it is not a whole number of bytes that a worker can start in.
    """
    given = os.environ.get(WORKER_BYTES, "").strip()
    if given and not (given.isascii() and given.isdigit() and LEAST_BYTES <= int(given) <= MOST_BYTES):
        raise ConfigError(
            N_("{field} is {value}, but must be a whole number from {low} to {high}."),
            field=WORKER_BYTES,
            value=given,
            low=LEAST_BYTES,
            high=MOST_BYTES,
        )
    return given or "auto"


def open_backend(on_event: OnEvent) -> Backend:
    """The backend the environment asks for, started.

    Raises:
        GatescopeError: it cannot be started, and why.
    """
    if backend_name() == "thread":
        return ThreadBackend(on_event)
    from core.service.clusters import embed, join  # dask only where it is used

    return join(on_event) if backend_name() == "cluster" else embed(on_event, worker_count(), worker_bytes())

"""Where jobs run: the seam, the choice, and the smallest of them, a thread of this process."""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.errors import N_, ConfigError, JobError
from core.service.worker import Order, Outcome, Progress, run_order

MOST_WORKERS = 64


@dataclass(frozen=True)
class Ended:
    """An order came back from its worker."""

    token: str
    outcome: Outcome


@dataclass(frozen=True)
class Broken:
    """An order will not come back. `again`: it may be tried again elsewhere; else `error` says what happened."""

    token: str
    error: JobError
    again: bool = False


Event = Progress | Ended | Broken
Post = Callable[[Event], None]  # called from any thread; never blocks


class Backend(Protocol):
    """Runs orders and posts what becomes of them. All methods are called from the service's one thread."""

    name: str

    def slots(self) -> int:
        """How many orders can run at once, now."""
        ...

    def alive(self) -> bool:
        """False once the workers are lost for good; the service then makes a new backend."""
        ...

    def submit(self, order: Order) -> None:
        """Run `order` as soon as may be."""
        ...

    def cancel(self, token: str) -> None:
        """Nobody wants this order: its `should_stop` becomes true, and nothing more is posted about it."""
        ...

    def replay(self, token: str) -> list[Progress]:
        """Every report of this order so far, for one joined in its middle."""
        ...

    def close(self) -> None:
        """End every worker this backend started."""
        ...


class ThreadBackend:
    """One thread of this process, for hosts too small for worker processes. Imports torch here."""

    name = "thread"

    def __init__(self, post: Post) -> None:
        self._post = post
        self._orders: queue.SimpleQueue[tuple[Order, threading.Event] | None] = queue.SimpleQueue()
        self._unwanted: dict[str, threading.Event] = {}
        self._thread = threading.Thread(target=self._work, name="gatescope-job", daemon=True)
        self._thread.start()

    def slots(self) -> int:
        return 1

    def alive(self) -> bool:
        return True

    def submit(self, order: Order) -> None:
        unwanted = self._unwanted[order.token] = threading.Event()
        self._orders.put((order, unwanted))

    def _work(self) -> None:
        while given := self._orders.get():
            order, unwanted = given
            if not unwanted.is_set():
                outcome = run_order(order, self._post, unwanted.is_set)
                self._unwanted.pop(order.token, None)
                self._post(Ended(order.token, outcome))

    def cancel(self, token: str) -> None:
        if unwanted := self._unwanted.pop(token, None):
            unwanted.set()

    def replay(self, token: str) -> list[Progress]:
        return []  # one process, one asker: nothing is ever joined in its middle

    def close(self) -> None:
        for token in list(self._unwanted):
            self.cancel(token)
        self._orders.put(None)
        self._thread.join()


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


def open_backend(post: Post) -> Backend:
    """The backend the environment asks for, started.

    Raises:
        GatescopeError: it cannot be started, and why.
    """
    if backend_name() == "thread":
        return ThreadBackend(post)
    from core.service import cluster  # dask only where it is used

    return cluster.join(post) if backend_name() == "cluster" else cluster.embed(post, worker_count())

"""The service: any thread may ask. Askers only take the lock, change the book and wake the dispatcher."""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from typing import Any

import pandas as pd

from core.digest import digest
from core.errors import N_, JobError
from core.service.backends import backend_name
from core.service.book import Book
from core.service.dispatcher import Dispatcher, Message, Wake
from core.service.job import too_long
from core.service.registry import runner_of
from core.service.state import JobState, Status

MOST_BARS = 50_000  # rows; daily prices of two centuries
MOST_QUEUED = 100
GRACE_SECONDS = 10.0  # a dropped connection is mostly back sooner
RESULT_BYTES = 256 * 2**20  # GATESCOPE_RESULT_BYTES overrides
LONGEST_SECONDS = 1800.0  # GATESCOPE_LONGEST_SECONDS overrides; a run must end while a visitor watches


class Service:
    """Jobs of many visitors on a few workers. Every method may be called from any thread."""

    def __init__(self, grace: float = GRACE_SECONDS, result_bytes: int = 0, most_queued: int = MOST_QUEUED) -> None:
        size = result_bytes or int(os.environ.get("GATESCOPE_RESULT_BYTES", RESULT_BYTES))
        longest = float(os.environ.get("GATESCOPE_LONGEST_SECONDS", LONGEST_SECONDS))
        self._lock = threading.Lock()
        self._book = Book(size, most_queued, longest)
        self._grace = grace
        self._dispatcher: Dispatcher | None = None

    def ask(self, task: Any, bars: pd.DataFrame | None, visitor: str, restart: bool = False) -> JobState:
        """Join, start or read the job of `task` on `bars`."""
        key = digest(task, bars)
        try:
            runner_of(task)
            if bars is not None and len(bars) > MOST_BARS:
                raise too_long(len(bars), MOST_BARS)
        except JobError as error:
            return JobState(key=key, state="error", error=error)
        with self._lock:
            state = self._book.ask(key, task, bars, visitor, restart)
            if state.live:
                self._tell(Wake())
        return state

    def cancel(self, key: str, visitor: str) -> None:
        """`visitor` does not want this job any more."""
        with self._lock:
            self._book.cancel(key, visitor)
            if self._dispatcher:
                self._dispatcher.tell(Wake())

    def visitor_left(self, visitor: str) -> None:
        """`visitor` is gone, unless they ask again within the grace."""
        with self._lock:
            self._book.leave(visitor, self._grace)
            if self._dispatcher:
                self._dispatcher.tell(Wake())

    def finished(self, key: str) -> JobState | None:
        """The finished job of this key, if it is kept."""
        with self._lock:
            return self._book.results.get(key)

    def estimated_seconds(self, task: Any, rows: int) -> float:
        """About how long `task` takes on `rows` days once it has begun.

        Raises:
            JobError: nothing is registered for this kind of task.
        """
        with self._lock:
            return self._book.costs.outlook(task, rows)[1]

    def status(self) -> Status:
        """The service at this moment."""
        with self._lock:
            book = self._book
            backend = self._dispatcher.backend if self._dispatcher else None
            running = sum(job.began is not None for job in book.jobs.values())
            return Status(
                backend=backend.name if backend else backend_name(),
                up=backend is not None,
                workers=book.slots if backend else 0,
                queued=len(book.jobs) - running,
                running=running,
                visitors=len(book.wishes),
                finished=book.completed,
                results=len(book.results),
                result_bytes=book.results.size,
            )

    def start(self) -> None:
        """Start the workers now; returns when they are up.

        Raises:
            GatescopeError: they cannot be started, and why.
        """
        started: Future[None] = Future()
        with self._lock:
            self._tell(started)
        started.result()

    def stop(self) -> None:
        """Give up every job and end every worker."""
        with self._lock:
            dispatcher, self._dispatcher = self._dispatcher, None
            self._book.fail_all(JobError(N_("The training service was stopped; try again.")))
        if dispatcher:
            dispatcher.stop()

    def _tell(self, message: Message) -> None:
        """Wake the dispatcher, which is made at the first time; with the lock held."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(self._book, self._lock)
        self._dispatcher.tell(message)

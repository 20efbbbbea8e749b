"""The service: any thread may ask; one thread of its own speaks to the workers.

Askers only take the lock, change the book and wake that thread. Whatever the workers report goes into its queue. So the
lock is never held while anything blocks, and no callback of the workers' library can wait for an asker.
"""

from __future__ import annotations

import atexit
import logging
import os
import queue
import threading
from concurrent.futures import Future
from typing import Any

import pandas as pd

from core.digest import digest
from core.errors import N_, GatescopeError, JobError
from core.service.backends import Backend, Broken, Ended, Event, backend_name, open_backend
from core.service.book import Book
from core.service.job import too_long, workers_lost
from core.service.registry import runner_of
from core.service.state import JobState, Status
from core.service.worker import Order, Progress

MOST_BARS = 50_000  # rows; daily prices of two centuries
MOST_QUEUED = 100
GRACE_SECONDS = 10.0  # a dropped connection is mostly back sooner
LIVE_TICK_SECONDS, IDLE_TICK_SECONDS = 0.5, 5.0
RESULT_BYTES = 256 * 2**20

log = logging.getLogger("gatescope.service")


class _Wake:
    """There is something new in the book."""


class _Stop:
    """End the workers and this thread."""


_Message = Event | _Wake | _Stop | Future[None]  # a Future: start the workers, and say so in it


class Service:
    """Jobs of many visitors on a few workers. Every method may be called from any thread."""

    def __init__(self, grace: float = GRACE_SECONDS, result_bytes: int = 0, most_queued: int = MOST_QUEUED) -> None:
        size = result_bytes or int(os.environ.get("GATESCOPE_RESULT_BYTES", RESULT_BYTES))
        self._lock = threading.RLock()
        self._book = Book(size, most_queued)
        self._grace = grace
        self._inbox: queue.SimpleQueue[_Message] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._backend: Backend | None = None

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
            self._wake()
        return state

    def cancel(self, key: str, visitor: str) -> None:
        """`visitor` does not want this job any more."""
        with self._lock:
            self._book.cancel(key, visitor)
            self._wake()

    def visitor_left(self, visitor: str) -> None:
        """`visitor` is gone, unless they ask again within the grace."""
        with self._lock:
            self._book.leave(visitor, self._grace)
            self._wake()

    def finished(self, key: str) -> JobState | None:
        """The finished job of this key, if it is kept."""
        with self._lock:
            return self._book.results.get(key)

    def estimated_seconds(self, task: Any, rows: int) -> float:
        """About how long `task` takes on `rows` days once it has begun."""
        with self._lock:
            return self._book.costs.outlook(task, rows)[1]

    def status(self) -> Status:
        """The service at this moment."""
        with self._lock:
            book, backend = self._book, self._backend
            running = sum(job.began is not None for job in book.jobs.values())
            return Status(
                backend=backend.name if backend else backend_name(),
                up=backend is not None,
                workers=book.slots if backend else 0,
                queued=len(book.jobs) - running,
                running=running,
                visitors=len(set(book.wishes)),
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
            self._wake(started)
        started.result()

    def stop(self) -> None:
        """Give up every job and end every worker."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._book.fail_all(JobError(N_("The training service was stopped; try again.")))
            inbox, self._inbox = self._inbox, queue.SimpleQueue()  # a later ask has its own thread and queue
            inbox.put(_Stop())
        thread.join()

    def _wake(self, message: _Message | None = None) -> None:
        """Tell the service's thread, starting it at the first time; with the lock held."""
        if self._thread is None:
            self._thread = threading.Thread(target=_Desk(self, self._inbox).work, name="gatescope-service", daemon=True)
            self._thread.start()
        self._inbox.put(message or _Wake())


class _Desk:
    """The service's own thread: the only one that speaks to the backend."""

    def __init__(self, service: Service, inbox: queue.SimpleQueue[_Message]) -> None:
        self._service, self._inbox = service, inbox
        self._lock, self._book = service._lock, service._book

    def work(self) -> None:
        """Until it is stopped: take a message, then see to the jobs."""
        atexit.register(self._service.stop)
        while not isinstance(message := self._next(), _Stop):
            try:
                self._take(message)
                self._tend()
            except GatescopeError as error:
                self._down(error)
            except Exception:
                log.exception("The training service lost its workers.")
                self._down(workers_lost())
        self._close()
        atexit.unregister(self._service.stop)

    def _next(self) -> _Message:
        pause = LIVE_TICK_SECONDS if self._book.jobs else IDLE_TICK_SECONDS
        try:
            return self._inbox.get(timeout=pause)
        except queue.Empty:
            return _Wake()

    def _take(self, message: _Message) -> None:
        if isinstance(message, Future):
            self._start(message)
        with self._lock:
            if isinstance(message, Ended):
                self._book.ended(message.token, message.outcome)
            elif isinstance(message, Broken) and message.again:
                self._book.retry(message.token, message.error)
            elif isinstance(message, Broken):
                self._book.failed(message.token, message.error)
            complete = self._book.progress(message) if isinstance(message, Progress) else True
        if not complete and isinstance(message, Progress):
            reports = self._up().replay(message.token)
            with self._lock:
                for report in reports:
                    self._book.progress(report)

    def _start(self, started: Future[None]) -> None:
        try:
            self._up()
            started.set_result(None)
        except BaseException as error:
            started.set_exception(error)

    def _tend(self) -> None:
        """Cancel what was given up, then fill the workers from the queue."""
        with self._lock:
            self._book.drop_departed()
            dropped = self._book.take_dropped()
            wanted = bool(self._book.jobs)
        backend = self._service._backend
        if backend:
            for token in dropped:
                backend.cancel(token)
            if not backend.alive():
                raise workers_lost()
        if wanted:
            self._fill(self._up())

    def _fill(self, backend: Backend) -> None:
        slots = backend.slots()
        while True:
            with self._lock:
                self._book.slots = slots
                job = self._book.next_job() if self._book.submitted() < slots else None
            if job is None:
                return
            backend.submit(Order(job.token, runner_of(job.task).target, job.task, job.bars, job.key))

    def _up(self) -> Backend:
        """The backend, started if need be."""
        if self._service._backend is None:
            backend = open_backend(self._inbox.put)
            with self._lock:
                self._service._backend, self._book.slots = backend, backend.slots()
            # Registered anew, so that it runs before the exit handlers of what the backend has imported.
            atexit.unregister(self._service.stop)
            atexit.register(self._service.stop)
        return self._service._backend

    def _down(self, error: GatescopeError) -> None:
        """The workers are gone: say so to all who wait; the next ask starts new ones."""
        with self._lock:
            self._book.fail_all(error)
        self._close()

    def _close(self) -> None:
        with self._lock:
            backend, self._service._backend = self._service._backend, None
        if backend:
            try:
                backend.close()
            except Exception:
                log.exception("The training workers did not end as they should.")

"""The thread that reads what is kept of a set's parts: off the lock and off the dispatcher's thread."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterable

from core.errors import GatescopeError
from core.service.job_set import Reading, unreadable
from core.service.kept import KeptResults
from core.service.sets import SetBook

log = logging.getLogger("gatescope.service")


class SetDesk:
    """Reads results one after the other and puts what is kept of them into the book; `changed` is called after each."""

    def __init__(
        self, book: SetBook, lock: threading.Condition, kept: KeptResults, changed: Callable[[], None]
    ) -> None:
        self._book, self._lock, self._kept, self._changed = book, lock, kept, changed
        self._inbox: queue.SimpleQueue[Reading | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, readings: Iterable[Reading]) -> None:
        """Read these soon; with the lock held, so that one thread is started."""
        for reading in readings:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="gatescope-sets", daemon=True)
                self._thread.start()
            self._inbox.put(reading)

    def close(self) -> None:
        """Returns when what was put is read."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread:
            self._inbox.put(None)
            thread.join()

    def _work(self) -> None:
        while reading := self._inbox.get():
            self._read(reading)
            self._changed()

    def _read(self, reading: Reading) -> None:
        result = self._kept.load(reading.key) if reading.result is None else reading.result
        if result is None:
            with self._lock:
                self._book.lost(reading)
            return
        value, error = None, None
        try:
            value = reading.owner.reader(*reading.owner.part(reading.key), result)
        except GatescopeError as cause:
            error = cause
        except Exception as cause:
            log.exception("What is kept of a part of a set cannot be worked out.")
            error = unreadable(cause)
        with self._lock:
            self._book.was_read(reading, value, error)
            self._lock.notify_all()

"""The service's own thread, the only one that speaks to the workers.

Askers and workers alike put messages into its queue. So the lock over the jobs is never held while anything blocks, and
no callback of the workers' library ever waits for an asker.
"""

from __future__ import annotations

import atexit
import logging
import queue
import threading
import time
from concurrent.futures import Future

from core.errors import GatescopeError, JobError
from core.service.backend import Backend, Ended, Event, Lost
from core.service.backends import open_backend
from core.service.job import Job, workers_lost
from core.service.kept import KeptResults
from core.service.set_desk import SetDesk
from core.service.state_machine import StateMachine
from core.service.worker import SECONDS_BETWEEN_REPORTS, SECONDS_UNWATCHED, Order, Progress

LIVE_TICK_SECONDS, IDLE_TICK_SECONDS = 0.5, 5.0
MOST_AT_ONCE = 50  # orders submitted before messages are looked at again
PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0)  # seconds before workers that were lost are looked for again

log = logging.getLogger("gatescope.service")


class Wake:
    """There is something new in the state."""


class _Stop:
    """End the workers and the thread."""


Message = Event | Wake | _Stop | Future[None]  # a Future: start the workers, and say so in it


class Dispatcher:
    """Takes jobs to the workers and news of them back. `backend` is None until it is first needed."""

    def __init__(self, jobs: StateMachine, lock: threading.Condition, kept: KeptResults, desk: SetDesk) -> None:
        self.backend: Backend | None = None
        self.answered = 0.0  # when the backend last told how many workers there are, on the monotonic clock
        self._outages, self._again = 0, 0.0  # one after the other, and when to try again
        self._lost, self._look = False, 0.0  # looked for though nobody asks, and when: a balancer waits for readiness
        self._jobs, self._lock, self._kept, self._desk = jobs, lock, kept, desk
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="gatescope-service", daemon=True)
        self._thread.start()
        atexit.register(self.stop)

    def tell(self, message: Message) -> None:
        """Put a message into the queue; never blocks."""
        self._inbox.put(message)

    def stop(self) -> None:
        """End the workers; returns when they are gone. The dispatcher cannot be used again."""
        self._inbox.put(_Stop())
        self._thread.join()
        atexit.unregister(self.stop)

    def _work(self) -> None:
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

    def _next(self) -> Message:
        with self._lock:
            pause = LIVE_TICK_SECONDS if self._jobs.works() else IDLE_TICK_SECONDS
        try:
            return self._inbox.get(timeout=pause)
        except queue.Empty:
            return Wake()

    def _take(self, message: Message) -> None:
        if isinstance(message, Future):
            self._start(message)
        elif isinstance(message, Progress):
            self._report(message)
        elif isinstance(message, Ended) and message.outcome.trace and not message.outcome.stopped:
            log.error("Job %s failed:\n%s", message.token, message.outcome.trace)
        done: Job | None = None
        with self._lock:
            if isinstance(message, Ended):
                done = self._jobs.ended(message.token, message.outcome)
                self._outages = 0
            elif isinstance(message, Lost):
                end = self._jobs.retry if message.again else self._jobs.failed
                end(message.token, message.error)
            self._desk.put(self._jobs.sets.take_readings())
            self._lock.notify_all()
        if done and isinstance(message, Ended):
            self._kept.put(done.key, done.task, message.outcome.result)

    def _start(self, started: Future[None]) -> None:
        try:
            self._up()
        except Exception as error:
            started.set_exception(error)
        else:
            started.set_result(None)

    def _report(self, report: Progress) -> None:
        with self._lock:
            complete = self._jobs.progress(report)
        if not complete and self.backend:  # joined in its middle: another web process had asked before
            reports = self.backend.replay(report.token)
            with self._lock:
                for earlier in reports:
                    self._jobs.progress(earlier)

    def _tend(self) -> None:
        """Cancel what was given up, then fill the workers from the queue."""
        with self._lock:
            self._jobs.drop_departed()
            if overdue := self._jobs.end_overdue():
                self._lock.notify_all()
            dropped = self._jobs.take_dropped()
            wanted = self._jobs.works()
        if self.backend:
            for token in dropped:
                self.backend.cancel(token)
            for token in overdue:
                log.warning("Job %s ran on far beyond its estimate and is ended.", token)
                self.backend.end(token)
            if not self.backend.alive():
                raise workers_lost()
            self._count(self.backend)
        now = time.monotonic()
        if (wanted and now >= self._again) or (self._lost and now >= self._look):
            self._fill(self._up())

    def _count(self, backend: Backend) -> None:
        slots = backend.slots()
        with self._lock:
            self._jobs.slots, self._jobs.ahead, self._jobs.note = slots, backend.ahead(), backend.note()
        self.answered = time.monotonic()

    def _fill(self, backend: Backend) -> None:
        for _ in range(MOST_AT_ONCE):
            with self._lock:
                warm = bool(backend.said())
                job = self._jobs.next_job(warm)
                self._desk.put(self._jobs.sets.take_readings())
                look = job is not None and self._jobs.may_be_kept(job)
            if job is None:
                return
            if look and job.key in self._kept:
                with self._lock:
                    spared = self._jobs.found(job)
                    self._desk.put(self._jobs.sets.take_readings())
                if spared:
                    continue
            pause = SECONDS_BETWEEN_REPORTS if job.wanted else SECONDS_UNWATCHED
            backend.submit(Order(job.token, job.task.runner, job.task, job.bars, job.priority, pause))
        self._inbox.put(Wake())

    def _up(self) -> Backend:
        """The backend, started if need be."""
        if self.backend is None:
            self.backend = open_backend(self._inbox.put)
            self._count(self.backend)
            self._lost = False
            # Registered anew, so that it runs before the exit handlers of what the backend has imported.
            atexit.unregister(self.stop)
            atexit.register(self.stop)
        return self.backend

    def _down(self, error: GatescopeError) -> None:
        """The workers are gone: what is wanted waits until they are back; after several pauses it fails."""
        passing = isinstance(error, JobError) and self._outages < len(PAUSES)
        with self._lock:
            if passing:
                self._jobs.suspend()
            else:
                self._jobs.fail_all(error)
            self._lock.notify_all()
        self._look = time.monotonic() + (PAUSES[self._outages] if passing else PAUSES[-1])
        if passing:
            self._again = self._look
        self._outages = self._outages + 1 if passing else 0
        self._lost = isinstance(error, JobError)  # what is set wrongly stays wrong
        self._close()

    def _close(self) -> None:
        with self._lock:
            backend, self.backend = self.backend, None
        if backend:
            try:
                backend.close()
            except Exception:
                log.exception("The training workers did not end as they should.")

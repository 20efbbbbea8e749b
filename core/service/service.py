"""The service: any thread may ask. Askers only take the lock, change the state and wake the dispatcher."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pandas as pd

from core.digest import digest
from core.errors import JobError
from core.sentence import N_
from core.service.ahead import Idea
from core.service.backends import backend_name
from core.service.dispatcher import Dispatcher, Message, Wake
from core.service.job import Task, not_a_task, too_long
from core.service.kept import KeptResults
from core.service.state import JobState, Kept, Status
from core.service.state_machine import StateMachine

MOST_BARS = 50_000  # rows; daily prices of two centuries
MOST_QUEUED = 100
GRACE_SECONDS = 90.0  # a browser that lost its connection tries again after growing pauses
RESULT_BYTES = 256 * 2**20  # GATESCOPE_RESULT_BYTES overrides
AHEAD = "GATESCOPE_AHEAD"  # 0: nothing is computed before somebody asks for it
LONGEST_SECONDS = 1800.0  # GATESCOPE_LONGEST_SECONDS overrides; a run must end while a visitor watches


class Service:
    """Jobs of many visitors on a few workers. Every method may be called from any thread."""

    def __init__(self, grace: float = GRACE_SECONDS, result_bytes: int = 0, most_queued: int = MOST_QUEUED) -> None:
        size = result_bytes or int(os.environ.get("GATESCOPE_RESULT_BYTES", RESULT_BYTES))
        longest = float(os.environ.get("GATESCOPE_LONGEST_SECONDS", LONGEST_SECONDS))
        self._lock = threading.Condition()  # told of every report and ending
        self._jobs = StateMachine(size, most_queued, longest)
        self._grace = grace
        self._kept = KeptResults()
        self._dispatcher: Dispatcher | None = None

    def ask(
        self, task: Task, bars: pd.DataFrame | None, visitor: str, restart: bool = False, wait: float = 0.0
    ) -> JobState:
        """Join, start or read the job of `task` on `bars`; give it up to `wait` seconds to end."""
        key = digest(task, bars)
        try:
            if not hasattr(type(task), "runner"):
                raise not_a_task(task)
            if bars is not None and len(bars) > MOST_BARS:
                raise too_long(len(bars), MOST_BARS)
        except JobError as error:
            return JobState(key=key, state="error", error=error)
        self.finished(key)
        with self._lock:
            state = self._jobs.ask(key, task, bars, visitor, restart)
            if state.live:
                self._tell(Wake())
            if state.live and wait:
                self._lock.wait_for(lambda: not ((now := self._jobs.read(key, visitor)) and now.live), wait)
                state = self._jobs.read(key, visitor) or state
        return state

    def think_ahead(self, wanted: Sequence[tuple[Task, pd.DataFrame | None]], visitor: str) -> None:
        """What `visitor` may ask for next, likeliest first; short jobs of it are done while nobody asks for more."""
        if os.environ.get(AHEAD) == "0":
            return
        ideas = [Idea(digest(task, bars), task, bars) for task, bars in wanted]
        ideas = [idea for idea in ideas if idea.key not in self._kept]
        with self._lock:
            self._jobs.ideas.think(visitor, ideas)
            self._tell(Wake())

    def cancel(self, key: str, visitor: str) -> None:
        """`visitor` does not want this job any more."""
        with self._lock:
            self._jobs.cancel(key, visitor)
            if self._dispatcher:
                self._dispatcher.tell(Wake())

    def visitor_left(self, visitor: str) -> None:
        """`visitor` is gone, unless they ask again within the grace."""
        with self._lock:
            self._jobs.leave(visitor, self._grace)
            if self._dispatcher:
                self._dispatcher.tell(Wake())

    def finished(self, key: str) -> JobState | None:
        """The finished job of this key, if it is kept: in memory, or on disk, from where it is brought back."""
        with self._lock:
            known = self._jobs.finished(key)
            if known or key in self._jobs.jobs:
                return known
        if (kept := self._kept.get(key)) is None:  # read without the lock
            return None
        state = JobState(key=key, state="done", result=kept[0])
        with self._lock:
            self._jobs.results[key] = Kept(state, kept[1])
        return state

    def estimated_seconds(self, task: Task, rows: int) -> float:
        """About how long `task` takes on `rows` days once it has begun."""
        with self._lock:
            return self._jobs.costs.estimate(task, rows).seconds

    def status(self) -> Status:
        """The service at this moment."""
        with self._lock:
            jobs = self._jobs
            backend = self._dispatcher.backend if self._dispatcher else None
            running = sum(job.began is not None for job in jobs.jobs.values())
            return Status(
                backend=backend.name if backend else backend_name(),
                up=backend is not None,
                workers=jobs.slots if backend else 0,
                said=backend.said() if backend else (),
                queued=jobs.waiting(),
                running=running,
                visitors=len(jobs.wishes),
                finished=jobs.completed,
                results=len(jobs.results),
                result_bytes=int(jobs.results.total_weight),
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
            self._jobs.fail_all(JobError(N_("The training service was stopped; try again.")))
        if dispatcher:
            dispatcher.stop()
        self._kept.close()

    def _tell(self, message: Message) -> None:
        """Wake the dispatcher, which is made at the first time; with the lock held."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(self._jobs, self._lock, self._kept)
        self._dispatcher.tell(message)

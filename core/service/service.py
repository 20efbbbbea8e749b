"""The service: any thread may ask. Askers only take the lock, change the state and wake the dispatcher."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future

import pandas as pd

from core.digest import digest, key_of_keys
from core.errors import JobError
from core.sentence import N_
from core.service.ahead import Idea
from core.service.backends import backend_name
from core.service.dispatcher import IDLE_TICK_SECONDS, Dispatcher, Message, Wake
from core.service.job import Task, not_a_task, too_long
from core.service.job_set import MOST_PARTS, Part, Read, set_of, too_many
from core.service.kept import KeptResults
from core.service.set_desk import SetDesk
from core.service.state import JobState, Kept, SetState, Status
from core.service.state_machine import StateMachine

MOST_BARS = 50_000  # rows; daily prices of two centuries
MOST_QUEUED = 100  # GATESCOPE_MAX_QUEUED overrides
GRACE_SECONDS = 90.0  # a browser that lost its connection tries again after growing pauses
RESULT_BYTES = 256 * 2**20  # GATESCOPE_RESULT_BYTES overrides
AHEAD = "GATESCOPE_AHEAD"  # 0: nothing is computed before somebody asks for it
SET_SECONDS = 6 * 3600.0  # of one worker; GATESCOPE_SET_SECONDS overrides
SILENT_SECONDS = 2 * IDLE_TICK_SECONDS  # it is asked once in a tick
LONGEST_SECONDS = 1800.0  # GATESCOPE_LONGEST_SECONDS overrides; a run must end while a visitor watches


class Service:
    """Jobs of many visitors on a few workers. Every method may be called from any thread."""

    def __init__(self, grace: float = GRACE_SECONDS, result_bytes: int = 0, most_queued: int = 0) -> None:
        size = result_bytes or int(os.environ.get("GATESCOPE_RESULT_BYTES", RESULT_BYTES))
        longest = float(os.environ.get("GATESCOPE_LONGEST_SECONDS", LONGEST_SECONDS))
        self._lock = threading.Condition()  # told of every report and ending
        of_sets = float(os.environ.get("GATESCOPE_SET_SECONDS", SET_SECONDS))
        most = most_queued or int(os.environ.get("GATESCOPE_MAX_QUEUED", MOST_QUEUED))
        self._jobs = StateMachine(size, most, longest, of_sets)
        self._grace = grace
        self._kept = KeptResults()
        self._desk = SetDesk(self._jobs.sets, self._lock, self._kept, self._wake)
        self._dispatcher: Dispatcher | None = None

    def ask(
        self, task: Task, bars: pd.DataFrame | None, visitor: str, restart: bool = False, wait: float = 0.0
    ) -> JobState:
        """Join, start or read the job of `task` on `bars`; give it up to `wait` seconds to end."""
        key = digest(task, bars)
        try:
            self._check(task, bars)
        except JobError as error:
            with self._lock:
                self._jobs.tally.add("too_long" if hasattr(type(task), "runner") else "not_a_task")
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

    def ask_set(
        self, parts: Sequence[Part], visitor: str, read: Read, restart: bool = False, wait: float = 0.0
    ) -> SetState:
        """Join, start or read the set of these parts; `read` is called as read(task, bars, result) in a thread."""
        keys = [digest(task, bars) for task, bars in parts]
        key = key_of_keys(keys, getattr(read, "__qualname__", type(read).__qualname__))
        try:
            if len(parts) > MOST_PARTS:
                raise too_many(len(parts))
            for task, bars in parts:
                self._check(task, bars)
        except JobError as error:
            return SetState(key=key, state="error", total=len(parts), error=error)
        with self._lock:
            known = self._jobs.sets.sets.get(key)
        new = known or set_of(keys, parts, read, key)
        settled = known is not None and (known.live or known.over)
        there = () if settled else {each for each in new.numbers if each in self._kept}
        with self._lock:
            state = self._jobs.ask_set(new, visitor, restart, there)
            self._desk.put(self._jobs.sets.take_readings())
            if state.live:
                self._tell(Wake())
            if state.live and wait:
                each = self._jobs.sets.sets[key]
                self._lock.wait_for(lambda: not each.live, wait)
                state = self._jobs.set_state(each, visitor)
        return state

    def read_set(self, key: str) -> SetState | None:
        """The set of this key; changes nothing."""
        with self._lock:
            return self._jobs.read_set(key)

    def how_many_kept(self, keys: Sequence[str]) -> int:
        """How many of these jobs, each counted once, are finished and kept; reads none of them."""
        with self._lock:
            held = {key for key in keys if key in self._jobs.results}
        return len(held) + sum(key in self._kept for key in set(keys) - held)

    def cancel_set(self, key: str, visitor: str) -> None:
        """`visitor` does not want this set any more."""
        with self._lock:
            self._jobs.cancel_set(key, visitor)
        self._wake()

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
        self._wake()

    def visitor_left(self, visitor: str) -> None:
        """`visitor` is gone, unless they ask again within the grace."""
        with self._lock:
            self._jobs.leave(visitor, self._grace)
        self._wake()

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
            self._jobs.tally.add("disk")
        return state

    def estimated_seconds(self, task: Task, rows: int) -> float:
        """About how long `task` takes on `rows` days once it has begun."""
        with self._lock:
            return self._jobs.costs.estimate(task, rows).seconds

    def status(self) -> Status:
        """The service at this moment."""
        with self._lock:
            jobs, counts = self._jobs, self._jobs.tally.counts()
            backend = self._dispatcher.backend if self._dispatcher else None
            running = sum(job.began is not None for job in jobs.jobs.values())
            return Status(
                backend=backend.name if backend else backend_name(),
                up=backend is not None and not self._silent(),
                workers=jobs.slots if backend else 0,
                said=backend.said() if backend else (),
                queued=jobs.waiting(),
                running=running,
                visitors=len({*jobs.wishes, *jobs.sets.wishes}),
                finished=counts.ended["finished"],
                results=len(jobs.results),
                result_bytes=int(jobs.results.total_weight),
                parts=jobs.parts_waiting(),
                counts=counts,
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
        self._desk.close()
        self._kept.close()

    def _silent(self) -> bool:
        """Whether the workers' side has not answered for so long that it is not only busy."""
        return self._dispatcher is None or time.monotonic() - self._dispatcher.answered > SILENT_SECONDS

    @staticmethod
    def _check(task: Task, bars: pd.DataFrame | None) -> None:
        if not hasattr(type(task), "runner"):
            raise not_a_task(task)
        if bars is not None and len(bars) > MOST_BARS:
            raise too_long(len(bars), MOST_BARS)

    def _wake(self) -> None:
        with self._lock:
            if self._dispatcher:
                self._dispatcher.tell(Wake())

    def _tell(self, message: Message) -> None:
        """Wake the dispatcher, which is made at the first time; with the lock held."""
        if self._dispatcher is None:
            self._dispatcher = Dispatcher(self._jobs, self._lock, self._kept, self._desk)
        self._dispatcher.tell(message)

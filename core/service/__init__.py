"""The training service: the same thing asked twice is computed once, and what nobody wants any more is stopped.

    state = ask(experiment, bars, visitor)     # joins, starts or reads; call it again to poll
    cancel(state.key, visitor)
    visitor_left(visitor)                      # undone by an `ask` of the same visitor within some seconds
    state = ask_set([(experiment, bars), ...], visitor, read)  # many jobs as one; of each only read(...) is held

These functions speak to the process's one `Service`, which starts its workers at the first `ask` unless `start()` did
before. A visitor has one live job: asking for something else gives the older one up. Give separate things on one
screen separate visitor names. `finished(key)` reads a result without giving anything up. `think_ahead` has idle workers
do what may be asked next.

Where the work is done: worker processes on this machine (default; GATESCOPE_WORKERS=n for how many), a running dask
cluster (GATESCOPE_SCHEDULER=tcp://... or tls://... with the paths GATESCOPE_TLS_CA, GATESCOPE_TLS_CERT and
GATESCOPE_TLS_KEY), or a thread of this process (GATESCOPE_WORKERS=0).

A cancel's way to the training: `cancel` -> `Service` -> `StateMachine` (is anyone else waiting?) -> the dispatcher's
thread -> `Backend.cancel` -> `should_stop()` in the worker, asked before every mini-batch.

Any frozen dataclass that names its runner and estimates its length can be asked for (`job.Task`); nothing here knows
what a training is.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

import pandas as pd

from core.digest import digest as key_of
from core.service.job import Task
from core.service.job_set import MOST_PARTS, Part, Read
from core.service.service import Service
from core.service.state import JobState, SetState, Status

__all__ = [
    "MOST_PARTS",
    "JobState",
    "Part",
    "Read",
    "Service",
    "SetState",
    "Status",
    "Task",
    "ask",
    "ask_set",
    "cancel",
    "cancel_set",
    "estimated_seconds",
    "finished",
    "how_many_kept",
    "key_of",
    "read_set",
    "start",
    "status",
    "stop",
    "think_ahead",
    "visitor_left",
]

# The process's one service is kept where a reloaded module finds it again: Streamlit's file watcher throws changed
# modules out of `sys.modules` and imports them anew, and a module-level global would start a second set of workers.
_PLACE = "gatescope_process_state"


def the_service() -> Service:
    """The one service of this process; made on first use, which starts no worker yet."""
    place = sys.modules.setdefault(_PLACE, ModuleType(_PLACE))
    service = place.__dict__.get("service")
    if service is None:
        service = place.__dict__.setdefault("service", Service())  # atomic: a second maker's is dropped unused
    return service  # type: ignore[no-any-return]


def ask(task: Task, bars: pd.DataFrame | None, visitor: str, restart: bool = False, wait: float = 0.0) -> JobState:
    """Join, start or read the job of `task` on `bars`; never blocks for long, never raises for a job's own failure.

    A visitor who cancelled the job, or saw it fail, reads that until they ask with `restart=True`. With `wait`, the
    answer comes when the job has ended, or after so many seconds.
    """
    return the_service().ask(task, bars, visitor, restart, wait)


def ask_set(parts: Sequence[Part], visitor: str, read: Read, restart: bool = False, wait: float = 0.0) -> SetState:
    """Join, start or read many jobs as one set of at most MOST_PARTS; call it again to poll.

    Each part is an ordinary job under its own key: one that is finished or kept on disk costs nothing, one that
    somebody else has begun is joined, and its result is there for whoever asks. What any visitor asks for by itself
    goes before all parts not yet begun; sets take turns. Of each part the set holds what `read(task, bars, result)`
    gives, called in a thread of this process; the same parts with the same function are one set for all who ask.

    A visitor has one live set beside their live job; a newer one gives the older up. Who cancelled a set reads that
    until they ask with `restart=True`, which also tries again what failed. Refused sets (too many parts, or above
    GATESCOPE_SET_SECONDS of one worker's time) say why in `error`. With `wait`, the answer comes when the set has
    ended, or after so many seconds.
    """
    return the_service().ask_set(parts, visitor, read, restart, wait)


def read_set(key: str) -> SetState | None:
    """The set of this key as it stands, None when it is not known; changes nothing."""
    return the_service().read_set(key)


def how_many_kept(keys: Sequence[str]) -> int:
    """How many of these jobs, each counted once, have their result in memory or on disk."""
    return the_service().how_many_kept(keys)


def cancel_set(key: str, visitor: str) -> None:
    """`visitor` does not want this set any more: parts that nobody else wants stop, what is done is kept."""
    the_service().cancel_set(key, visitor)


def think_ahead(wanted: Sequence[tuple[Task, pd.DataFrame | None]], visitor: str) -> None:
    """Say what `visitor` may ask for next, likeliest first; short jobs of it are done while nobody wants anything.

    One at a time; dropped at once when anyone asks. GATESCOPE_AHEAD=0 turns it off.
    """
    the_service().think_ahead(wanted, visitor)


def cancel(key: str, visitor: str) -> None:
    """`visitor` does not want this job any more; it is stopped unless another visitor does."""
    the_service().cancel(key, visitor)


def visitor_left(visitor: str) -> None:
    """`visitor` is gone: gives up their job after a grace, unless they ask again before."""
    the_service().visitor_left(visitor)


def finished(key: str) -> JobState | None:
    """The finished job of this key, None when it is not (or no longer) kept; changes nothing."""
    return the_service().finished(key)


def status() -> Status:
    """What the service is doing; starts nothing."""
    return the_service().status()


def start() -> None:
    """Start the workers now rather than at the first `ask`; returns when they are up.

    Raises:
        JobError: they cannot be started, and why.
    """
    the_service().start()


def stop() -> None:
    """Give up every job and end every worker; a later `ask` starts afresh."""
    the_service().stop()


def estimated_seconds(task: Task, rows: int) -> float:
    """About how long `task` takes on `rows` days once it has begun, learnt from the jobs finished so far."""
    return the_service().estimated_seconds(task, rows)

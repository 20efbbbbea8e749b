"""The training service: the same thing asked twice is computed once, and what nobody wants any more is stopped.

    state = ask(experiment, bars, visitor)     # joins, starts or reads; call it again to poll
    cancel(state.key, visitor)
    visitor_left(visitor)                      # undone by an `ask` of the same visitor within some seconds

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
from core.service.service import Service
from core.service.state import JobState, Status

__all__ = [
    "JobState",
    "Service",
    "Status",
    "Task",
    "ask",
    "cancel",
    "estimated_seconds",
    "finished",
    "key_of",
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

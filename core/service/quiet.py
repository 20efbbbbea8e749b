"""Loaded by the scheduler: what it does of itself, however little there is to do, it does less often.

That a worker is gone it sees by the closed connection, at once; heartbeats carry figures, and end a worker that has
been silent for five minutes. How often they come is no setting of dask's, hence the upper bound in requirements.txt and
a benchmark of just this.
"""

# mypy: allow-untyped-calls
# (dask carries few types)

from __future__ import annotations

from typing import Any

from distributed import scheduler as module

HEARTBEAT_SECONDS = 2.0  # of few workers; twice a second otherwise
CHECK_SECONDS = 2.0  # for the timeouts that end an idle scheduler, four times a second otherwise
CHECKS = ("idle-timeout", "no-workers-timeout")


def dask_setup(scheduler: Any) -> None:
    """Called by dask in the scheduler, before its periodic work begins."""
    usual = module.heartbeat_interval
    module.heartbeat_interval = lambda n: max(HEARTBEAT_SECONDS, usual(n))
    for name in CHECKS:
        if check := scheduler.periodic_callbacks.get(name):
            check.callback_time = CHECK_SECONDS * 1000

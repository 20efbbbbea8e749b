"""Loaded by dask's nanny: its workers are forked from one process that has loaded the training code.

The nanny's own process runs threads, so it cannot be that one; `multiprocessing`'s fork server is.
"""

# mypy: allow-untyped-calls
# (dask carries few types)

from __future__ import annotations

from multiprocessing import forkserver
from typing import Any

from distributed.utils import get_mp_context

ANCESTOR = "core.jobs.ancestor"  # by name: it imports torch


def dask_setup(_: Any) -> None:
    """Called by dask in the nanny, before it starts a worker."""
    get_mp_context()  # names at its first call what dask would have loaded
    forkserver.set_forkserver_preload(["distributed", ANCESTOR])

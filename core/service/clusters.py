"""Dask workers to be had: started on this machine, or those of a running cluster. Imported only when one is wanted."""

# mypy: allow-untyped-calls
# (dask carries few types)

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from distributed import Client, Security

from core.errors import ConfigError, JobError
from core.sentence import N_
from core.service.backend import OnEvent
from core.service.dask_backend import DaskBackend
from core.service.processes import LocalProcesses

START_SECONDS = 120  # on a busy machine; the training code is loaded before the first worker is forked
CONNECT_SECONDS = 10

log = logging.getLogger("gatescope.service")
logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost connection is told in our own words


def embed(on_event: OnEvent, workers: int, memory: str = "auto") -> DaskBackend:
    """Start `workers` worker processes on this machine, each with so many bytes of `memory` at most.

    Raises:
        JobError: they do not start.
    """
    with ExitStack() as undo:
        try:
            processes = LocalProcesses(workers, memory=memory)
            undo.callback(processes.close)
            client = undo.enter_context(_client(START_SECONDS, scheduler_file=str(processes.scheduler_file)))
            client.wait_for_workers(workers, timeout=START_SECONDS)
            backend = DaskBackend("embedded", client, on_event, processes)
        except Exception as cause:
            log.exception("The training workers do not start.")
            raise JobError(N_("The training workers cannot be started on this machine; it has been logged.")) from cause
        backend.undo = undo.pop_all()
        return backend


def join(on_event: OnEvent) -> DaskBackend:
    """Use the running cluster GATESCOPE_SCHEDULER names, with workers or without.

    Raises:
        JobError: it does not answer.
        ConfigError: a certificate is missing.
    """
    address = os.environ["GATESCOPE_SCHEDULER"]
    security = _security(address)
    with ExitStack() as undo:
        try:
            client = undo.enter_context(_client(CONNECT_SECONDS, address=address, security=security))
            backend = DaskBackend("cluster", client, on_event)
        except Exception as cause:
            log.warning("The cluster at %s cannot be used: %r", address, cause)
            raise JobError(
                N_("The training cluster ({address}) does not answer; try again later."), address=address
            ) from cause
        backend.undo = undo.pop_all()
        return backend


def _client(seconds: float, **where: Any) -> Client:
    return Client(**where, timeout=seconds, set_as_default=False)


def _security(address: str) -> Security | None:
    """For tls:// the files of GATESCOPE_TLS_*: both sides show a certificate, and trust what the CA has signed."""
    if not address.startswith("tls://"):
        return None
    files = {}
    for part in ("CA", "CERT", "KEY"):
        name = f"GATESCOPE_TLS_{part}"
        files[part] = os.environ.get(name, "")
        if not Path(files[part]).is_file():
            log.error("%s names no file that can be found.", name)  # the path itself is nobody's business
            raise ConfigError(
                N_("{field} names no file that can be found, but a scheduler at tls:// needs one there."), field=name
            )
    return Security(
        tls_ca_file=files["CA"], tls_client_cert=files["CERT"], tls_client_key=files["KEY"], require_encryption=True
    )

"""Jobs on dask workers: processes of this machine, or a running cluster. Imported only when one of them is wanted."""

# mypy: allow-untyped-calls, allow-any-generics
# (dask carries few types)

from __future__ import annotations

import logging
import os
import pickle
import threading
import time
from collections import OrderedDict
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pandas as pd
from distributed import Client, Future, KilledWorker, Security, Worker, WorkerPlugin, get_worker

from core.digest import bars_digest
from core.errors import JobError
from core.sentence import N_
from core.service.backend import Ended, Lost, OnEvent
from core.service.job import workers_lost
from core.service.processes import LocalProcesses
from core.service.worker import Order, Outcome, Progress, run_order, warm_up

TOPIC, WORDS = "gatescope", "gatescope-workers"  # events: reports of jobs, what workers say of themselves
CONNECT_SECONDS = 20
PLACE_SECONDS = 5
FETCH_SECONDS = 60
SECONDS_WITHOUT_WORKERS = 30
MOST_FRAMES = 8  # bars kept on the workers

log = logging.getLogger("gatescope.service")
logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost connection is told in our own words


def run_on_worker(order: Order, bars: pd.DataFrame | None) -> Outcome:
    """One order, in a dask worker's thread.

    A running task is not interrupted when it is cancelled; it sees its own state leave "executing". That state is
    internal to dask, hence the upper bound in requirements.txt and a test of just this.
    """
    worker = get_worker()
    key = worker.get_current_task()

    def send(report: Progress) -> None:
        worker.log_event(TOPIC, {"token": report.token, "report": pickle.dumps(report)})

    def unwanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state != "executing"

    return run_order(replace(order, bars=bars), send, unwanted)


class WarmUp(WorkerPlugin):
    """Imports torch in each worker when it starts, beside its event loop, also in one that replaces a dead one."""

    name = "gatescope-warm-up"

    def setup(self, worker: Worker) -> None:
        """Called by dask in the worker."""
        threading.Thread(target=self._warm_up, args=(worker,), name="gatescope-warm-up", daemon=True).start()

    @staticmethod
    def _warm_up(worker: Worker) -> None:
        worker.log_event(WORDS, {"worker": worker.address, "said": warm_up()})


class DaskBackend:
    """Orders as dask tasks. Equal tokens of several web processes are one task; each process reads all its reports."""

    def __init__(self, name: str, client: Client, on_event: OnEvent) -> None:
        self.name = name
        self._client, self._on_event = client, on_event
        self._futures: dict[str, Future] = {}
        self._frames: OrderedDict[str, tuple[Future, frozenset[str]]] = OrderedDict()  # and the workers that hold it
        self._slots, self._counted, self._manned = 0, 0.0, time.monotonic()
        self._workers: frozenset[str] = frozenset()
        self.undo = ExitStack()  # what to close, the client first
        self.processes: LocalProcesses | None = None  # when the workers are our own
        self._said: dict[str, str] = {}  # by worker
        client.subscribe_topic(TOPIC, self._on_report)
        client.subscribe_topic(WORDS, self._on_word)
        client.register_plugin(WarmUp())

    def slots(self) -> int:
        now = time.monotonic()
        if now - self._counted > 1.0:
            workers = self._client.nthreads()
            self._slots, self._counted, self._workers = sum(workers.values()), now, frozenset(workers)
            self._said = {worker: word for worker, word in self._said.items() if worker in workers}
        if self._slots:
            self._manned = now
        return self._slots

    def said(self) -> tuple[str, ...]:
        return tuple(self._said.values())

    def alive(self) -> bool:
        if self.processes and not self.processes.alive():
            return False
        return self._client.status == "running" and time.monotonic() - self._manned < SECONDS_WITHOUT_WORKERS

    def submit(self, order: Order) -> None:
        bars = None if order.bars is None else self._placed(order.bars)
        future = self._client.submit(run_on_worker, replace(order, bars=None), bars, key=order.token)
        self._futures[order.token] = future
        future.add_done_callback(self._on_done)

    def _placed(self, bars: pd.DataFrame) -> Future | pd.DataFrame | None:
        """The bars on every worker, sent once to each; the bars themselves when that fails, as while a worker dies.

        On every one, because dask prefers to run a job where its data is, and an only copy would die with its worker.
        """
        name = bars_digest(bars)
        frame, holders = self._frames.pop(name, (None, frozenset[str]()))
        try:
            if frame is None or frame.status != "finished":
                frame, holders = self._client.scatter({name: bars}, timeout=PLACE_SECONDS)[name], frozenset[str]()
            if holders != self._workers:
                self._client.replicate(frame)
        except Exception as cause:
            log.info("Bars go with their job: %r", cause)
            return bars
        self._frames[name] = frame, self._workers
        while len(self._frames) > MOST_FRAMES:
            self._frames.popitem(last=False)
        return frame

    def cancel(self, token: str) -> None:
        if future := self._futures.pop(token, None):
            future.release()  # ends the task unless another web process wants it too

    def replay(self, token: str) -> list[Progress]:
        events = self._client.get_events(TOPIC)
        return [pickle.loads(event["report"]) for _, event in events if event["token"] == token]

    def close(self) -> None:
        self._futures.clear()
        self._frames.clear()
        self.undo.close()

    def _on_report(self, event: tuple[float, dict[str, Any]]) -> None:
        if event[1]["token"] in self._futures:
            self._on_event(pickle.loads(event[1]["report"]))

    def _on_word(self, event: tuple[float, dict[str, str]]) -> None:
        self._said = {**self._said, event[1]["worker"]: event[1]["said"]}

    def _on_done(self, future: Future) -> None:
        token = str(future.key)
        if token not in self._futures:  # released by us
            return
        try:
            message: Ended | Lost = Ended(token, future.result(timeout=FETCH_SECONDS))
        except KilledWorker:
            message = Lost(token, _killed())
        except Exception as cause:
            log.warning("Job %s was lost: %s", token, cause)
            message = Lost(token, workers_lost(), again=True)
        self._futures.pop(token, None)
        self._on_event(message)


def embed(on_event: OnEvent, workers: int) -> DaskBackend:
    """Start `workers` worker processes on this machine.

    Raises:
        JobError: they do not start.
    """
    with ExitStack() as undo:
        try:
            processes = LocalProcesses(workers)
            undo.callback(processes.close)
            client = undo.enter_context(_client(scheduler_file=str(processes.scheduler_file)))
            client.wait_for_workers(workers, timeout=CONNECT_SECONDS)
            backend = DaskBackend("embedded", client, on_event)
        except Exception as cause:
            log.exception("The training workers do not start.")
            raise JobError(N_("The training workers cannot be started on this machine; it has been logged.")) from cause
        backend.undo, backend.processes = undo.pop_all(), processes
        return backend


def join(on_event: OnEvent) -> DaskBackend:
    """Use the running cluster GATESCOPE_SCHEDULER names; GATESCOPE_TLS_CA, _CERT and _KEY are paths for tls://.

    Raises:
        JobError: it does not answer, or has no workers.
    """
    address = os.environ["GATESCOPE_SCHEDULER"]
    with ExitStack() as undo:
        try:
            client = undo.enter_context(_client(address=address, security=_security(address)))
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
            backend = DaskBackend("cluster", client, on_event)
        except Exception as cause:
            log.warning("The cluster at %s cannot be used: %r", address, cause)
            raise JobError(
                N_("The training cluster ({address}) does not answer or has no workers; try again later."),
                address=address,
            ) from cause
        backend.undo = undo.pop_all()
        return backend


def _client(**where: Any) -> Client:
    return Client(**where, timeout=CONNECT_SECONDS, set_as_default=False)


def _security(address: str) -> Security | None:
    if not address.startswith("tls://"):
        return None
    files = {part: os.environ.get(f"GATESCOPE_TLS_{part}") for part in ("CA", "CERT", "KEY")}
    return Security(
        tls_ca_file=files["CA"], tls_client_cert=files["CERT"], tls_client_key=files["KEY"], require_encryption=True
    )


def _killed() -> JobError:
    return JobError(
        N_("The training brought its worker down several times, most likely for want of memory; choose smaller dials.")
    )

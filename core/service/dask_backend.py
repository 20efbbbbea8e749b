"""Jobs on dask workers: processes of this machine, or a running cluster. Imported only when one of them is wanted."""

# mypy: allow-untyped-calls, allow-any-generics
# (dask carries few types)

from __future__ import annotations

import logging
import pickle
import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pandas as pd
from dask.task_spec import Task as Node
from dask.task_spec import TaskRef
from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, get_worker

from core.digest import bars_digest
from core.errors import JobError
from core.sentence import N_, Sentence
from core.service.backend import Ended, Lost, OnEvent
from core.service.job import workers_lost
from core.service.processes import LocalProcesses
from core.service.stepping_back import step_back
from core.service.worker import Order, Outcome, Progress, run_order, warm_up

TOPIC, WORDS = "gatescope", "gatescope-workers"  # events: reports of jobs, what workers say of themselves
FETCH_SECONDS, RESTART_SECONDS = 60, 60
SECONDS_WITHOUT_WORKERS = 30
MOST_FRAMES = 8  # bars kept on the workers
MOST_AHEAD = 1000  # orders in a cluster's own queue
FIRST = 2_000_000  # priority of bars: before all that is trained on them

log = logging.getLogger("gatescope.service")


def as_given(bars: pd.DataFrame) -> pd.DataFrame:
    """Bars as a task of their own: where the only worker that holds them dies, another one has them from the scheduler.

    What is scattered would be lost with it, and every order that waits for it.
    """
    return bars


def run_on_worker(order: Order, bars: pd.DataFrame | None) -> Outcome:
    """One order, in a dask worker's thread.

    A running task is not interrupted when it is cancelled; it sees its own state leave "executing". That state is
    internal to dask, hence the upper bound in requirements.txt and a test of just this.
    """
    step_back()
    worker = get_worker()
    key = worker.get_current_task()

    def send(report: Progress) -> None:
        worker.log_event(TOPIC, {"token": report.token, "report": pickle.dumps(report)})

    def unwanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state != "executing"

    return run_order(replace(order, bars=bars), send, unwanted, pack=True)


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
    """Orders as dask tasks. Equal tokens of several web processes are one task; each process reads all its reports.

    A cluster is given the whole queue, so that whoever scales it sees what waits; our own `processes` as much as keeps
    them from waiting for the next order.
    """

    def __init__(self, name: str, client: Client, on_event: OnEvent, processes: LocalProcesses | None = None) -> None:
        self.name = name
        self._client, self._on_event = client, on_event
        self._futures: dict[str, Future] = {}
        self._frames: OrderedDict[str, Future] = OrderedDict()
        self._slots, self._counted, self._manned = 0, 0.0, time.monotonic()
        self.undo = ExitStack()  # what to close, the client first
        self._processes = processes
        self._said: dict[str, str] = {}  # by worker
        client.subscribe_topic(TOPIC, self._on_report)
        client.register_plugin(WarmUp())

    def slots(self) -> int:
        now = time.monotonic()
        if now - self._counted > 1.0:
            workers = self._client.nthreads()
            self._slots, self._counted = sum(workers.values()), now
            self._said = self._heard(workers)
        if self._slots:
            self._manned = now
        return self._slots

    def _heard(self, workers: Collection[str]) -> dict[str, str]:
        """What these workers have said of themselves, read where the scheduler keeps it: a subscription would miss the
        word of one that had warmed up before it was made."""
        said = {worker: self._said[worker] for worker in workers if worker in self._said}
        if len(said) < len(workers):
            told = {event["worker"]: event["said"] for _, event in self._client.get_events(WORDS)}
            said |= {worker: told[worker] for worker in workers if worker in told}
        return said

    def ahead(self) -> int:
        return self._slots if self._processes else MOST_AHEAD

    def note(self) -> Sentence | None:
        if self._slots:
            return None
        if self._processes:
            return Sentence(N_("The training workers are being started again; this goes on by itself."))
        return Sentence(N_("The training cluster has no workers at the moment; this goes on when one comes."))

    def said(self) -> tuple[str, ...]:
        return tuple(self._said.values())

    def alive(self) -> bool:
        if self._processes is None:
            return bool(self._client.status == "running")
        manned = time.monotonic() - self._manned < SECONDS_WITHOUT_WORKERS
        return self._processes.alive() and self._client.status == "running" and manned

    def submit(self, order: Order) -> None:
        """A task that the scheduler keeps until a worker is free (dask: a data producer), so that priorities hold."""
        bars = None if order.bars is None else TaskRef(self._placed(order.bars).key)
        node = Node(order.token, run_on_worker, replace(order, bars=None), bars, _data_producer=True)
        future = self._client.get(
            {order.token: node}, order.token, sync=False, priority=order.priority, fifo_timeout="0 ms"
        )
        self._futures[order.token] = future
        future.add_done_callback(self._on_done)

    def _placed(self, bars: pd.DataFrame) -> Future:
        name = f"gatescope-bars-{bars_digest(bars, bars.columns)}"
        frame = self._frames.pop(name, None)
        if frame is None or frame.status not in ("pending", "finished"):
            frame = self._client.submit(as_given, bars, key=name, priority=FIRST)
        self._frames[name] = frame
        while len(self._frames) > MOST_FRAMES:
            self._frames.popitem(last=False)
        return frame

    def cancel(self, token: str) -> None:
        if future := self._futures.pop(token, None):
            future.release()  # ends the task unless another web process wants it too

    def end(self, token: str) -> None:
        at_it = [worker for worker, keys in self._client.processing().items() if token in keys]
        self.cancel(token)
        threading.Thread(target=self._restart, args=(at_it,), name="gatescope-restart", daemon=True).start()

    def _restart(self, workers: list[str]) -> None:
        """End these workers; their nanny starts others. Only in a thread: it waits until they are up."""
        try:
            self._client.restart_workers(workers, timeout=RESTART_SECONDS, raise_for_error=False)
        except Exception as cause:  # without a nanny, or the cluster has gone meanwhile
            log.warning("The workers %s cannot be restarted: %r", workers, cause)

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

    def _on_done(self, future: Future) -> None:
        token = str(future.key)
        if token not in self._futures:  # released by us
            return
        try:
            message: Ended | Lost = Ended(token, future.result(timeout=FETCH_SECONDS).opened())
        except KilledWorker:
            message = Lost(token, _killed())
        except Exception as cause:
            log.warning("Job %s was lost: %s", token, cause)
            message = Lost(token, workers_lost(), again=True)
        self._futures.pop(token, None)
        self._on_event(message)


def _killed() -> JobError:
    return JobError(
        N_("The training brought its worker down several times, most likely for want of memory; choose smaller dials.")
    )

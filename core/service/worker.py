"""What runs in a worker: one job, watched. Imported by the web process too, so nothing here imports torch."""

from __future__ import annotations

import logging
import pickle
import sys
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pkgutil import resolve_name
from typing import Any

import pandas as pd

from core.errors import GatescopeError, JobError
from core.sentence import N_

SECONDS_BETWEEN_REPORTS = 0.2  # five a second are as many as a page can draw
SECONDS_UNWATCHED = 1.0  # the same for a part of a set

log = logging.getLogger("gatescope.service")


@dataclass(frozen=True)
class Order:
    """What is sent to a worker. `token` names this submission; the same key may be submitted again after a cancel."""

    token: str
    runner: str
    task: Any
    bars: pd.DataFrame | None
    priority: int = 0  # the higher goes first
    pause: float = SECONDS_BETWEEN_REPORTS


@dataclass(frozen=True)
class Progress:
    """Records of one attempt at an order, from number `first` on. A new attempt begins with first = 0, none or some."""

    token: str
    attempt: str
    first: int
    records: tuple[Any, ...]


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended. `records` are all of them, whatever became of the reports; `size` is bytes when pickled.

    Failures come as values: a foreign exception might not survive the way, or would import torch at its end.
    """

    records: tuple[Any, ...]
    seconds: float
    result: Any = None
    size: int = 0
    error: GatescopeError | None = None
    trace: str = ""
    stopped: bool = False
    packed: bool = False

    def opened(self) -> Outcome:
        """With its result and records, which travel as the bytes their size was taken from: pickled once."""
        if not self.packed:
            return self
        result, records = pickle.loads(self.result)
        return replace(self, result=result, records=records, packed=False)


class _Watch:
    """The two callables a runner is given. `observe` sends on, throttled; `should_stop` remembers that it said so."""

    def __init__(self, order: Order, send: Callable[[Progress], None], unwanted: Callable[[], bool]) -> None:
        self._send, self._unwanted = send, unwanted
        self._token, self._pause, self._attempt = order.token, order.pause, uuid.uuid4().hex
        self.records: list[Any] = []
        self.stopped = False
        self._sent = 0
        self._report()

    def observe(self, record: Any) -> None:
        """Take one record."""
        self.records.append(record)
        self._report_if_due()

    def should_stop(self) -> bool:
        """Whether nobody wants the job any more; once true, always true."""
        self._report_if_due()
        self.stopped = self.stopped or self._unwanted()
        return self.stopped

    def _report_if_due(self) -> None:
        if len(self.records) > self._sent and time.monotonic() - self._reported >= self._pause:
            self._report()

    def _report(self) -> None:
        self._reported = time.monotonic()
        self._send(Progress(self._token, self._attempt, self._sent, tuple(self.records[self._sent :])))
        self._sent = len(self.records)


def run_order(
    order: Order, send: Callable[[Progress], None], unwanted: Callable[[], bool], pack: bool = False
) -> Outcome:
    """Import the order's function and call it; never raises for what the function does. `pack` for a way by wire."""
    watch = _Watch(order, send, unwanted)
    started = time.monotonic()
    try:
        function: Callable[..., Any] = resolve_name(order.runner)
        result = function(order.task, order.bars, observe=watch.observe, should_stop=watch.should_stop)
        told = _pickled((result, tuple(watch.records)))
        ended = Outcome((), 0.0, told if pack else result, len(told), stopped=watch.stopped, packed=pack)
    except GatescopeError as error:
        ended = Outcome((), 0.0, error=error, stopped=watch.stopped)
    except Exception as cause:
        ended = Outcome((), 0.0, error=_sentence(cause), trace=traceback.format_exc(), stopped=watch.stopped)
    records = () if ended.packed else tuple(watch.records)
    return replace(ended, records=records, seconds=time.monotonic() - started)


def size_of(value: Any) -> int:
    """Bytes when pickled: about what it takes in memory."""
    return len(_pickled(value))


def _pickled(value: Any) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)


def _sentence(cause: Exception) -> JobError:
    if isinstance(cause, MemoryError):
        return JobError(N_("The training ran out of memory; choose fewer units, fewer layers or a shorter window."))
    return JobError(
        N_("The training ended with an unexpected fault ({kind}); it has been logged. Try again, or change a setting."),
        kind=type(cause).__name__,
    )


def prepare() -> None:
    """Begin beside the first jobs what would otherwise hold one up."""
    from core import experiment

    experiment.prepare()


def warm_up() -> str:
    """Do once what a first job would wait for, and leave one thread to each worker; what there is to say of it."""
    try:
        from core import experiment

        experiment.warm_up()
    except Exception:
        log.exception("The training code does not run in this worker.")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
    return said()


def said() -> str:
    """How this process trains, in a word of core.experiment; loads nothing."""
    compiled = getattr(sys.modules.get("core.experiment"), "compiled", None)  # not while it is being imported
    return str(compiled()) if compiled else "not begun"

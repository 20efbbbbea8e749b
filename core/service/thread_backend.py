"""The smallest backend: one thread of this process."""

from __future__ import annotations

import queue
import threading

from core.sentence import Sentence
from core.service.backend import Ended, OnEvent
from core.service.worker import Order, Progress, prepare, run_order, said


class ThreadBackend:
    """One thread of this process, for hosts too small for worker processes. Imports torch here."""

    name = "thread"

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._orders: queue.SimpleQueue[tuple[Order, threading.Event] | None] = queue.SimpleQueue()
        self._unwanted: dict[str, threading.Event] = {}
        self._thread = threading.Thread(target=self._work, name="gatescope-job", daemon=True)
        self._thread.start()

    def slots(self) -> int:
        return 1

    def ahead(self) -> int:
        return 0

    def note(self) -> Sentence | None:
        return None

    def said(self) -> tuple[str, ...]:
        return (said(),)

    def alive(self) -> bool:
        return True

    def submit(self, order: Order) -> None:
        unwanted = self._unwanted[order.token] = threading.Event()
        self._orders.put((order, unwanted))

    def _work(self) -> None:
        prepare()
        while given := self._orders.get():
            order, unwanted = given
            if not unwanted.is_set():
                outcome = run_order(order, self._on_event, unwanted.is_set)
                self._unwanted.pop(order.token, None)
                self._on_event(Ended(order.token, outcome))

    def cancel(self, token: str) -> None:
        if unwanted := self._unwanted.pop(token, None):
            unwanted.set()

    def end(self, token: str) -> None:
        self.cancel(token)  # a thread cannot be ended; it ends before its next mini-batch

    def replay(self, token: str) -> list[Progress]:
        return []  # one process, one asker: nothing is ever joined in its middle

    def close(self) -> None:
        for token in list(self._unwanted):
            self.cancel(token)
        self._orders.put(None)
        self._thread.join()

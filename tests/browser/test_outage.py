"""A connection that is cut and comes back: the training goes on, and is joined where it stands."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from test_a_visit import epoch

pytestmark = pytest.mark.browser
OUTAGE = 12.0  # seconds
CONNECTED = "[data-testid='stApp'][data-test-connection-state='CONNECTED']"


class Wire:
    """A TCP proxy on a port of its own; `cut` closes every connection and refuses new ones until `mend`."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target, self._whole, self._open = target, True, set[socket.socket]()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._threads: list[threading.Thread] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        self._whole = False
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        self._server.close()
        for each in self._threads:
            each.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(self._target)
                for source, sink in ((near, far), (far, near)):
                    self._open.add(source)
                    self._threads.append(threading.Thread(target=self._carry, args=(source, sink), daemon=True))
                    self._threads[-1].start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        self._open.discard(source)
        with suppress(OSError):  # the other direction ends, too
            sink.shutdown(socket.SHUT_RDWR)
        source.close()


@contextmanager
def wire_to(address: str) -> Iterator[Wire]:
    wire = Wire(("127.0.0.1", urlsplit(address).port or 0))
    yield wire
    wire.close()


def test_a_training_outlives_an_outage(serve: Callable[..., str], visit: Callable[..., Page]) -> None:
    with wire_to(serve(GATESCOPE_WORKERS="1")) as wire:
        page = visit(f"{wire.address}/training?epochs=400&hidden=128&window=30")
        page.locator(".st-key-training_start button").click()
        reached = epoch(page)
        while reached < 3:
            page.wait_for_timeout(300)
            reached = epoch(page)
        wire.cut()
        page.wait_for_selector(CONNECTED, state="detached")
        time.sleep(OUTAGE)
        wire.mend()
        page.wait_for_selector(CONNECTED)
        page.wait_for_timeout(1500)
        assert epoch(page) > reached  # a training begun again would have been at its first epochs

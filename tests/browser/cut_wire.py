"""A wire between browser and server that can be cut and mended."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

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

    def mend(self, address: str = "") -> None:
        """Whole again; with an address, to another server."""
        self._target = _place(address) if address else self._target
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


def _place(address: str) -> tuple[str, int]:
    return "127.0.0.1", urlsplit(address).port or 0


@contextmanager
def wire_to(address: str) -> Iterator[Wire]:
    wire = Wire(_place(address))
    yield wire
    wire.close()

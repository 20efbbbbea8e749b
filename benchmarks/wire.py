"""A browser's connection, read as cheaply as can be: frames are counted and looked at, not understood.

Parsing every message would cost the client about as much as the server pays to send it.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import cast
from urllib.parse import urlsplit

NEW_SESSION, DELTA, SCRIPT_FINISHED, AUTO_RERUN, STOP_AUTO_RERUN = 4, 5, 6, 21, 28  # fields of ForwardMsg
NEW_ELEMENT = 3  # of Delta
EXCEPTION, BUTTON, SLIDER = 8, 19, 21  # of Element
BEFORE_THE_TYPE = 2  # hash and metadata stand first
DONE, TICK_DONE = 0, 3  # what SCRIPT_FINISHED says of a whole run, and of a fragment's
OPEN_SECONDS = 30

OnMessage = Callable[[int, int, bytes], None]  # kind, what `inside` says of it, the whole message


def varint(told: bytes | memoryview, at: int) -> tuple[int, int]:
    """A protobuf number, and where it ends."""
    value = shift = 0
    while True:
        byte = told[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def kind_of(told: bytes | memoryview) -> tuple[int, int]:
    """Which message this is, and where its content begins."""
    at = 0
    while at < len(told):
        tag, at = varint(told, at)
        field = tag >> 3
        if tag & 7 == 2:
            length, at = varint(told, at)
            if field > BEFORE_THE_TYPE:
                return field, at
            at += length
        else:
            return field, at
    return 0, at


def inside(told: bytes | memoryview, kind: int, at: int) -> int:
    """Of a new element its kind, of an end how it ended; 0 of all others."""
    if kind == SCRIPT_FINISHED:
        return told[at]
    if kind != DELTA or told[at] >> 3 != NEW_ELEMENT:
        return 0
    _, at = varint(told, at + 1)
    return varint(told, at)[0] >> 3


class Wire(asyncio.Protocol):
    """One WebSocket to /_stcore/stream."""

    def __init__(self, on_message: OnMessage) -> None:
        self._on_message = on_message
        self._buffer = bytearray()
        self.opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()  # the head of the answer
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done():
            head, end, _ = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            self.opened.set_result(head.decode("latin-1"))
            del self._buffer[: len(head) + 4]
        used = 0
        for opcode, start, end in self._frames():
            used = end
            self._take(opcode, start, end)
        del self._buffer[:used]

    def _frames(self) -> Iterator[tuple[int, int, int]]:
        """What each whole frame is, and where its content begins and ends."""
        at, known, buffer = 0, len(self._buffer), self._buffer
        while at + 2 <= known:
            length, start = buffer[at + 1], at + 2
            if length > 125:
                size = 2 if length == 126 else 8
                start += size
                length = int.from_bytes(buffer[at + 2 : start], "big")
            if start + length > known:
                return
            yield buffer[at] & 0x0F, start, start + length
            at = start + length

    def _take(self, opcode: int, start: int, end: int) -> None:
        if opcode == 9:
            self._write(10, bytes(self._buffer[start:end]))
        elif opcode == 8:
            self._transport.close()
        elif opcode in (0, 2):
            with memoryview(self._buffer)[start:end] as told:
                kind, at = kind_of(told)
                found = inside(told, kind, at)
                wanted = kind != DELTA or found in (BUTTON, SLIDER)
                self._on_message(kind, found, bytes(told) if wanted else b"")

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionResetError("closed before it was open"))

    def send(self, message: bytes) -> None:
        """A binary message."""
        self._write(2, message)

    def _write(self, opcode: int, content: bytes) -> None:
        """Masked by noughts, which is allowed, and spares the work."""
        size = len(content)
        if size < 126:
            head = bytes([0x80 | opcode, 0x80 | size])
        elif size < 65_536:
            head = bytes([0x80 | opcode, 0x80 | 126]) + size.to_bytes(2, "big")
        else:
            head = bytes([0x80 | opcode, 0x80 | 127]) + size.to_bytes(8, "big")
        self.write(head + bytes(4) + content)

    def write(self, raw: bytes) -> None:
        """Bytes as they are."""
        self._transport.write(raw)

    def close(self) -> None:
        self._transport.close()


def cookies(head: str) -> dict[str, str]:
    """What the head of an answer sets."""
    return dict(re.findall(r"^set-cookie: *([^=;\s]+)=([^;\s]*)", head, flags=re.M | re.I))


async def opened(address: str, on_message: OnMessage, cookie: dict[str, str], session: str = "") -> Wire:
    """A connection as a browser opens it, with its cookies, and back to `session` where that is given.

    Raises:
        OSError: it was refused.
    """
    place = urlsplit(address)
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(on_message), place.hostname, place.port)
    protocols: Sequence[str] = ["streamlit", "PLACEHOLDER_AUTH_TOKEN", *([session] if session else [])]
    lines = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {place.netloc}",
        f"Origin: {address}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {', '.join(protocols)}",
        *([f"Cookie: {'; '.join(f'{name}={value}' for name, value in cookie.items())}"] if cookie else []),
    ]
    try:
        wire.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(OPEN_SECONDS):
            head = await wire.opened
        if " 101 " not in head.splitlines()[0]:
            raise ConnectionRefusedError(head.splitlines()[0])
    except BaseException:
        wire.close()
        raise
    cookie.update(cookies(head))
    return wire


async def page(address: str, cookie: dict[str, str], path: str = "/") -> str:
    """The head of the answer to a browser's first request; its cookies are kept."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    told = "; ".join(f"{name}={value}" for name, value in cookie.items())
    lines = [f"GET {path} HTTP/1.1", f"Host: {place.netloc}", "Accept: text/html", "Connection: close"]
    writer.write("\r\n".join([*lines, *([f"Cookie: {told}"] if told else []), "", ""]).encode())
    try:
        async with asyncio.timeout(OPEN_SECONDS):
            answer = await reader.read()
    finally:
        writer.close()
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1")
    cookie.update(cookies(head))
    return head

"""The front leads each connection to the web process that its first request names by cookie; then it carries bytes.

What it carries it neither reads nor changes: Host, cookies, uploads, WebSockets arrive as they were sent. One choice a
connection is enough, because a connection belongs to one browser, and a web process closes one whose request did not
name it (core.web.staying). Who takes slowly is sent slowly: a full buffer on one side stops the reading on the other.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import cast

from core.service.processes import HOST
from core.serving import answers
from core.serving.copies import Copy
from core.serving.head import END, MOST_BYTES, Head, read_head

HEAD_SECONDS = 10.0
CONNECT_SECONDS = 5.0
LINGER_SECONDS = 30.0  # for the last bytes to be taken
BUFFER_BYTES = 262_144

log = logging.getLogger("gatescope.serving")


class End(asyncio.Protocol):
    """One end of a connection carried on: what comes in here goes out at the other."""

    transport: asyncio.Transport
    other: End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=BUFFER_BYTES)

    def data_received(self, data: bytes) -> None:
        if self.other and not self.other.transport.is_closing():
            self.other.transport.write(data)

    def pause_writing(self) -> None:
        if self.other:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other:
            self.other.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.other:
            self.other.close()

    def close(self) -> None:
        """Send what is left, then close; who does not take it in time is cut off."""
        if not self.transport.is_closing():
            self.transport.close()
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.abort)


class Visit(End):
    """The end towards a visitor: holds what comes until the head of the first request is whole."""

    def __init__(self, front: Front) -> None:
        self._front, self._raw = front, bytearray()
        self._leading: asyncio.Task[None] | None = None
        self._seated: Copy | None = None  # where this visitor's WebSocket is counted

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._deadline = asyncio.get_running_loop().call_later(HEAD_SECONDS, self.end, answers.refusal(408))

    def data_received(self, data: bytes) -> None:
        if self.other or self._leading:
            return super().data_received(data)
        self._raw += data
        if END in self._raw:
            self._deadline.cancel()
            self.transport.pause_reading()
            self._leading = asyncio.get_running_loop().create_task(self._begin())
        elif len(self._raw) > MOST_BYTES:
            self.end(answers.refusal(431))

    def eof_received(self) -> bool:
        """A visitor who has said all may still listen."""
        if self.other and not self.other.transport.is_closing():
            self.other.transport.write_eof()
        return self.other is not None

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        if self._seated:
            self._seated.open -= 1
        super().connection_lost(exc)

    def end(self, answer: bytes) -> None:
        """Answer here, and close."""
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.close()

    async def _begin(self) -> None:
        head = read_head(bytes(self._raw))
        if head is None:
            return self.end(answers.refusal(400))
        if head.path == "/readyz":
            return self.end(await self._front.readiness())
        found = await self._front.reach(head, self)
        if found is None:
            return self.end(answers.nobody_serves(head.language))
        copy, other = found
        if self.transport.is_closing():
            return other.transport.abort()
        if head.websocket:
            self._seated, copy.open = copy, copy.open + 1
        self.other = other
        other.transport.write(bytes(self._raw))
        self._raw.clear()
        self.transport.resume_reading()


class Served(End):
    """The end towards a web process."""

    def __init__(self, visit: Visit) -> None:
        self.other = visit


class Front:
    """Leads visitors to the web processes `copies`."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self.copies = copies

    def __call__(self) -> Visit:
        """The protocol of a new connection."""
        return Visit(self)

    def choices(self, head: Head) -> Iterator[Copy]:
        """Who may answer, first the one whose visitor this is, then by the number of visitors."""
        up = [copy for copy in self.copies if copy.up]
        yield from sorted(up, key=lambda copy: (copy.name != head.copy, copy.load))

    async def reach(self, head: Head, visit: Visit) -> tuple[Copy, Served] | None:
        """The first of them that takes the connection; None where no one does."""
        loop = asyncio.get_running_loop()
        for copy in self.choices(head):
            if copy.name != head.copy and not head.websocket:
                copy.expect()
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(CONNECT_SECONDS):
                    _, served = await loop.create_connection(lambda: Served(visit), HOST, copy.port)
                    return copy, served
            log.warning("Web process %s took no connection.", copy.name)
        return None

    async def readiness(self) -> bytes:
        """The answer to /readyz."""
        told = await asyncio.gather(*(copy.readiness() for copy in self.copies))
        return answers.readiness({copy.name: each for copy, each in zip(self.copies, told, strict=True)})

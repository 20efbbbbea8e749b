"""One web process of several: its visitors are given its name, by which the front leads them here again."""

from __future__ import annotations

import os

import streamlit as st
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.serving.names import COOKIE, COPY


class Staying:
    """Says this process's name in a cookie, to whoever does not name it already; without a name it does nothing.

    The cookie comes with pages and WebSockets, so also to a visitor who was led here because their own process had
    ended. A connection whose request did not name this process is closed after the answer: the next request may belong
    elsewhere, and the front chooses once a connection.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.name = app, os.environ.get(COPY, "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.name or scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        if HTTPConnection(scope).cookies.get(COOKIE) == self.name:
            return await self.app(scope, receive, send)

        async def with_name(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [*message.get("headers", []), (b"connection", b"close")]
                message["headers"] = [*kept, self._cookie()] if _is_page(kept) else kept
            elif message["type"] == "websocket.accept":
                message["headers"] = [*message.get("headers", []), self._cookie()]
            await send(message)

        await self.app(scope, receive, with_name)

    def _cookie(self) -> tuple[bytes, bytes]:
        """Sent where Streamlit's own cookie is sent: in a foreign frame only when that is allowed."""
        foreign = str(st.get_option("server.xsrfCookieSameSite")).lower() == "none"
        where = "SameSite=None; Secure" if foreign else "SameSite=Lax"
        return b"set-cookie", f"{COOKIE}={self.name}; Path=/; HttpOnly; {where}".encode("latin-1")


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)

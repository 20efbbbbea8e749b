"""How many visitors a server holds, and what the next one reads: a page that tries again by itself."""

from __future__ import annotations

import html
import os
import re
import secrets
import time
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.languages import catalogue
from core.sentence import N_

MOST_VISITORS = int(os.environ.get("GATESCOPE_MAX_VISITORS", "200"))
MOST_OF_ONE = 20  # open pages of one browser
COOKIE = "gatescope_place"
RETRY_SECONDS = 20  # until the page for whom there is no place asks again
PROMISED_SECONDS = 60.0  # between a browser's first HTML and its connection
AWAY_SECONDS = 90.0  # as long as the service keeps the job of a visitor whose connection is gone
SLACK = 0.1  # places for those who were let in at the door meanwhile
_TOKEN = re.compile(r"[\w-]{22}")
_PAGE = (Path(__file__).parent / "full.html").read_text(encoding="utf-8")

TITLE = N_("All places are taken")
ABOUT = N_(
    "This server has places for a limited number of visitors at once ({count}), and all are taken at the moment."
)
NEXT = N_(
    "You need not do anything: this page asks again every {seconds} seconds, and opens as soon as a place is free."
)
NOW = N_("Ask again now")


class Places:
    """Who is in, by a random word that each browser is given.

    Attributes:
        open: connections now; one for each open page.
        refused: browsers and connections turned away since the start.
    """

    def __init__(self, most: int = MOST_VISITORS, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self._clock = most, clock
        self.open = self.refused = 0
        self._held: dict[str, int] = {}
        self._until: dict[str, float] = {}  # who has no connection at the moment, and may come until then

    def admits(self, word: str) -> bool:
        """Whether a browser is shown the pages: there is a place, or it has one. Its connection is let in then."""
        if self.open >= self.most and not self._known(word):
            self.refused += 1
            return False
        if not self._held.get(word):
            self._keep(word, PROMISED_SECONDS)
        return True

    def enter(self, word: str) -> bool:
        """A connection comes: whether there is a place for it."""
        most = self.most + max(1, int(SLACK * self.most)) if self._known(word) else self.most
        if self.open >= most or self._held.get(word, 0) >= MOST_OF_ONE:
            self.refused += 1
            return False
        self._until.pop(word, None)
        self.open += 1
        if word:
            self._held[word] = self._held.get(word, 0) + 1
        return True

    def leave(self, word: str) -> None:
        """A connection ends; for a while its browser may come back, however full it is."""
        self.open -= 1
        if not word:
            return
        self._held[word] -= 1
        if not self._held[word]:
            del self._held[word]
            self._keep(word, AWAY_SECONDS)

    def _known(self, word: str) -> bool:
        return bool(self._held.get(word)) or self._until.get(word, 0.0) > self._clock()

    def _keep(self, word: str, seconds: float) -> None:
        now = self._clock()
        if len(self._until) > 4 * self.most:
            self._until = {who: until for who, until in self._until.items() if until > now}
        if len(self._until) <= 4 * self.most:
            self._until[word] = now + seconds


places = Places()  # of this process


class VisitorCap:
    """Turns away browsers beyond the places there are, before they cost a session; those who are in, stay."""

    def __init__(self, app: ASGIApp, places: Places = places) -> None:
        self.app, self.places = app, places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return await self._connection(scope, receive, send)
        if not _asks_for_a_page(scope):
            return await self.app(scope, receive, send)
        word = _word(scope) or secrets.token_urlsafe(16)
        if not self.places.admits(word):
            return await _full(scope, self.places.most)(scope, receive, send)
        await self.app(scope, receive, _with_cookie(send, word, scope["scheme"] == "https"))

    async def _connection(self, scope: Scope, receive: Receive, send: Send) -> None:
        word = _word(scope)
        if not self.places.enter(word):
            await receive()
            return await send({"type": "websocket.close", "code": 1013, "reason": "full, try again later"})
        try:
            await self.app(scope, receive, send)
        finally:
            self.places.leave(word)


def _asks_for_a_page(scope: Scope) -> bool:
    """Whether a browser opens an address: what pages fetch says otherwise in its Accept."""
    return bool(
        scope["type"] == "http" and scope["method"] == "GET" and "text/html" in Headers(scope=scope).get("accept", "")
    )


def _word(scope: Scope) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(Headers(scope=scope).get("cookie", ""))
    except Exception:  # a cookie that no browser would send
        return ""
    found = cookies[COOKIE].value if COOKIE in cookies else ""
    return found if _TOKEN.fullmatch(found) else ""


def _with_cookie(send: Send, word: str, secure: bool) -> Send:
    """The browser keeps its word until it is closed; sent back also from a frame where XSRF's cookie is."""
    across = str(st.get_option("server.xsrfCookieSameSite")).lower() == "none"
    kept = f"{COOKIE}={word}; Path=/; HttpOnly; SameSite={'None' if across else 'Lax'}"
    kept += "; Secure" if across or secure else ""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(raw=message["headers"]).append("set-cookie", kept)
        await send(message)

    return sending


def _full(scope: Scope, most: int) -> HTMLResponse:
    """503 in the browser's language; the address stays, so that the visitor gets what they came for."""
    chinese = Headers(scope=scope).get("accept-language", "").strip().lower().startswith("zh")
    say = catalogue("zh" if chinese else "en").gettext
    told = {
        "language": "zh-CN" if chinese else "en",
        "title": say(TITLE),
        "about": say(ABOUT).format(count=f"{most:,}"),
        "next": say(NEXT).format(seconds=RETRY_SECONDS),
        "now": say(NOW),
    }
    page = _PAGE
    for name, text in told.items():
        page = page.replace(f"{{{{{name}}}}}", html.escape(text))
    again = str(RETRY_SECONDS)
    headers = {"retry-after": again, "refresh": again, "cache-control": "no-store", "vary": "accept-language, cookie"}
    return HTMLResponse(page, 503, headers)

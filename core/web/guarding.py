"""What stands between the net and the pages: the headers that bind a browser, and who may speak to the server."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAME_ANCESTORS = os.environ.get("GATESCOPE_FRAME_ANCESTORS", "'self'")
HOSTS = [host.strip() for host in os.environ.get("GATESCOPE_HOSTS", "").split(",") if host.strip()]
PROBES = ("/readyz", "/_stcore/health")  # a load balancer asks for them by the machine's number
_NO_USE = "accelerometer autoplay camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
_FRAMES = {"'self'": b"SAMEORIGIN", "'none'": b"DENY"}  # the older header knows no list of hosts


def inline_scripts() -> list[str]:
    """The scripts that stand in Streamlit's own first page."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    return re.findall(r"<script>(.*?)</script>", page, re.DOTALL)


def policy(scripts: Iterable[str]) -> str:
    """The Content-Security-Policy: everything from this server, and of inline scripts these ones only, by their hashes.

    Streamlit imports a component's module, and starts its workers, from `blob:`. Its styles and Plotly's are written by
    scripts, so inline styles must be. Its protocol's 64-bit integers are WebAssembly; text is evaluated nowhere.
    """
    hashes = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts]
    told = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *(f"'sha256-{each}'" for each in hashes)]),
        "script-src-attr": "'none'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'none'",
        "connect-src": "'self'",  # the WebSocket of the same host too
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": FRAME_ANCESTORS,
    }
    return "; ".join(f"{name} {sources}" for name, sources in told.items())


class SecurityHeaders:
    """Adds its headers to every HTTP answer.

    Args:
        scripts: inline scripts that may run beside Streamlit's own.
    """

    def __init__(self, app: ASGIApp, scripts: Iterable[str] = ()) -> None:
        self.app = app
        self.headers = {
            b"x-content-type-options": b"nosniff",
            b"referrer-policy": b"strict-origin-when-cross-origin",
            b"permissions-policy": ", ".join(f"{name}=()" for name in _NO_USE.split()).encode(),
            b"content-security-policy": policy([*inline_scripts(), *scripts]).encode(),
        }
        if older := _FRAMES.get(FRAME_ANCESTORS.strip()):
            self.headers[b"x-frame-options"] = older

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [
                    *message.get("headers", []),
                    *(pair for pair in self.headers.items() if pair[0] not in present),
                ]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class KnownHosts(TrustedHostMiddleware):
    """Answers only to the names in GATESCOPE_HOSTS ("gatescope.org, *.gatescope.org"), probes aside; unset: to any."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, allowed_hosts=HOSTS or ["*"], www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        probe = scope["type"] == "http" and scope["path"] in PROBES
        await (self.app if probe else super().__call__)(scope, receive, send)


def is_named(host: str) -> bool:
    """Whether a visitor who asks for this host is answered."""
    names = [each.lower() for each in HOSTS or ["*"]]
    return any(
        each in ("*", host.lower()) or (each.startswith("*.") and host.lower().endswith(each[1:])) for each in names
    )


class OwnOrigin:
    """Turns away a WebSocket that another site's page opens in a visitor's browser.

    Stricter than Streamlit, which lets pages of the visitor's own machine in and asks the internet for its own address
    while everybody waits. What `server.corsAllowedOrigins` names may come; who sends no Origin is no browser.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not _is_own(Headers(scope=scope)):
            await receive()
            return await send({"type": "websocket.close", "code": 1008, "reason": "foreign origin"})
        await self.app(scope, receive, send)


def _is_own(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None or not st.get_option("server.enableCORS"):
        return True
    try:
        from_here = urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
    except ValueError:
        return False
    return from_here or origin in st.get_option("server.corsAllowedOrigins")

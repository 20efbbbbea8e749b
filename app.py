"""The server: Streamlit as an ASGI app, with the training workers started and stopped around it.

`streamlit run app.py` serves it. The page script is pages/router.py; this file draws nothing.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import service
from core.web import identity
from core.web.guarding import KnownHosts, OwnOrigin, SecurityHeaders
from core.web.messages import OwnMessages
from core.web.metrics import publishing
from core.web.places import VisitorCap
from core.web.returning import Returning
from core.web.site import ICON, head
from core.web.sparing import spare
from core.web.staying import Staying


class PageHead:
    """Gives each page's first HTML its own title, description and language; browsers and crawlers read it before any
    script has run."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = dict(scope["headers"]) if scope["type"] == "http" and scope["method"] == "GET" else {}
        if b"text/html" not in asked.get(b"accept", b""):
            return await self.app(scope, receive, send)
        plain = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        start: Message | None = None
        body = b""

        async def rewritten(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    page = _with_head(body, scope)
                    headers = [
                        pair
                        for pair in start["headers"]
                        if pair[0].lower() not in (b"content-length", b"etag", b"last-modified")
                    ]
                    length = (b"content-length", str(len(page)).encode())
                    await send({**start, "headers": [*headers, length, (b"vary", b"accept-language")]})
                    await send({"type": "http.response.body", "body": page})

        await self.app(plain, receive, rewritten)


def _is_page(start: Message) -> bool:
    kinds = [value for name, value in start.get("headers", []) if name.lower() == b"content-type"]
    return start["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


# Said before Streamlit's own code runs, which on a deep link would look for the server under the page's address first.
WHERE = 'window.__streamlit = { BACKEND_BASE_URL: new URL("./", location.href).href }'


def _with_head(page: bytes, scope: Scope) -> bytes:
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1").strip().lower()
    spoken = "zh" if accepted.startswith("zh") else "en"
    text = page.decode("utf-8").replace(
        "<title>Streamlit</title>", f"{head(scope['path'], spoken)}\n    <script>{WHERE}</script>", 1
    )
    text = text.replace('<html lang="en">', f'<html lang="{"zh-CN" if spoken == "zh" else "en"}">', 1)
    # Named otherwise than Streamlit looks for it: it would put each page's icon there, fetched from a foreign server.
    return text.replace('rel="shortcut icon" href="./favicon.png"', 'rel="icon" href="./icon.png"', 1).encode("utf-8")


def warm_up() -> None:
    """Import what the pages import and put it out of the garbage collector's sight.

    A collection holds the interpreter's lock; with everything frozen it looks only at what visitors made.
    """
    import core.web.page
    import core.web.wording  # noqa: F401
    from core.evaluation.report import preload

    preload()
    gc.collect()
    gc.freeze()


def train_ahead() -> None:
    """Have the workers train what the first visitor will see."""
    from core.web import ahead

    ahead.at_start()


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Workers up before the first visitor, and what they will see first trained; down after the last."""
    identity.tell()
    with publishing():
        await asyncio.gather(asyncio.to_thread(service.start), asyncio.to_thread(warm_up))
        await asyncio.to_thread(train_ahead)
        try:
            yield {}
        finally:
            await asyncio.to_thread(service.stop)


async def readyz(request: Request) -> JSONResponse:
    """200 while a warm worker answers, so that a training could start at once, else 503; for load balancers.

    `compiled` is what each worker says of its compiled training; any word but "ready" means that PyTorch trains there.
    """
    status = service.status()
    ready = status.up and status.workers > 0 and bool(status.said)
    told = {"ready": ready, "workers": status.workers, "compiled": list(status.said)}
    return JSONResponse(told, 200 if ready else 503)


async def icon(request: Request) -> FileResponse:
    """The icon that browsers show before the page has said its own."""
    return FileResponse(ICON, headers={"cache-control": "public, max-age=86400"})


spare()
app = st.App(
    "pages/router.py",
    lifespan=lifespan,
    routes=[Route("/readyz", readyz), Route("/icon.png", icon)],
    middleware=[
        Middleware(Staying),
        Middleware(SecurityHeaders, scripts=[WHERE]),
        Middleware(KnownHosts),
        Middleware(OwnOrigin),
        Middleware(OwnMessages),
        Middleware(Returning),
        Middleware(PageHead),
        Middleware(VisitorCap),
    ],
)

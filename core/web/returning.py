"""Back to the page and dials one signed in or out at: Streamlit itself leads everybody to the bare address.

The browser names the page it leaves as Referer; a cookie keeps that place while the visitor is at the provider.
"""

from __future__ import annotations

import base64
import re
from binascii import Error
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import GatescopeError
from core.sentence import N_
from core.web import identity

LOGIN, LOGOUT = "/auth/login", "/auth/logout"
COOKIE = "gatescope_return"
AWAY_SECONDS = 600
LONGEST = 2800  # characters of a place: in base64 a browser still keeps it
FAILED = {"sign-in": "failed"}  # a parameter of the address, taken out of it once it has been said
_PLACE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")  # on this server whatever stands in it
_SIGNED = "_streamlit_user="  # the cookie of Streamlit that says who somebody is


class Returning:
    """Leads on from the three addresses of a sign-in; where GATESCOPE_LOGIN asks for none it does nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not identity.needed() or not _is_of_a_sign_in(scope["path"]):
            return await self.app(scope, receive, send)
        request = Request(scope)

        async def led(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message.get("headers", []))}
                _lead(request, message)
            await send(message)

        await self.app(scope, receive, led)


def _is_of_a_sign_in(path: str) -> bool:
    return path.endswith((LOGIN, LOGOUT, identity.CALLBACK))


def _lead(request: Request, start: Message) -> None:
    """Change where an answer leads, and what it has the browser keep."""
    headers, path = MutableHeaders(raw=start["headers"]), request.url.path
    headers["cache-control"] = "no-store"
    if path.endswith(identity.CALLBACK):
        failed, place = "state" in request.query_params and not _signs_in(headers), _kept(request)
        headers.append("set-cookie", _cookie("", 0))
    elif start["status"] == 302 and "://" in headers.get("location", ""):  # to the provider
        if place := _left(request):
            headers.append("set-cookie", _cookie(base64.urlsafe_b64encode(place.encode()).decode(), AWAY_SECONDS))
        return
    else:  # it does not answer, or knows no signing out
        failed, place = path.endswith(LOGIN), _left(request)
    place = place or headers.get("location", "/")
    start["status"], headers["location"] = 302, _marked(place) if failed else place


def _signs_in(headers: MutableHeaders) -> bool:
    """Whether the answer gives the browser an identity; an empty one takes it away."""
    given = [each for each in headers.getlist("set-cookie") if each.startswith(_SIGNED)]
    return any(each.removeprefix(_SIGNED).partition(";")[0].strip('"') for each in given)


def _left(request: Request) -> str:
    """The place on this server that the browser comes from; "" for any other."""
    try:
        parts = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    if parts.netloc.lower() != request.headers.get("host", "").lower():
        return ""
    return _own(parts.path + (f"?{parts.query}" if parts.query else ""))


def _kept(request: Request) -> str:
    try:
        return _own(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")).decode("ascii"))
    except (Error, ValueError):
        return ""


def _own(place: str) -> str:
    return place if len(place) <= LONGEST and _PLACE.fullmatch(place) else ""


def _marked(place: str) -> str:
    (name, value), (path, _mark, query) = *FAILED.items(), place.partition("?")
    return f"{path}?{query}&{name}={value}" if query else f"{path}?{name}={value}"


def _cookie(value: str, seconds: int) -> str:
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}"


def from_address(parameters: Mapping[str, str]) -> Sequence[GatescopeError]:
    """What is to be said to somebody who comes back and is not signed in."""
    failed = all(parameters.get(name) == value for name, value in FAILED.items())
    if not failed or identity.signed_in():
        return ()
    return (GatescopeError(N_("Signing in did not succeed. Nothing has changed; you can try again.")),)

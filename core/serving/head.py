"""The head of a request, read only as far as the front must know it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.serving.names import COOKIE

END = b"\r\n\r\n"
MOST_BYTES = 65_536  # as many as the web process itself takes

_LINE = re.compile(rb"([A-Z]{1,20}) (\S+) HTTP/1\.[01]")


@dataclass(frozen=True)
class Head:
    """What a request wants.

    Attributes:
        copy: the web process its cookie names, "" without one.
        websocket: whether it asks for a WebSocket, which a visitor with an open page holds.
        language: the first one its browser would like to read, "" where it says nothing.
    """

    method: str
    path: str
    copy: str = ""
    websocket: bool = False
    language: str = ""


def read_head(raw: bytes) -> Head | None:
    """The head that `raw` begins with, as far as END; None where it is none of HTTP/1."""
    line, *fields = raw.partition(END)[0].split(b"\r\n")
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    told: dict[bytes, bytes] = {}
    for field in fields:
        name, _, value = field.partition(b":")
        name = name.strip().lower()
        told[name] = told[name] + b"; " + value.strip() if name in told else value.strip()
    return Head(
        method=found[1].decode("ascii"),
        path=found[2].partition(b"?")[0].decode("latin-1"),
        copy=_cookie(told.get(b"cookie", b"")),
        websocket=told.get(b"upgrade", b"").lower() == b"websocket",
        language=told.get(b"accept-language", b"").decode("latin-1").lower(),
    )


def _cookie(given: bytes) -> str:
    for pair in given.split(b";"):
        name, _, value = pair.strip().partition(b"=")
        if name == COOKIE.encode():
            return value.decode("latin-1")
    return ""

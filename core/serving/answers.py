"""What is asked of a web process in passing, and what the front answers itself."""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from core.languages import say, translator
from core.sentence import N_, Sentence

ASK_SECONDS = 4.0
MOST_BYTES = 65_536

_PAGE = """<!doctype html>
<html lang="{lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="{again}">
<title>Gatescope</title>
<body style="font-family: sans-serif; margin: 20vh auto; max-width: 30em; padding: 0 1em">
<p role="status">{told}</p>
"""
AGAIN_SECONDS = 3


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer; 503 stands for none."""

    status: int
    body: bytes = b""


async def asked(host: str, port: int, path: str) -> Answer:
    """A small answer of a web process; 503 where none comes in time."""
    try:
        async with asyncio.timeout(ASK_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                head, _, body = (await reader.read(MOST_BYTES)).partition(b"\r\n\r\n")
                while len(body) < MOST_BYTES and (more := await reader.read(MOST_BYTES)):
                    body += more
                return Answer(int(head.split(None, 2)[1]), body)
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError, IndexError):
        return Answer(503)


def readiness(copies: Mapping[str, Answer]) -> bytes:
    """/readyz of all web processes: 200 when one is ready, with what that one tells and which others are."""
    ready = {name: answer.status == 200 for name, answer in copies.items()}
    telling = [*(each for each in copies.values() if each.status == 200), *copies.values()]
    told = {**_said(telling), "ready": any(ready.values()), "web": ready}
    return answer(200 if told["ready"] else 503, json.dumps(told).encode(), "application/json")


def _said(answers: Iterable[Answer]) -> dict[str, object]:
    for each in answers:
        if each.body.startswith(b"{"):
            return dict(json.loads(each.body))
    return {}


def nobody_serves(language: str) -> bytes:
    """What a browser shows while no web process answers; it asks again by itself."""
    lang = "zh" if language.startswith("zh") else "en"
    sentence = Sentence(N_("Gatescope is being started; this page opens by itself in a moment."))
    told = html.escape(say(sentence, translator(lang)))
    page = _PAGE.format(lang="zh-CN" if lang == "zh" else "en", told=told, again=AGAIN_SECONDS)
    return answer(503, page.encode(), "text/html; charset=utf-8", {"Retry-After": str(AGAIN_SECONDS)})


def refusal(status: int) -> bytes:
    """To who speaks no HTTP, too slowly or too much."""
    return answer(status, HTTPStatus(status).phrase.encode(), "text/plain")


def answer(status: int, body: bytes, kind: str, more: Mapping[str, str] | None = None) -> bytes:
    """A whole answer, after which the connection is closed."""
    fields = {
        "Content-Type": kind,
        "Content-Length": str(len(body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
        **(more or {}),
    }
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

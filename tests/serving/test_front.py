"""The front before small servers: whom it leads where, and that every byte arrives as it was sent."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from own_thread import in_own_thread

from core.service.processes import HOST
from core.serving import front as front_module
from core.serving.copies import Copy, free_port
from core.serving.front import Front

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
BIG = 8 * 2**20


def run(work: Coroutine[Any, Any, None]) -> None:
    async def in_time() -> None:
        async with asyncio.timeout(30):
            await work

    in_own_thread(in_time())


@asynccontextmanager
async def fronted(*serving: Serve) -> AsyncIterator[tuple[int, list[Copy]]]:
    """A front before a server each; its port."""
    servers = [await asyncio.start_server(each, HOST, 0) for each in serving]
    copies = [Copy(str(number), [], {}) for number in range(1, len(serving) + 1)]
    for copy, server in zip(copies, servers, strict=True):
        copy.port, copy.up = server.sockets[0].getsockname()[1], True
    made = await asyncio.get_running_loop().create_server(Front(copies), HOST, 0)
    try:
        yield made.sockets[0].getsockname()[1], copies
    finally:
        for each in [made, *servers]:
            each.close()


def saying(name: str) -> Serve:
    """A server that answers its name and what it was asked, then closes; it holds a WebSocket open."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(name.encode() + b"\n" + head)
        if b"upgrade" in head.lower():
            await reader.read()
        writer.close()

    return serve


async def asked(port: int, *fields: str, path: str = "/") -> str:
    reader, writer = await asyncio.open_connection(HOST, port)
    writer.write("\r\n".join([f"GET {path} HTTP/1.1", "Host: front.example", *fields, "", ""]).encode())
    answer = (await reader.read()).decode()
    writer.close()
    return answer


def who(answer: str) -> str:
    return answer.partition("\n")[0]


def test_who_is_known_goes_where_they_were_and_host_is_unchanged() -> None:
    async def work() -> None:
        async with fronted(saying("1"), saying("2"), saying("3")) as (port, _):
            for name in "123212":
                answer = await asked(port, f"Cookie: a=b; gatescope_process={name}")
                assert who(answer) == name
                assert "Host: front.example\r\n" in answer

    run(work())


def test_new_visitors_go_where_fewest_are() -> None:
    async def work() -> None:
        async with fronted(saying("1"), saying("2")) as (port, copies):
            held = [await asyncio.open_connection(HOST, port) for _ in range(3)]
            for _, writer in held:
                writer.write(b"GET /s HTTP/1.1\r\nUpgrade: websocket\r\nCookie: gatescope_process=1\r\n\r\n")
            for reader, _ in held:
                await reader.readline()
            assert (copies[0].open, copies[1].open) == (3, 0)
            assert [who(await asked(port)) for _ in range(3)] == ["2", "2", "2"]  # until as many are on their way
            assert {who(await asked(port)) for _ in range(2)} == {"1", "2"}
            for _, writer in held:
                writer.close()
            while copies[0].open:
                await asyncio.sleep(0.01)

    run(work())


@pytest.mark.parametrize("gone", ["unknown", "down", "silent"])
def test_a_stale_cookie_leads_to_another(gone: str) -> None:
    async def work() -> None:
        async with fronted(saying("1"), saying("2")) as (port, copies):
            if gone == "down":
                copies[0].up = False
            if gone == "silent":
                copies[0].port = free_port()  # just died: nobody has noticed yet
            name = "7" if gone == "unknown" else "1"
            assert who(await asked(port, f"Cookie: gatescope_process={name}")) in ("12" if gone == "unknown" else "2")

    run(work())


def test_much_goes_both_ways_unchanged_however_slowly_it_is_taken() -> None:
    sent, got = os.urandom(BIG), list[str]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        got.append(hashlib.sha256(await reader.readexactly(BIG)).hexdigest())
        writer.write(head + sent)
        await writer.drain()
        writer.close()

    async def work() -> None:
        async with fronted(serve) as (port, _):
            reader, writer = await asyncio.open_connection(HOST, port, limit=2**16)
            writer.write(b"PUT /file HTTP/1.1\r\n\r\n" + sent)
            taken = bytearray()
            while more := await reader.read(2**16):
                taken += more
                if len(taken) < BIG // 8:
                    await asyncio.sleep(0.01)  # slower than it is sent
            assert bytes(taken) == b"PUT /file HTTP/1.1\r\n\r\n" + sent
            assert got == [hashlib.sha256(sent).hexdigest()]
            writer.close()

    run(work())


def test_who_takes_nothing_is_sent_no_more_than_the_buffers_hold() -> None:
    passed = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal passed
        await reader.readuntil(b"\r\n\r\n")
        while True:
            writer.write(bytes(2**16))
            await writer.drain()
            passed += 2**16

    async def work() -> None:
        async with fronted(endless) as (port, _):
            _, writer = await asyncio.open_connection(HOST, port, limit=2**16)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            before = -1
            while passed != before:  # until nothing moves any more
                before = passed
                await asyncio.sleep(0.5)
            assert 0 < passed < 2**26
            writer.close()

    run(work())


def test_a_head_is_bounded_in_bytes_and_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "HEAD_SECONDS", 0.3)

    async def answered(port: int, sent: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(sent)
        line = await reader.readline()
        writer.close()
        return line

    async def work() -> None:
        async with fronted(saying("1")) as (port, _):
            assert b" 408 " in await answered(port, b"GET / HTTP/1.1\r\nHost: sl")
            assert b" 431 " in await answered(port, b"GET / HTTP/1.1\r\nCookie: " + b"x" * 70_000)
            assert b" 400 " in await answered(port, b"\x16\x03\x01 hello\r\n\r\n")
            assert who(await asked(port)) == "1"

    run(work())


def test_while_nobody_serves_a_page_says_so_in_the_visitors_language() -> None:
    async def work() -> None:
        async with fronted(saying("1")) as (port, copies):
            copies[0].up = False
            english, chinese = await asked(port), await asked(port, "Accept-Language: zh-TW")
            assert english.startswith("HTTP/1.1 503 ")
            assert "Gatescope is being started" in english
            assert 'lang="zh-CN"' in chinese
            assert "Gatescope is being started" not in chinese
            assert "Retry-After: " in chinese

    run(work())


def test_ready_once_one_is() -> None:
    def telling(status: str, body: str) -> Serve:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n{body}".encode())
            writer.close()

        return serve

    tells = telling("200 OK", '{"ready": true, "workers": 2}'), telling("503 No", '{"ready": false, "workers": 0}')

    async def work() -> None:
        async with fronted(*tells) as (port, copies):
            told = await asked(port, path="/readyz")
            assert told.startswith("HTTP/1.1 200 ")
            assert told.endswith('{"ready": true, "workers": 2, "web": {"1": true, "2": false}}')
            copies[0].up = False
            told = await asked(port, path="/readyz")
            assert told.startswith("HTTP/1.1 503 ")
            assert '"ready": false' in told

    run(work())

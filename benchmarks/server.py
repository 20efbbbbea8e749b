"""A server to measure, and a visitor without a screen who speaks the browser's own protocol to it."""

from __future__ import annotations

import asyncio
import socket
import time
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect


def as_browser(address: str) -> connect:
    """The connection a browser opens: a WebSocket to /_stcore/stream, BackMsg out, ForwardMsg in."""
    protocols = ["streamlit", "PLACEHOLDER_AUTH_TOKEN"]
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    return connect(url, subprotocols=protocols, origin=address, max_size=None)


class Visitor:
    """One browser: opens a page, then asks for it again and again."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def rerun(self, page: str = "market", query: str = "epochs=5") -> float:
        """Seconds from asking for a page to the end of its script."""
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        began = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        started = False
        while True:
            message = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), 60))
            kind = message.WhichOneof("type")
            started = started or kind == "new_session"
            if started and kind == "script_finished":
                return time.perf_counter() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if urllib.request.urlopen(f"{address}/readyz", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} was not ready within {seconds:.0f} s")

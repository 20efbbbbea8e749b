"""What stands around the pages: readiness, security headers, the visitor cap, and no process left behind."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from collections.abc import Callable

import psutil
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

pytestmark = pytest.mark.browser


def stream(address: str):
    return connect(f"{address.replace('http', 'ws')}/_stcore/stream", subprotocols=["streamlit"], origin=address)


def test_ready_headers_and_cap(serve: Callable[..., str]) -> None:
    address = serve(GATESCOPE_WORKERS="1", GATESCOPE_MAX_VISITORS="2")
    with urllib.request.urlopen(f"{address}/readyz") as answer:
        assert answer.status == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert json.load(answer)["compiled"] in (["ready"], ["unavailable"])
    with stream(address), stream(address), pytest.raises(WebSocketException):
        stream(address).close()
    with stream(address):  # a place is free again
        pass


def test_the_workers_end_with_the_server(serve: Callable[..., str]) -> None:
    port = int(serve(GATESCOPE_WORKERS="2").rsplit(":", 1)[1])
    listening = (c.pid for c in psutil.net_connections("tcp") if c.laddr.port == port and c.status == "LISTEN")
    server = psutil.Process(next(pid for pid in listening if pid))
    family = server.children(recursive=True)
    assert len(family) >= 3  # a scheduler and two workers
    os.kill(server.pid, signal.SIGTERM)
    _gone, alive = psutil.wait_procs([server, *family], timeout=30)
    assert not alive

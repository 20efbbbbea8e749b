"""Host and Origin by raw requests: who is answered, who is turned away."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Callable

import pytest
from servers import ROOT

pytestmark = pytest.mark.browser
Serve = Callable[..., str]
LIGHT = {"GATESCOPE_WORKERS": "0", "GATESCOPE_AHEAD": "0"}


SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",  # RFC 6455's own
    "Sec-WebSocket-Protocol": "streamlit",
}


def status(address: str, path: str, host: str, **more: str) -> int:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.request("GET", path, headers={"Host": host, **more})
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def joined(address: str, origin: str | None, host: str = "") -> int:
    """The HTTP status of a WebSocket's opening: 101 where it is let in."""
    said = {} if origin is None else {"Origin": origin}
    return status(address, "/_stcore/stream", host or address.removeprefix("http://"), **SOCKET, **said)


FOREIGN = ["https://evil.example", "http://localhost:3000", "http://127.0.0.1", "null", "", "http://[", "file://"]


def test_a_foreign_page_gets_no_socket(light_site: str) -> None:
    assert {origin: joined(light_site, origin) for origin in FOREIGN} == dict.fromkeys(FOREIGN, 403)
    assert joined(light_site, light_site) == 101
    assert joined(light_site, None) == 101  # no browser leaves it out
    assert joined(light_site, light_site.upper().replace("HTTP", "http")) == 101
    assert status(light_site, "/", "any.example") == 200


def test_an_origin_that_is_named_may_come(serve: Serve) -> None:
    address = serve(**LIGHT, STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS="https://friend.example")
    assert joined(address, "https://friend.example") == 101
    assert joined(address, "https://evil.example") == 403


def test_a_foreign_host_is_not_answered_where_hosts_are_named(serve: Serve) -> None:
    address = serve(**LIGHT, GATESCOPE_HOSTS="gatescope.example, *.demo.example")
    for host in ("gatescope.example", "GATESCOPE.example:8501", "one.demo.example"):
        assert status(address, "/", host) == 200, host
    for host in ("evil.example", "gatescope.example.evil.org", "demo.example.org", "127.0.0.1", "", "a b", "[::1"):
        assert status(address, "/", host) == 400, host
    assert status(address, "/readyz", "10.0.0.7") == 200
    assert status(address, "/_stcore/health", "10.0.0.7") == 200
    assert joined(address, None, "gatescope.example") == 101
    assert joined(address, None, "evil.example") == 400
    assert joined(address, "http://evil.example", "evil.example") == 400  # DNS rebound to this server


def test_xsrf_and_cors_protection_are_on() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    server = {line.lstrip("# ").strip() for line in shown.splitlines()}
    assert {"enableXsrfProtection = true", "enableCORS = true", "gatherUsageStats = false"} <= server
    assert "enableStaticServing = false" in server

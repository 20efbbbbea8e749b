"""No address leads out of what the server serves: the answer is a page of ours or a refusal, never a file beside it."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from servers import ROOT

pytestmark = pytest.mark.browser
UP = ["../" * 8, "%2e%2e/" * 8, "..%2f" * 8, "%252e%252e%252f" * 8, "..\\" * 8, "..%5c" * 8, "....//" * 8, "/"]
UNDER = [
    "/",
    "/static/",
    "/app/static/",
    "/media/",
    "/component/",
    "/_stcore/",
    "/_stcore/bidi-components/",
    "/market/",
]
WANTED = ["etc/passwd", f"{str(ROOT).lstrip('/')}/core/config.py", "core/config.py"]
ODD = ["/%00", "/static/%00.js", "/" + "x" * 20_000, "/static/" + "a/" * 2_000, "/%ff%fe", "/?page=../../etc/passwd"]


def answer(address: str, path: str) -> tuple[int, bytes]:
    """Asked for as it is written: a library would tidy the path before."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection._validate_path = lambda path: None  # type: ignore[attr-defined]
        connection.request("GET", path)
        got = connection.getresponse()
        return got.status, got.read()
    except (http.client.RemoteDisconnected, http.client.BadStatusLine, ConnectionResetError):
        return 0, b""  # not a request to this server
    finally:
        connection.close()


def test_no_path_leads_out(light_site: str) -> None:
    told = (ROOT / "core" / "config.py").read_bytes()[:60]
    paths = [f"{under}{up}{wanted}" for under in UNDER for up in UP for wanted in WANTED]
    for path in [*paths, *ODD]:
        status, body = answer(light_site, path)
        assert status < 500, (path[:80], status)
        assert b"root:x:" not in body, path
        assert told not in body, path
    assert answer(light_site, "/readyz")[0] == 200

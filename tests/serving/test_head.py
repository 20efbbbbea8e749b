"""The head of a request: what the front reads of it, and what it takes for none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.serving.head import END, Head, read_head


def head(*lines: str) -> bytes:
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def test_what_is_read() -> None:
    raw = head(
        "GET /market?units=3 HTTP/1.1",
        "Host: example.org",
        "UPGRADE: WebSocket",
        "accept-language: zh-CN,zh;q=0.9",
        "Cookie: other=1; gatescope_process=2; more=gatescope_process=3",
    )
    assert read_head(raw) == Head("GET", "/market", copy="2", websocket=True, language="zh-cn,zh;q=0.9")
    assert read_head(raw + b"\x81\x05GET / HTTP/1.1") == read_head(raw)  # what follows is not looked at


def test_cookies_of_two_lines_are_both_read() -> None:
    raw = head("GET / HTTP/1.1", "Cookie: a=1", "Cookie: gatescope_process=1")
    assert read_head(raw) == Head("GET", "/", copy="1")


@pytest.mark.parametrize(
    "raw",
    [
        head(""),
        head("GET / HTTP/2.0"),
        head("get / HTTP/1.1"),
        head("GET /"),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
)
def test_what_is_no_head(raw: bytes) -> None:
    assert read_head(raw) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_none(raw: bytes) -> None:
    found = read_head(b"GET /x HTTP/1.1\r\n" + raw + END)
    assert found is not None
    assert found.path == "/x"
    assert read_head(raw) is None or raw[:1].isupper()

"""An HTTP answer read to its end, and no further than any answer of prices goes."""

from __future__ import annotations

from typing import Any

import requests

MOST_BYTES = 8 * 2**20  # unpacked; the longest page of prices, 8,000 days, has half a megabyte
MOST_ROWS = 20_000  # of one answer; the list of all shares has 6,000
_PIECE = 64 * 1024


def answer_to(method: str, url: str, **sent: Any) -> requests.Response:
    """`requests.request`, with the whole body read; `sent` as there.

    Raises:
        ValueError: it is longer than any answer of prices.
        requests.RequestException: as there.
    """
    with requests.request(method, url, stream=True, **sent) as answer:
        body = bytearray()
        for piece in answer.iter_content(_PIECE):
            body += piece
            if len(body) > MOST_BYTES:
                raise ValueError("longer than any answer of prices")
    answer._content, answer.encoding = bytes(body), "utf-8"  # where requests keeps what it has read; JSON is UTF-8
    return answer


def rows_of(rows: Any) -> Any:
    """`rows`, where they are no more than any answer has.

    Raises:
        ValueError: they are more.
    """
    if len(rows) > MOST_ROWS:
        raise ValueError("more rows than any answer has")
    return rows

"""Every way the two services fail, over real sockets: our own error, in time, and no more tries than make sense."""

from __future__ import annotations

import socket
import time
import traceback
from collections.abc import Callable

import pytest
from made import QUICK
from wire import Wire

from core.config import DataQuery
from core.data.provider import Provider
from core.data.retries import Patience
from core.data.tencent import TencentProvider
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.errors import (
    GatescopeError,
    PermissionMissingError,
    ProviderError,
    RateLimitError,
    ServiceError,
    TokenRejectedError,
    UnknownTickerError,
    UnreachableError,
)

ONE_WINDOW = DataQuery(ticker="000300.SH", start="2022-01-03", end="2023-06-30")
PLANTED = "c0ffee5ec12e7c0ffee5ec12e7c0ffee5ec12e7"

Make = Callable[[str, Patience], Provider]
PROVIDERS: dict[str, Make] = {
    "pro": lambda url, patience: TushareProvider(Token(PLANTED), f"{url}/dataapi", patience),
    "kline": lambda url, patience: TencentProvider(f"{url}/appstock/app/fqkline/get", patience),
}
BOTH = pytest.mark.parametrize("make", PROVIDERS.values(), ids=PROVIDERS)

TABLE: list[tuple[str, type[ProviderError], str, int]] = [  # fault, error, words of its sentence, requests made
    ("rate minute", RateLimitError, "in a minute", 1),
    ("rate hour", RateLimitError, "in an hour", 1),
    ("rate day", RateLimitError, "tomorrow", 1),
    ("http 429", RateLimitError, "in a minute", 1),
    ("permission", PermissionMissingError, "may not call", 1),
    ("permission 2002", PermissionMissingError, "may not call", 1),
    ("token", TokenRejectedError, "does not know this token", 1),
    ("http 403", ServiceError, "answered HTTP 403", 1),
    ("http 404", ServiceError, "answered HTTP 404", 1),
    ("http 500", ServiceError, "answered HTTP 500", 3),
    ("http 503", ServiceError, "answered HTTP 503", 3),
    ("empty", UnknownTickerError, "has no prices for 000300.SH from 2022-01-03 to 2023-06-30", 1),
    ("html", ServiceError, "not answering as expected", 3),
    ("null", ServiceError, "not answering as expected", 3),
    ("garbage", ServiceError, "not answering as expected", 3),
    ("bare", ServiceError, "not answering as expected", 3),
    ("list", ServiceError, "not answering as expected", 3),
    ("drop", UnreachableError, "cannot be reached", 3),
    ("slow", UnreachableError, "no answer within", 3),
    ("trickle", UnreachableError, "no answer within", 3),
    ("half", UnreachableError, "cannot be reached", 3),
    ("cut", ServiceError, "not answering as expected", 3),
]


@BOTH
@pytest.mark.parametrize(("fault", "error", "words", "tries"), TABLE, ids=[row[0] for row in TABLE])
def test_each_fault_has_its_error(
    wire: Wire, make: Make, fault: str, error: type[ProviderError], words: str, tries: int
) -> None:
    wire.fault = fault
    started = time.monotonic()
    patience = Patience(timeout=0.2, pauses=(0.01, 0.02), total=4.0)
    with pytest.raises(GatescopeError) as caught:
        make(wire.url, patience).fetch(ONE_WINDOW)
    assert type(caught.value) is error
    assert words in str(caught.value)
    assert len(wire.asked) == tries
    assert time.monotonic() - started < patience.total


def test_a_token_without_permission_is_told_the_points(wire: Wire) -> None:
    wire.faults["adj_factor"] = "permission"
    with pytest.raises(PermissionMissingError, match=r"adj_factor of Tushare, which needs 2000 points"):
        PROVIDERS["pro"](wire.url, QUICK).fetch(DataQuery(ticker="600519.SH", adjust="qfq"))


@BOTH
def test_what_passes_within_two_more_tries_is_not_noticed(wire: Wire, make: Make) -> None:
    wire.fault, wire.failures = "http 503", 2
    assert len(make(wire.url, QUICK).fetch(ONE_WINDOW)) == len(wire.bars["000300.SH"].loc["2022-01-03":"2023-06-30"])
    assert len(wire.asked) == 3


@BOTH
def test_nobody_listening(make: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(UnreachableError, match="cannot be reached"):
        make(f"http://127.0.0.1:{port}", QUICK).fetch(ONE_WINDOW)


@BOTH
def test_a_fetch_of_many_requests_has_one_limit_for_all(wire: Wire, make: Make) -> None:
    wire.fault = "slow"
    patience = Patience(timeout=0.3, pauses=(0.1,) * 12, total=0.8)
    started = time.monotonic()
    with pytest.raises(UnreachableError):
        make(wire.url, patience).fetch(ONE_WINDOW.replace(start=None))
    assert time.monotonic() - started < 2.5 * patience.total


def test_the_pauses_of_a_visitor_fit_the_promise() -> None:
    patience = Patience()
    assert list(patience.pauses) == sorted(set(patience.pauses))
    assert len(patience.pauses) == 2
    assert patience.total < 45


def test_the_token_follows_no_redirection(wire: Wire) -> None:
    wire.fault = "http 307"
    with pytest.raises(ServiceError, match="answered HTTP 307"):
        PROVIDERS["pro"](wire.url, QUICK).fetch(ONE_WINDOW)
    assert len(wire.asked) == 1


def test_the_token_is_in_no_error(wire: Wire) -> None:
    """Nor in what hangs on it: contexts, their attributes, the lines of its traceback."""
    for fault in ("echo", *(row[0] for row in TABLE if row[0] not in ("slow", "trickle"))):
        wire.fault = fault
        with pytest.raises(ProviderError) as caught:
            PROVIDERS["pro"](wire.url, QUICK).fetch(ONE_WINDOW)
        error = caught.value.with_traceback(caught.value.__traceback__.tb_next)  # without this test's own frame
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert PLANTED not in told + repr(caught.value.values)
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None
    assert wire.asked[0].token == PLANTED
    wire.fault = "echo"
    with pytest.raises(ServiceError, match="refused: 系统内部错误 •••"):
        PROVIDERS["pro"](wire.url, QUICK).fetch(ONE_WINDOW)

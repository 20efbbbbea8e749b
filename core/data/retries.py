"""Asking a service: a limit on every wait, two more tries for what may pass, and every failure as one of our errors.

Foreign exceptions end here. Ours are raised without them as context, because a request's exception holds the request,
and the request holds the token.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from core.errors import (
    PermissionMissingError,
    ProviderError,
    RateLimitError,
    ServiceError,
    TokenRejectedError,
    UnreachableError,
)
from core.sentence import N_, Sentence

T = TypeVar("T")

SLOW_DOWN = {
    "分钟": N_("{service} allows no more calls at the moment; try again in a minute, or choose another source."),
    "小时": N_("{service} allows no more calls in this hour; try again in an hour, or choose another source."),
    "天": N_("{service} allows no more calls today; try again tomorrow, or choose another source."),
}


@dataclass(frozen=True)
class Patience:
    """Seconds: for one request, between the tries, and for everything one fetch does together."""

    timeout: float = 10.0
    pauses: tuple[float, ...] = (1.0, 3.0)
    total: float = 38.0


class Retries:
    """One fetch's questions to one service; may be shared by threads.

    Args:
        service: its name, for the sentences; a Sentence where it is called otherwise in other languages.
        patience: how long to wait.
        points: what an interface costs at the service, where it says so.
    """

    def __init__(self, service: str | Sentence, patience: Patience, points: dict[str, int] | None = None) -> None:
        self.service, self.patience, self.points = service, patience, points or {}
        self._deadline = time.monotonic() + patience.total

    def get(self, call: Callable[[], T], interface: str = "") -> T:
        """What `call` returns, asked again after each pause while the failure is one that may pass.

        Raises:
            ProviderError: why there is no answer.
        """
        failure: ProviderError | None = None
        for pause in (0.0, *self.patience.pauses):
            if time.monotonic() + pause >= self._deadline:
                break
            time.sleep(pause)
            answer, failure = self._once(call, interface)
            if failure is None:
                return answer  # type: ignore[return-value]
            if not _may_pass(failure):
                break
        raise failure or self._too_late()

    def give_up(self) -> None:
        """No further try, in no thread."""
        self._deadline = 0.0

    def _once(self, call: Callable[[], T], interface: str) -> tuple[T | None, ProviderError | None]:
        """One try, in a thread that is left behind when it is late: a socket's own timeout forgives a trickle."""
        outcome: list[tuple[T | None, ProviderError | None]] = []

        def run() -> None:
            try:
                outcome.append((call(), None))
            except Exception as reason:
                outcome.append((None, self._ours(reason, interface)))

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(min(1.5 * self.patience.timeout, max(0.0, self._deadline - time.monotonic())))
        return outcome[0] if outcome else (None, self._too_late())

    def _too_late(self) -> ProviderError:
        return UnreachableError(
            N_("{service} gave no answer within {seconds} seconds; check the network, or try again later."),
            service=self.service,
            seconds=f"{self.patience.timeout:g}",
        )

    def _ours(self, reason: Exception, interface: str) -> ProviderError:
        """The table of failures: whatever went wrong, as one of our errors."""
        if isinstance(reason, ProviderError):
            return reason.alone()
        if isinstance(reason, requests.Timeout):
            return self._too_late()
        if isinstance(reason, requests.JSONDecodeError | json.JSONDecodeError):
            return self.strange()
        if isinstance(reason, requests.RequestException):
            return UnreachableError(
                N_("{service} cannot be reached; check the network and the proxy, or choose another source."),
                service=self.service,
            )
        return self.refused(str(reason), interface) if type(reason) is Exception else self.strange()

    def strange(self) -> ServiceError:
        """It answered, but not with prices."""
        return ServiceError(
            N_("{service} is not answering as expected; try again later, or choose another source."),
            service=self.service,
        )

    def refused(self, told: str, interface: str = "") -> ProviderError:
        """An error from its own words. Both rate limits and permissions say 权限: the rate is tested first."""
        named: dict[str, Any] = {"service": self.service}
        if re.search("每分钟|每小时|每天|频率|频次|次/", told):
            span = next((word for word in SLOW_DOWN if word in told), "分钟")
            return RateLimitError(SLOW_DOWN[span], **named)
        if re.search("没有接口|权限|积分", told):
            return PermissionMissingError(
                N_("This token may not call {interface} of {service}, which needs {points} points there; "
                   "the public K-line needs no token."),
                **named, interface=interface or "—", points=self.points.get(interface, "—"),
            )  # fmt: skip
        if "token" in told.lower():
            return TokenRejectedError(N_("{service} does not know this token; check it for typing errors."), **named)
        return ServiceError(N_("{service} refused: {reason}."), **named, reason=told.strip(" 。.") or "—")


def http_failure(service: str | Sentence, status: int) -> ProviderError:
    """An error for an HTTP status that is not 200."""
    if status == requests.codes.too_many_requests:
        return RateLimitError(SLOW_DOWN["分钟"], service=service)
    return ServiceError(
        N_("{service} answered HTTP {status}; try again later, or choose another source."),
        service=service,
        status=status,
    )


def _may_pass(failure: ProviderError) -> bool:
    """A request that did not arrive, or a service in trouble. A rate limit outlasts any pause worth making."""
    if isinstance(failure, ServiceError):
        status = failure.values.get("status", 500)
        return bool(status >= 500) and "reason" not in failure.values
    return isinstance(failure, UnreachableError)

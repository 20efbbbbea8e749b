"""The seam: where orders are run, and what is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from core.errors import JobError
from core.sentence import Sentence
from core.service.worker import Order, Outcome, Progress


@dataclass(frozen=True)
class Ended:
    """An order came back from its worker."""

    token: str
    outcome: Outcome


@dataclass(frozen=True)
class Lost:
    """An order will not come back. `again`: it may be tried again elsewhere; else `error` says what happened."""

    token: str
    error: JobError
    again: bool = False


Event = Progress | Ended | Lost
OnEvent = Callable[[Event], None]  # called from any thread; never blocks


class Backend(Protocol):
    """Runs orders and posts what becomes of them. All methods but `said` are called from the service's one thread."""

    name: str

    def slots(self) -> int:
        """How many orders can run at once, now."""
        ...

    def ahead(self) -> int:
        """How many more orders it takes now, and puts in the order of their priorities."""
        ...

    def note(self) -> Sentence | None:
        """Why nothing can run at the moment; None while it can."""
        ...

    def said(self) -> tuple[str, ...]:
        """The word of each worker that has warmed up; never waits for one."""
        ...

    def alive(self) -> bool:
        """False once the workers are lost for good; the service then makes a new backend."""
        ...

    def submit(self, order: Order) -> None:
        """Run `order` as soon as may be."""
        ...

    def cancel(self, token: str) -> None:
        """Nobody wants this order: its `should_stop` becomes true, and nothing more is posted about it."""
        ...

    def end(self, token: str) -> None:
        """`cancel` for an order that may not listen: where it can be, the worker that is at it ends with it."""
        ...

    def replay(self, token: str) -> list[Progress]:
        """Every report of this order so far, for one joined in its middle."""
        ...

    def close(self) -> None:
        """End every worker this backend started."""
        ...

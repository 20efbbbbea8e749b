"""Where prices are asked for: fetches run in threads, are shared by all who ask the same, and tell how far they are.

A page polls `Fetches.ask` as it polls a training: the script thread never waits for the network beyond `patience`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from core.config import DataQuery
from core.data import Token, load_bars
from core.data.registry import tickers
from core.data.tickers import Listed
from core.errors import GatescopeError, ServiceError
from core.sentence import N_

log = logging.getLogger(__name__)
KEPT_FRAMES = 64
FRESH_SECONDS = 900.0
FAILED_SECONDS = 30.0  # a failure is told again for so long before the source is asked anew


@dataclass(frozen=True)
class Fetch:
    """A fetch as it stands: `bars` when it is done, `error` when it failed, else the share done, of which ticker's
    prices, and what of them."""

    state: str  # "running", "done" or "error"
    share: float = 0.0
    what: str = ""
    bars: pd.DataFrame | None = None
    error: GatescopeError | None = None
    ticker: str = ""


class Fetches:
    """Fetches bars in threads; keeps the last KEPT_FRAMES answers for FRESH_SECONDS. Safe under many threads."""

    def __init__(self, threads: int = 8, clock: Callable[[], float] = time.monotonic) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="fetch")
        self._lock, self._clock = threading.Lock(), clock
        self._listings: dict[str, Future[tuple[Listed, ...]] | None] = {}
        self._fetches: OrderedDict[Any, tuple[Fetch, Future[None] | None, float]] = OrderedDict()

    def ask(
        self, query: DataQuery, token: Token | None = None, owner: str = "", again: bool = False, patience: float = 0.4
    ) -> Fetch:
        """Join, start or read the fetch of `query`; waits at most `patience` seconds for it.

        Args:
            token: a visitor's own token, used for this fetch and kept nowhere.
            owner: whose token it is; fetches with different owners are not shared.
            again: forget an earlier answer, the stored one included, and ask the source anew.
        """
        key = (query, owner)
        with self._lock:
            known = self._fetches.get(key)
            fetch, future, began = known or (None, None, 0.0)
            finished = fetch is not None and fetch.state != "running"
            lasts = FAILED_SECONDS if fetch is not None and fetch.error else FRESH_SECONDS
            if fetch is None or (finished and (again or self._clock() - began > lasts)):
                future = self._pool.submit(self._fetch, key, token, again)
                self._fetches[key] = (Fetch("running", ticker=query.ticker), future, self._clock())
                self._fetches.move_to_end(key)
                self._forget_oldest()
        if future is not None:
            wait([future], timeout=patience)
        with self._lock:
            return self._fetches[key][0] if key in self._fetches else Fetch("running", ticker=query.ticker)

    def listing(self, token: Token | None, owner: str = "") -> tuple[Listed, ...]:
        """What a ticker picker offers: the well-known ones at once, the full list as soon as a token has fetched it."""
        if token is None:
            return tickers()
        with self._lock:
            asked = self._listings.setdefault(owner, None) or self._pool.submit(tickers, token)
            self._listings[owner] = asked
            while len(self._listings) > KEPT_FRAMES:
                self._listings.pop(next(iter(self._listings)))
        return asked.result() if asked.done() else tickers()

    def _fetch(self, key: tuple[DataQuery, str], token: Token | None, refresh: bool) -> None:
        def report(share: float, what: str) -> None:
            self._update(key, share=share, what=what)

        try:
            self._update(key, state="done", share=1.0, bars=load_bars(key[0], report, token, refresh=refresh))
        except GatescopeError as error:
            self._update(key, state="error", error=error)
        except Exception:
            log.exception("Fetching %s failed in a way no provider names", key[0].ticker)
            self._update(key, state="error", error=ServiceError(N_("The prices could not be fetched; try again.")))

    def _update(self, key: tuple[DataQuery, str], **changes: Any) -> None:
        with self._lock:
            if key in self._fetches:
                fetch, future, began = self._fetches[key]
                self._fetches[key] = (replace(fetch, **changes), future, began)

    def _forget_oldest(self) -> None:
        finished = [key for key, (fetch, _, _) in self._fetches.items() if fetch.state != "running"]
        for key in finished[: max(0, len(self._fetches) - KEPT_FRAMES)]:
            del self._fetches[key]

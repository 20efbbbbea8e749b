"""Fetched bars on disk, in front of a live provider: one Parquet file a ticker, as traded, with factors.

Prices adjusted to a date cannot be joined with others adjusted to another, so adjusting is done on reading. A file is
replaced, never changed in place: readers need no lock, writers take one, so two processes asking the same thing make
one request. Each provider has its own folder: two vendors' prices never meet in one history.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import filelock
import pandas as pd

from core.config import DataQuery
from core.data.adjust import adjusted
from core.data.calendar import last_session
from core.data.markets import FIRST_DAY, last_finished_day
from core.data.provenance import Provenance, provenance, stamped
from core.data.provider import Provider, Report, silent
from core.data.schema import FACTOR, between
from core.data.snapshot import Snapshot, read_snapshot, write_snapshot
from core.errors import PermissionMissingError, RateLimitError, ServiceError, UnknownTickerError, UnreachableError
from core.folders import data_folder
from core.input_names import is_further
from core.sentence import N_, Sentence

ASK_AGAIN = timedelta(minutes=10)  # for a day that should be there and is not
LOCK_WAIT = 5.0  # seconds; with a whole fetch's patience it stays under the 45 a visitor is promised
_PASSING = (UnreachableError, ServiceError, RateLimitError)


def _now() -> datetime:
    return datetime.now(UTC)


class Store:
    """A provider that keeps what another one fetched, and asks it only for what is missing.

    Args:
        source: gives bars as traded, and factors where a query asks for adjusted prices.
        folder: where to keep them; None is `data_folder()`.
        refresh: fetch again what is there.
        clock: the time, UTC.
        lock_wait: seconds for somebody else's fetch of the same ticker; after them both fetch, and the later file
            stands.
    """

    def __init__(
        self,
        source: Provider,
        folder: Path | None = None,
        *,
        refresh: bool = False,
        clock: Callable[[], datetime] = _now,
        lock_wait: float = LOCK_WAIT,
    ) -> None:
        self.name, self._source, self._refresh, self._clock = source.name, source, refresh, clock
        self._lock_wait = lock_wait
        self._folder = (folder or data_folder()) / source.name

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        """See `Provider.fetch`; adjusted as asked, without today's unfinished bar.

        With the source out of reach, what is kept of the range is served, and a Sentence says so.
        """
        path = self._folder / (re.sub(r"[^\w.-]", "_", query.ticker) + ".parquet")
        asked = self._finished(query)
        kept, notes = read_snapshot(path)
        if kept is None or not self._suffices(kept, asked):
            with _locked(path, self._lock_wait):
                kept, more = self._fetched(path, asked, report)
            notes += more
        bars = adjusted(between(kept.bars, query), query.adjust)
        return stamped(bars, Provenance(self.name, kept.origin, kept.fetched_at, notes))

    def _finished(self, query: DataQuery) -> DataQuery:
        """The query with open ends filled in, up to the last session that is over."""
        over = last_finished_day(self._clock())
        last = last_session(query.ticker, min(query.end or over, over))
        first = query.start or FIRST_DAY
        if first > last:
            raise UnknownTickerError(
                N_("{ticker} has no finished trading day from {start} on yet; the last one is {last}."),
                ticker=query.ticker,
                start=first,
                last=last,
            )
        return query.replace(start=first, end=last)

    def _suffices(self, kept: Snapshot, asked: DataQuery) -> bool:
        """Whether the source has nothing to add, or was asked about the newest days a moment ago."""
        (first, last), factors = _span(asked), asked.adjust != "none"
        if self._refresh:
            return False
        just_asked = kept.asked >= last and self._clock() - kept.fetched_at < ASK_AGAIN
        return kept.covers(first, kept.last if just_asked else last, factors=factors)

    def _fetched(self, path: Path, asked: DataQuery, report: Report) -> tuple[Snapshot, tuple[Sentence, ...]]:
        kept, _ = read_snapshot(path)  # somebody else may have fetched it while this one waited
        if kept is not None and self._suffices(kept, asked):
            return kept, ()
        try:
            complete = self._completed(kept, asked, report)
        except _PASSING:
            if kept is None or not kept.serves(*_span(asked), factors=asked.adjust != "none"):
                raise
            told = Sentence(
                N_("The source is out of reach; these are prices fetched on {date}, up to {last}."),
                date=kept.fetched_at.date(),
                last=kept.bars.index[-1].date(),
            )
            return kept, (told,)
        return complete, write_snapshot(path, complete)

    def _completed(self, kept: Snapshot | None, asked: DataQuery, report: Report) -> Snapshot:
        """What is kept and what was missing, in one piece."""
        (first, last), adjusting = _span(asked), asked.adjust != "none"
        old, spans = [], [(first, last)]
        if kept is not None:
            old, spans = [kept.bars], kept.missing(first, last)
            first, last = min(first, kept.first), max(last, kept.last)
            if self._refresh or (adjusting and not kept.factors):
                old, spans = [], [(first, last)]
        factors = adjusting or (kept is not None and kept.factors)
        parts, wanted = [*old], asked.replace(adjust="hfq" if factors else "none")
        for number, (begin, end) in enumerate(spans):
            query = wanted.replace(start=begin, end=end)
            try:
                parts.append(self._rows(query, adjusting, _part_of(report, number, len(spans))))
            except UnknownTickerError:
                if not parts:  # beside known days it only means that nothing was traded
                    raise
        if old and _further(parts[-1]) - _further(old[0]):  # the source gives more a day than when these were kept
            parts.append(self._rows(wanted.replace(start=first, end=last), adjusting, report))
        told = provenance(parts[-1])
        origin = told.origin if told else kept.origin if kept else self.name
        bars = _joined(parts).loc[: pd.Timestamp(last)]
        return Snapshot(bars=bars, first=first, asked=last, fetched_at=self._clock(), origin=origin)

    def _rows(self, query: DataQuery, adjusting: bool, report: Report) -> pd.DataFrame:
        try:
            return self._source.fetch(query, report)
        except PermissionMissingError:
            if adjusting or query.adjust == "none":
                raise
            return self._source.fetch(query.replace(adjust="none"), report)  # this token may not have the factors


def _part_of(report: Report, number: int, parts: int) -> Report:
    """The report of one of several fetches."""
    return lambda share, what: report((number + share) / parts, what)


def _span(query: DataQuery) -> tuple[date, date]:
    return query.start or FIRST_DAY, query.end or date.max


def _further(bars: pd.DataFrame) -> set[str]:
    """Its columns that only inputs read."""
    return {str(name) for name in bars.columns if is_further(str(name))}


def _joined(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows, a later part's where two have the same day; factors only if every day has one."""
    bars = pd.concat(parts).sort_index(kind="stable")
    bars = bars[~bars.index.duplicated(keep="last")]
    return bars if FACTOR in bars and bars[FACTOR].notna().all() else bars.drop(columns=FACTOR, errors="ignore")


@contextlib.contextmanager
def _locked(path: Path, wait: float) -> Iterator[None]:
    """Alone with one ticker's file, as far as a lock can be had: a folder that cannot be written has none."""
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # filelock.Timeout is one
            path.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(filelock.FileLock(path.with_suffix(".lock"), timeout=wait))
        yield

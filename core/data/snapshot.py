"""One ticker's file: the bars, and which dates were asked for. Written whole beside the old one, then put in its
place."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pandas as pd

from core.data.schema import FACTOR, checked
from core.errors import DataError
from core.sentence import N_, Sentence

_ABOUT = "gatescope"
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """What is known of one ticker: every trading day from `first` to `last`, its newest bar, is in `bars`.

    Attributes:
        bars: as traded, with `factor` if all days have one; at least one row.
        asked: the last day asked for. Where it is later than `last`, the vendor was not ready, the share is suspended,
            or the service answers with nothing because it has had enough: it is worth asking again.
        fetched_at: when the source was last asked, UTC.
        origin: see `Provenance`.
    """

    bars: pd.DataFrame
    first: date
    asked: date
    fetched_at: datetime
    origin: str

    @property
    def last(self) -> date:
        return pd.Timestamp(self.bars.index[-1]).date()

    @property
    def factors(self) -> bool:
        return FACTOR in self.bars.columns

    def covers(self, first: date, last: date, *, factors: bool) -> bool:
        """Whether the source has nothing to add."""
        return self.first <= first and last <= self.last and (self.factors or not factors)

    def serves(self, first: date, last: date, *, factors: bool) -> bool:
        """Whether there is anything to show."""
        return not self.bars.loc[pd.Timestamp(first) : pd.Timestamp(last)].empty and (self.factors or not factors)

    def missing(self, first: date, last: date) -> list[tuple[date, date]]:
        """The spans to ask for, so that what is kept stays in one piece."""
        before = [(first, self.first - _DAY)] if first < self.first else []
        return before + ([(self.last + _DAY, last)] if last > self.last else [])


def read_snapshot(path: Path) -> tuple[Snapshot | None, tuple[Sentence, ...]]:
    """What is in the file; None where there is none. A damaged one is set aside, as `*.damaged`, counts as none, and
    the Sentence says so."""
    try:
        bars = pd.read_parquet(path)
        about = bars.attrs.pop(_ABOUT)
        kept = Snapshot(
            bars=checked(bars, path.stem, fewest=1),
            first=date.fromisoformat(about["first"]),
            asked=date.fromisoformat(about["asked"]),
            fetched_at=datetime.fromisoformat(about["fetched_at"]),
            origin=str(about["origin"]),
        )
    except FileNotFoundError:
        return None, ()
    except (OSError, ValueError, TypeError, KeyError, RuntimeError, DataError):  # what pyarrow's errors are kinds of
        with contextlib.suppress(OSError):
            os.replace(path, path.with_suffix(".damaged"))
        return None, (Sentence(N_("What was kept of these prices on disk was damaged; they were fetched again.")),)
    return kept, ()


def write_snapshot(path: Path, kept: Snapshot) -> tuple[Sentence, ...]:
    """Put `kept` in the file's place; where that fails the bars are still good, and the returned Sentence says so."""
    dates = {name: getattr(kept, name).isoformat() for name in ("first", "asked", "fetched_at")}
    bars = kept.bars.copy()
    bars.attrs = {_ABOUT: {**dates, "origin": kept.origin}}
    beside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        os.close(handle)
        bars.to_parquet(beside)
        os.replace(beside, path)
    except OSError as reason:
        if beside:
            with contextlib.suppress(OSError):
                os.unlink(beside)
        return (Sentence(N_("The prices could not be kept on disk: {reason}."), reason=_why(reason)),)
    return ()


def _why(reason: OSError) -> Sentence | str:
    """What an operator should look at, where it is one of the usual things."""
    if reason.errno in (errno.ENOSPC, errno.EDQUOT):
        return Sentence(N_("the disk is full"))
    if reason.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Sentence(N_("the folder may only be read"))
    return reason.strerror or "—"

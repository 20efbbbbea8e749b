"""The mainland exchanges: what a code stands for, and when their day is over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from core.errors import UnknownTickerError
from core.sentence import N_

SHANGHAI = timezone(timedelta(hours=8))  # no summer time since 1991
SETTLED = 17  # o'clock: trading ends at 15:00, vendors publish the day within two hours
FIRST_DAY = date(1990, 12, 1)  # the oldest exchange of the three opened on the 19th

_INDEX = {"SH": r"000\d{3}|880\d{3}", "SZ": r"399\d{3}", "BJ": r"899\d{3}", "CSI": r".*"}
_FUND = {"SH": r"5\d{5}", "SZ": r"1[568]\d{4}"}


@dataclass(frozen=True)
class Security:
    """A code with its exchange: `digits` six of them, `market` SH, SZ, BJ or CSI, `kind` index, stock or fund."""

    digits: str
    market: str
    kind: str

    @property
    def ticker(self) -> str:
        return f"{self.digits}.{self.market}"


def security(ticker: str) -> Security:
    """The security a full code such as 600519.SH names; the suffix decides, 000001.SH and 000001.SZ differ.

    Raises:
        UnknownTickerError: it is not such a code.
    """
    match = re.fullmatch(r"([0-9]{6})\.(SH|SZ|BJ|CSI)", ticker)
    if not match:
        raise UnknownTickerError(
            N_("{ticker} is not a Shanghai, Shenzhen or Beijing code such as 600519.SH; live sources know no other."),
            ticker=ticker,
        )
    digits, market = match.groups()
    if re.fullmatch(_INDEX.get(market, "-"), digits):
        return Security(digits, market, "index")
    return Security(digits, market, "fund" if re.fullmatch(_FUND.get(market, "-"), digits) else "stock")


def today(now: datetime | None = None) -> date:
    """The date in Shanghai."""
    return (now or datetime.now(UTC)).astimezone(SHANGHAI).date()


def last_finished_day(now: datetime | None = None) -> date:
    """The last date whose bar can be final: today from 17:00 Shanghai time on, before that yesterday."""
    local = (now or datetime.now(UTC)).astimezone(SHANGHAI)
    return local.date() if local.hour >= SETTLED else local.date() - timedelta(days=1)

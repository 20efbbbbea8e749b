"""The public daily K-line, what the article's `get_k_data` read: no token, one GET per two-year window.

A day's fields are date, open, **close**, high, low, volume, as strings, and sometimes a dividend after them. The factor
of a share's day is its back-adjusted close over its close as traded: back-adjusted prices hang on the first day of
trading, so factors fetched in pieces fit together, which front-adjusted prices would not.
"""

from __future__ import annotations

import json
import os
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

import pandas as pd
import requests

from core.config import DataQuery
from core.data.answers import answer_to, rows_of
from core.data.markets import FIRST_DAY, Security, security, today
from core.data.provenance import Provenance, stamped
from core.data.provider import Report, silent
from core.data.retries import Patience, Retries, http_failure
from core.data.schema import COLUMNS, FACTOR, checked
from core.errors import ServiceError, UnknownTickerError
from core.sentence import N_, Sentence

SERVICE = Sentence(N_("Tencent"))
URL = "http://web.ifzq.gtimg.cn/appstock/app/fqkline/get"
ADDRESS = "GATESCOPE_TENCENT_URL"  # environment: another address
MOST_ROWS = 640  # of one answer; two years have under 500 trading days
TOGETHER = 4  # requests at a time, so that thirty-five years do not take one's patience
HEADERS = {"User-Agent": "Mozilla/5.0 (gatescope)"}
FIELDS = ("open", "close", "high", "low", "volume")
_DICE = random.Random()  # its own, so that nobody's seed is moved


@dataclass(frozen=True)
class Window:
    """One request: `adjust` is "" for prices as traded, "hfq" for back-adjusted ones."""

    symbol: str
    first: date
    last: date
    adjust: str

    @property
    def address(self) -> str:
        asked = f"{self.symbol},day,{self.first},{self.last},{MOST_ROWS},{self.adjust}"
        return f"?_var=kline_day{self.first.year}&param={asked}&r={_DICE.random():.16f}"


class TencentProvider:
    """Shares, funds and indices of Shanghai, Shenzhen and Beijing; `url` and `patience` as for `TushareProvider`."""

    name = "tencent"
    origin = N_("Tencent's public daily K-line")

    def __init__(self, url: str | None = None, patience: Patience | None = None) -> None:
        self._url, self._patience = url or os.environ.get(ADDRESS) or URL, patience or Patience()

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        """See `Provider.fetch`."""
        what = security(query.ticker)
        first, last = query.start or FIRST_DAY, query.end or today()
        if what.market == "CSI":
            raise _nothing(what, first, last)
        factors = query.adjust != "none" and what.kind != "index"
        asked = [
            Window(what.market.lower() + what.digits, begin, end, adjust)
            for adjust in (("", "hfq") if factors else ("",))
            for begin, end in two_years(first, last)
        ]
        traded, adjusted = self._all(asked, report)
        traded = traded.loc[pd.Timestamp(first) : pd.Timestamp(last)]
        if traded.empty:
            raise _nothing(what, first, last)
        bars = checked(traded, what.ticker, fewest=1, error=ServiceError)
        if query.adjust != "none":
            bars[FACTOR] = _factor(bars, adjusted) if factors else 1.0
        return stamped(bars, Provenance(self.name, self.origin, datetime.now(UTC)))

    def _all(self, asked: list[Window], report: Report) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Every window's rows: those as traded, and the back-adjusted ones."""
        asking, parts = Retries(SERVICE, self._patience), []
        pool = ThreadPoolExecutor(TOGETHER)
        try:
            fetched = [pool.submit(asking.get, partial(self._ask, each)) for each in asked]
            for number, (window, rows) in enumerate(zip(asked, fetched, strict=True), 1):
                parts.append(rows.result())
                report(number / len(asked), f"{window.symbol} {window.first.year}–{window.last.year}")
        finally:
            asking.give_up()  # the first failure is the answer: nobody waits for the other windows
            pool.shutdown(wait=False, cancel_futures=True)
        pairs = list(zip(asked, parts, strict=True))
        traded, adjusted = ([rows for window, rows in pairs if window.adjust == kind] for kind in ("", "hfq"))
        return pd.concat(traded).sort_index(), pd.concat(adjusted or traded).sort_index()

    def _ask(self, window: Window) -> pd.DataFrame:
        answer = answer_to("GET", self._url + window.address, timeout=self._patience.timeout, headers=HEADERS)
        if answer.status_code != requests.codes.ok:
            raise http_failure(SERVICE, answer.status_code)
        return parse(answer.content, window)


def two_years(first: date, last: date) -> list[tuple[date, date]]:
    """The span in pieces of at most two calendar years, both ends of each inclusive."""
    starts = [first, *(date(year, 1, 1) for year in range(first.year + 2, last.year + 1, 2))]
    ends = [date(each.year - 1, 12, 31) for each in starts[1:]]
    return list(zip(starts, [*ends, last], strict=True))


def parse(body: bytes, window: Window) -> pd.DataFrame:
    """One answer as float columns over dates; no rows where it has none.

    Raises:
        Exception: the service's own words, where it refuses.
        ValueError, TypeError, KeyError, AttributeError: it is not a K-line.
    """
    told = json.loads(body.decode("utf-8", "replace").partition("=")[2])
    if told["code"] != 0:
        raise Exception(str(told["msg"]))
    days = told["data"][window.symbol] if told["data"] != [] else {}
    rows = days.get(f"{window.adjust}day", days.get("day", []))
    frame = pd.DataFrame([list(row)[:6] for row in rows_of(rows)], columns=["date", *FIELDS])
    index = pd.DatetimeIndex(pd.to_datetime(frame["date"], format="%Y-%m-%d")).as_unit("us")
    if index.hasnans:
        raise ValueError("a row without a date")
    numbers: pd.DataFrame = frame[list(COLUMNS)].apply(pd.to_numeric).astype(float)
    return numbers.set_axis(index)


def _factor(bars: pd.DataFrame, adjusted: pd.DataFrame) -> pd.Series[float]:
    close = adjusted["close"][~adjusted.index.duplicated()].reindex(bars.index)
    factor = (close / bars["close"]).ffill().bfill()
    if not (factor > 0).all():
        raise Retries(SERVICE, Patience()).strange()
    return factor


def _nothing(what: Security, first: date, last: date) -> UnknownTickerError:
    return UnknownTickerError(
        N_("{service} has no prices for {ticker} from {start} to {end}: no such code, no trading then, or it turns "
           "this address away."),
        service=SERVICE, ticker=what.ticker, start=first, end=last,
    )  # fmt: skip

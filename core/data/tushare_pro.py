"""Tushare Pro, through tushare's own client. The only file that knows tushare.

Indices come from `index_daily`, shares from `daily` and, where adjusting is asked for, `adj_factor`. Facts: a call
gives the newest rows first and is cut at a round number of them; the client turns an HTTP error into an empty frame and
sends the token in clear unless the address says https. `pro_bar` and `set_token` are never used.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import pandas as pd
import requests

from core.config import DataQuery
from core.data.answers import answer_to, rows_of
from core.data.markets import FIRST_DAY, Security, security, today
from core.data.provenance import Provenance, stamped
from core.data.provider import Report, silent
from core.data.retries import Patience, Retries, http_failure
from core.data.schema import FACTOR, checked
from core.data.tickers import Listed
from core.data.token import Token
from core.errors import ServiceError, TokenMissingError, UnknownTickerError
from core.input_names import AMOUNT
from core.sentence import N_

SERVICE = "Tushare"
ADDRESS = "GATESCOPE_TUSHARE_URL"  # environment: another address, such as an https one
POINTS = {"daily": 120, "index_daily": 2000, "adj_factor": 2000, "stock_basic": 2000}
CUT = 1000  # every row limit of the service is a multiple of it
_PRICES = f"trade_date,open,high,low,close,vol,{AMOUNT}"  # the money traded in thousands of yuan, for an input
_FACTORS = "trade_date,adj_factor"
_NAMES = "ts_code,name,enname,cnspell"


class TushareProvider:
    """Shares and indices of Shanghai, Shenzhen and Beijing, with a token.

    Args:
        token: the visitor's, or the operator's.
        url: the service's address; None is the environment's, or else the client's own.
        patience: how long to wait.
    """

    name = "tushare"
    origin = N_("Tushare Pro")

    def __init__(self, token: Token | None, url: str | None = None, patience: Patience | None = None) -> None:
        self._token, self._patience = token, patience or Patience()
        self._url = (url or os.environ.get(ADDRESS, "")).rstrip("/")

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        """See `Provider.fetch`."""
        what = security(query.ticker)
        if what.kind == "fund":
            raise UnknownTickerError(
                N_("{service} is asked here for shares and indices; {ticker} is a fund, choose another source."),
                service=SERVICE,
                ticker=what.ticker,
            )
        call = _Call(self._api(), Retries(SERVICE, self._patience, POINTS), what, report)
        first, last = query.start or FIRST_DAY, query.end or today()
        frame = call.pages("index_daily" if what.kind == "index" else "daily", _PRICES, first, last)
        if frame.empty:
            raise UnknownTickerError(
                N_("{service} has no prices for {ticker} from {start} to {end}: no such code, or no trading then."),
                service=SERVICE,
                ticker=what.ticker,
                start=first,
                end=last,
            )
        if frame[AMOUNT].isna().all():
            frame = frame.drop(columns=AMOUNT)
        if query.adjust != "none":
            frame[FACTOR] = call.factors(frame.index, first, last)
        bars = checked(frame.rename(columns={"vol": "volume"}), what.ticker, fewest=1, error=ServiceError)
        report(1.0, what.ticker)
        return stamped(bars, Provenance(self.name, self.origin, datetime.now(UTC)))

    def listing(self) -> list[Listed]:
        """Every listed share, for the picker; needs a token of 2,000 points.

        Raises:
            ProviderError: why there is no list.
        """
        api, asking = self._api(), Retries(SERVICE, self._patience, POINTS)
        frame = asking.get(lambda: api("stock_basic", fields=_NAMES)[_NAMES.split(",")].fillna(""), "stock_basic")
        rows = frame.astype(str).itertuples(index=False)
        return [Listed(code, zh, en, pinyin, "stock") for code, zh, en, pinyin in rows]

    def _api(self) -> Any:
        """`query` of tushare's client, bound to token and address. The client itself answers any name with a request,
        so nothing else may see it."""
        if not self._token:
            raise TokenMissingError(
                N_("{service} needs a token; enter one, or choose the public K-line, which needs none."),
                service=SERVICE,
            )
        token, client = self._token, _client().DataApi(token=self._token.reveal(), timeout=self._patience.timeout)
        if self._url:
            client._DataApi__http_url = self._url

        def query(interface: str, **what: str) -> pd.DataFrame:
            try:
                answer: pd.DataFrame = rows_of(client.query(interface, **what))
                return answer
            except Exception as reason:
                if type(reason) is Exception:  # the service's own words: they may repeat the token
                    raise Exception(token.scrubbed(str(reason))) from None
                raise

        return query


class _Call:
    """The pages of one security."""

    def __init__(self, api: Any, asking: Retries, what: Security, report: Report) -> None:
        self.api, self.asking, self.what, self.report = api, asking, what, report

    def pages(self, interface: str, fields: str, first: date, last: date) -> pd.DataFrame:
        """All rows of an interface between two dates, newest page first as it answers; may be empty."""
        parts: list[pd.DataFrame] = []
        end = last
        while True:
            self.report((last - end).days / ((last - first).days + 1), f"{self.what.ticker} … {end}")
            page = self.asking.get(partial(self._page, interface, fields, first, end), interface)
            part = page.loc[pd.Timestamp(first) : pd.Timestamp(end)]
            parts.append(part)
            if part.empty or len(page) % CUT or part.index[0].date() <= first:
                return pd.concat(parts).sort_index()
            end = part.index[0].date() - timedelta(days=1)

    def factors(self, days: pd.Index, first: date, last: date) -> pd.Series[float]:
        """The factor of each day; an index needs none."""
        if self.what.kind == "index":
            return pd.Series(1.0, index=days)
        given = self.pages("adj_factor", _FACTORS, first, last)["adj_factor"]
        factor = given[~given.index.duplicated()].reindex(days).ffill().bfill()
        if not (factor > 0).all():
            raise self.asking.strange()
        return factor

    def _page(self, interface: str, fields: str, first: date, end: date) -> pd.DataFrame:
        span = {"start_date": f"{first:%Y%m%d}", "end_date": f"{end:%Y%m%d}"}
        return parse(self.api(interface, ts_code=self.what.ticker, fields=fields, **span), fields)


def parse(frame: pd.DataFrame, fields: str) -> pd.DataFrame:
    """An answer of the client as float columns over ascending dates.

    Raises:
        ValueError, TypeError, KeyError: it is not what was asked for.
    """
    numbers: pd.DataFrame = frame[fields.split(",")[1:]].apply(pd.to_numeric).astype(float)
    days = pd.to_datetime(frame["trade_date"].astype(str), format="%Y%m%d")
    if days.isna().any():
        raise ValueError("a row without a date")
    return numbers.set_axis(pd.DatetimeIndex(days).as_unit("us")).sort_index()


class _Post:
    """Stands where the client's module has `requests`: keeps the HTTP status, which the client drops, and sends the
    token nowhere else."""

    @staticmethod
    def post(url: str, **sent: Any) -> requests.Response:
        answer = answer_to("POST", url, allow_redirects=False, **sent)
        if answer.status_code != requests.codes.ok:
            raise http_failure(SERVICE, answer.status_code)
        return answer


@lru_cache(maxsize=1)
def _client() -> Any:
    """tushare's own client in a copy of its module that is ours alone, so that nobody else's tushare changes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = importlib.util.find_spec("tushare.pro.client")  # imports tushare, about a second
    if found is None or found.loader is None:
        raise ModuleNotFoundError("tushare.pro.client")
    module: Any = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    module.requests = _Post
    return module

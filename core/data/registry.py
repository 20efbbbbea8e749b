"""Which provider answers a query; `core.sources` lists them."""

from __future__ import annotations

from pkgutil import resolve_name

import pandas as pd

from core.config import DataQuery
from core.data.markets import security
from core.data.provenance import Provenance, provenance, stamped
from core.data.provider import Provider, Report, silent
from core.data.schema import between
from core.data.store import Store
from core.data.tickers import Listed, normalise, well_known
from core.data.token import FROM_ENVIRONMENT, FromEnvironment, Token, as_token
from core.data.tushare_pro import TushareProvider
from core.errors import ConfigError, DataError, PermissionMissingError, ProviderError, UnknownTickerError
from core.sentence import N_, Sentence
from core.sources import SOURCES


def provider(name: str, token: Token | None = None, refresh: bool = False) -> Provider:
    """The provider of the source called `name`, with the store in front of it where it has one.

    Raises:
        ConfigError: there is none of that name; the sentence lists those there are.
    """
    if name not in SOURCES:
        raise ConfigError(
            N_("{field} is {value}, but must be one of: {options}."),
            field="source",
            value=name,
            options=", ".join(SOURCES),
        )
    source = SOURCES[name]
    made: Provider = resolve_name(source.provider)(*([token] if source.with_token else []))
    return Store(made, refresh=refresh) if source.stored else made


def tickers(token: Token | str | None = None) -> tuple[Listed, ...]:
    """What a picker offers: the well-known securities, and every listed share where a token may ask for them."""
    known = well_known()
    try:
        more = TushareProvider(Token(token) if isinstance(token, str) else token).listing() if token else []
    except ProviderError:
        more = []
    codes = {each.code for each in known}
    return known + tuple(each for each in more if each.code not in codes)


def load_bars(
    query: DataQuery,
    report: Report = silent,
    token: Token | str | FromEnvironment | None = FROM_ENVIRONMENT,
    *,
    refresh: bool = False,
) -> pd.DataFrame:
    """Daily bars of `query`, dates inclusive, as `schema.checked` returns them; `provenance(bars)` says whence.

    Source "auto" is the offline sample for AAPL; for others Tushare where there is a token that may, and the public
    K-line where not. `token` is used for this call and kept nowhere: left out it is TUSHARE_TOKEN of the environment,
    None is no token at all. `refresh` asks the source again.

    Raises:
        ProviderError: the source has no such prices, or cannot be asked.
        DataError: it has none in those dates, or they cannot be used.
    """
    if query.source == "upload":
        raise DataError(N_("The source is a file, and none was given; choose a file or another source."))
    secret = as_token(token)
    if query.source == "auto" or not SOURCES[query.source].any_ticker:
        query = query.replace(ticker=normalise(query.ticker))
    if query.source == "auto":
        return between(_auto(query, report, secret, refresh), query)
    return between(provider(query.source, secret, refresh).fetch(query, report), query)


def automatic(ticker: str, token: Token | None) -> str:
    """The source that "auto" asks first for a full code.

    Raises:
        UnknownTickerError: the code is of no market known here.
    """
    if ticker in SOURCES["sample"].only:
        return "sample"
    return "tushare" if token and security(ticker).kind not in SOURCES["tushare"].without else "tencent"


def able(ticker: str, token: Token | None) -> list[str]:
    """The sources that can be asked for a full code, as far as the code tells; none for a code of no market."""
    try:
        kind = security(ticker).kind
    except UnknownTickerError:
        kind = ""
    found = []
    for name, source in SOURCES.items():
        served = ticker in source.only if source.only else source.any_ticker or kind not in ("", *source.without)
        if served and (token or not source.with_token):
            found.append(name)
    return found


def _auto(query: DataQuery, report: Report, token: Token | None, refresh: bool) -> pd.DataFrame:
    source = automatic(query.ticker, token)
    if source != "tushare":
        return provider(source, None, refresh).fetch(query, report)
    try:
        return provider("tushare", token, refresh).fetch(query, report)
    except PermissionMissingError:
        bars = provider("tencent", None, refresh).fetch(query, report)
    told = Sentence(N_("Your token may not call this at Tushare; these prices come from the public K-line."))
    found = provenance(bars) or Provenance("tencent", "")
    return stamped(bars, Provenance(found.source, found.origin, found.fetched_at, (*found.notes, told)))

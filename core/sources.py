"""The sources of prices by name: what a picker calls each, and where its provider is found."""

from __future__ import annotations

from dataclasses import dataclass

from core.sentence import N_


@dataclass(frozen=True)
class Source:
    """One source.

    Attributes:
        label: what a picker calls it, in English, marked for translation.
        provider: "module:class" with a `fetch` as core.data.provider says; imported when first asked.
        with_token: whether the class is made with a visitor's token.
        any_ticker: takes tickers as they are typed; those of the others are mainland codes, completed first.
        stored: whether what it fetched is kept on disk, so that only missing days are asked for.
        only: the tickers it has, where they are so few that they can be named; () for any other source.
        without: the kinds of security it does not serve, as core.data.markets calls them.
    """

    label: str
    provider: str
    with_token: bool = False
    stored: bool = True
    any_ticker: bool = False
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


SOURCES: dict[str, Source] = {
    "tushare": Source(
        N_("tushare Pro (token)"), "core.data.tushare_pro:TushareProvider", with_token=True, without=("fund",)
    ),
    "tencent": Source(N_("daily K-line (no token)"), "core.data.tencent:TencentProvider"),
    "sample": Source(N_("offline sample"), "core.data.sample:SampleProvider", stored=False, only=("AAPL",)),
}


def names() -> tuple[str, ...]:
    """What a query may name: the best at hand, a source, or a file of one's own."""
    return ("auto", *SOURCES, "upload")

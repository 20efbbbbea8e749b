"""Securities by code, Chinese and English name and pinyin initials, and any usual way of typing one.

`tickers.csv` holds the well-known ones; `TushareProvider.listing` gives all, where the token may ask.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from core.errors import AmbiguousTickerError, UnknownTickerError
from core.sentence import N_

MOST_CHOICES = 8
_SUFFIX = {"SH": "SH", "SS": "SH", "XSHG": "SH", "SSE": "SH", "SZ": "SZ", "XSHE": "SZ", "SZSE": "SZ", "BJ": "BJ"}
_SUFFIX["CSI"] = "CSI"
_MARKETS = (  # six digits alone: the first pattern that fits says where they are traded
    (r"000...", ("SH", "SZ")),  # an index in Shanghai, a share in Shenzhen
    (r"6.....|5.....|900...|880...", ("SH",)),
    (r"0.....|3.....|1[568]....|2.....", ("SZ",)),
    (r"4.....|8.....|92....", ("BJ",)),
)


@dataclass(frozen=True)
class Listed:
    """One security: full code, Chinese name, English name, pinyin initials, and index, stock, fund or sample."""

    code: str
    zh: str
    en: str
    pinyin: str
    kind: str

    def __str__(self) -> str:
        return f"{self.code} {self.zh}".rstrip()


@lru_cache(maxsize=1)
def well_known() -> tuple[Listed, ...]:
    """The securities of `tickers.csv`."""
    text = files("core.data").joinpath("tickers.csv").read_text(encoding="utf-8")
    return tuple(Listed(**row) for row in csv.DictReader(text.splitlines()))


def normalise(text: str, listing: Sequence[Listed] | None = None) -> str:
    """The full code (600519.SH, AAPL) of what somebody typed.

    Understood are 000001.SH, sh000001, SH.600519, 600519, and names: Chinese, English, pinyin initials.

    Args:
        text: as typed; full-width characters, case and spaces do not matter.
        listing: where names are looked up; None is `well_known()`.

    Raises:
        AmbiguousTickerError: it fits more than one; `values["choices"]` has them, by code.
        UnknownTickerError: it fits none.
    """
    known = well_known() if listing is None else listing
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    code = _full_code(typed)
    if code:
        return code
    codes = (
        _by_digits(typed, known) if re.fullmatch(r"[0-9]{6}", typed) else [each.code for each in _named(typed, known)]
    )
    if len(codes) == 1:
        return codes[0]
    if codes:
        choices = tuple(codes[:MOST_CHOICES])
        raise AmbiguousTickerError(
            N_("{ticker} can be any of these: {shown}. Choose one."),
            ticker=text,
            shown=", ".join(choices),
            choices=choices,
        )
    raise UnknownTickerError(
        N_("{ticker} is no security known here; write a code such as 600519.SH, sh000001 or 600519, or a name."),
        ticker=text,
    )


def _full_code(typed: str) -> str:
    """600519.SH from any form that says the exchange; "" where it does not."""
    after = re.fullmatch(r"([0-9]{6})[. ]?([A-Z]{2,4})", typed)
    before = re.fullmatch(r"([A-Z]{2})[. ]?([0-9]{6})", typed)
    digits, market = after.groups() if after else before.groups()[::-1] if before else ("", "")
    return f"{digits}.{_SUFFIX[market]}" if market in _SUFFIX else ""


def _by_digits(digits: str, known: Sequence[Listed]) -> list[str]:
    """Known securities with these digits; where there is none, what the exchanges' numbering allows."""
    found = [each.code for each in known if each.code.startswith(f"{digits}.")]
    allowed = next((markets for pattern, markets in _MARKETS if re.fullmatch(pattern, digits)), ())
    return found or [f"{digits}.{market}" for market in allowed]


def _named(typed: str, known: Sequence[Listed]) -> list[Listed]:
    """Those of that name or initials; where nobody is, those whose name contains it (two characters at least)."""
    exact = [each for each in known if typed in (each.code, each.zh.upper(), each.en.upper(), each.pinyin.upper())]
    if exact or len(typed) < 2:
        return exact
    return [each for each in known if typed in each.zh.upper() or typed in each.en.upper()]

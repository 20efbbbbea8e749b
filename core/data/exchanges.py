"""Which exchange a code names, and what a calendar is called on screen.

The calendars are those of `exchange_calendars`, by its names; "24/7" and "24/5" are two of them.
"""

from __future__ import annotations

import re
import unicodedata

from core.sentence import N_

EVERY_DAY, WEEKDAYS, WEEKLY, MONTHLY, UNKNOWN = "24/7", "weekdays", "weekly", "monthly", "unknown"
EXCHANGES: dict[str, str] = {
    "XSHG": N_("Shanghai, Shenzhen and Beijing"),
    "XHKG": N_("Hong Kong"),
    "XTAI": N_("Taiwan"),
    "XTKS": N_("Tokyo"),
    "XKRX": N_("Seoul"),
    "XSES": N_("Singapore"),
    "XIDX": N_("Jakarta"),
    "XBOM": N_("Mumbai"),
    "XASX": N_("Sydney"),
    "XNYS": N_("New York"),
    "XTSE": N_("Toronto"),
    "BVMF": N_("São Paulo"),
    "XLON": N_("London"),
    "XETR": N_("Frankfurt"),
    "XPAR": N_("Paris, Amsterdam, Brussels and Lisbon"),
    "XSWX": N_("Zurich"),
    "XMIL": N_("Milan"),
    "XMAD": N_("Madrid"),
    "XSTO": N_("Stockholm"),
    "24/5": N_("Monday to Friday, without holidays"),
}
LABELS: dict[str, str] = {
    **EXCHANGES,
    EVERY_DAY: N_("every day of the week"),
    WEEKDAYS: N_("Monday to Friday, holidays not known"),
    WEEKLY: N_("one bar a week"),
    MONTHLY: N_("one bar a month"),
    UNKNOWN: N_("no calendar known"),
}

# Suffixes of Yahoo, Reuters and stooq.
_AFTER = {
    "SH": "XSHG", "SS": "XSHG", "SZ": "XSHG", "BJ": "XSHG", "XSHG": "XSHG", "XSHE": "XSHG", "SSE": "XSHG",
    "SZSE": "XSHG", "CSI": "XSHG", "HK": "XHKG", "XHKG": "XHKG", "TW": "XTAI", "TWO": "XTAI", "T": "XTKS", "JP": "XTKS",
    "KS": "XKRX", "KQ": "XKRX", "SI": "XSES", "JK": "XIDX", "NS": "XBOM", "BO": "XBOM", "AX": "XASX", "US": "XNYS",
    "OQ": "XNYS", "TO": "XTSE", "SA": "BVMF", "L": "XLON", "UK": "XLON", "DE": "XETR", "PA": "XPAR", "AS": "XPAR",
    "BR": "XPAR", "LS": "XPAR", "SW": "XSWX", "MI": "XMIL", "MC": "XMAD", "ST": "XSTO",
}  # fmt: skip
_CHINESE_ONLY = {"SH", "SS", "SZ", "BJ", "XSHG", "XSHE", "SSE", "SZSE", "CSI"}
_PARTS = re.compile(r"(?<![A-Z0-9^])([A-Z0-9^][A-Z0-9&-]{0,11})\.([A-Z]{1,4})(?![A-Z0-9])")
_BEFORE = re.compile(r"(?<![A-Z0-9])(?:SH|SZ|BJ)[.#_ ]?([0-9]{6})(?![0-9])")
_DIGITS = re.compile(r"(?<![A-Z0-9.])([0-9]{6})(?![A-Z0-9]|\.[0-9])")
# The ranges the three mainland exchanges number in; 999999 and 880xxx are how TDX numbers its indices.
_MAINLAND = re.compile(
    r"60[01356]...|68[89]...|900...|5[0-8]....|000...|88....|99999.|00[123]...|30[012]...|200...|1[568]....|399...|43....|83....|87....|92...."
)
_MONTH = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])")  # 202406 in a file's name is a month, no code
_COIN = re.compile(
    r"(?<![A-Z0-9])[A-Z0-9]{2,10}[-/_]?(?:USDT|USDC|BUSD|FDUSD)(?![A-Z0-9])|(?<![A-Z])(?:BTC|ETH)[-/_]?USD(?![A-Z])"
)
_PAIR = re.compile(r"(?<![A-Z])[A-Z]{6}=X(?![A-Z])")


def choices() -> tuple[str, ...]:
    """The calendars a visitor may choose from, by name; `LABELS` says what each is called."""
    return tuple(LABELS)


def named(text: str) -> tuple[str, str] | None:
    """(code, calendar) of the first code with a market in `text`: sh.600000, SH#600000, 600519.SS, 0700.HK, 999999.

    A code says where something is traded; whether the days agree is for the caller to see. None where there is none.
    """
    typed = unicodedata.normalize("NFKC", text).upper()
    for code, suffix in _PARTS.findall(typed):
        if suffix in _AFTER and (suffix not in _CHINESE_ONLY or re.fullmatch(r"[0-9]{6}|[A-Z][0-9]{5}", code)):
            return f"{code}.{suffix}", _AFTER[suffix]
    if found := _BEFORE.search(typed):
        return found.group(0), "XSHG"
    for digits in _DIGITS.findall(typed):
        if _MAINLAND.fullmatch(digits) and not _MONTH.fullmatch(digits):
            return digits, "XSHG"
    for pattern, calendar in ((_COIN, EVERY_DAY), (_PAIR, "24/5")):
        if found := pattern.search(typed):
            return found.group(0), calendar
    return None

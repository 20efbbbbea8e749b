"""What columns are called, by vendors and spreadsheets, in the languages their exports come in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Field -> names in order of rank: where a file has two, the one of the lower rank is meant.
NAMES: dict[str, tuple[str, ...]] = {
    "date": (
        "date|trade date|tradedate|trading date|trading day|trade day|price date|observation date|"
        "日期|交易日期|交易日|成交日期|数据日期|日付|날짜|datum|fecha|data|trddt|ds",
        "datetime|date time|timestamp|time|day|gmt time|local time|open time|opentime|"
        "时间|交易时间|日期时间|成交时间|時間|交易時間",
        "unix|unix timestamp|epoch|t|时间戳",
    ),
    "close": (
        "close|closing|close price|closing price|price close|closing value|close/last|closeprice|clsprc|"
        "收盘|收盘价|收盘价格|收盘点位|收盘指数|收盤|收盤價|收市|收市价|收市價|終値|종가|"
        "schluss|schlusskurs|schlusspreis|clôture|cierre|chiusura|fechamento|zamkniecie|zamknięcie",
        "last|last price|price|px last|px close|settle|settlement price|最新|最新价|最新價|现价|价格|成交价|收|c|"
        "kurs|zuletzt|dernier|último|ultimo",
        "nav|net asset value|value|单位净值|净值",
    ),
    "open": (
        "open|opening|open price|opening price|price open|openprice|px open|opnprc|"
        "开盘|开盘价|今开|今开盘|開盤|開盤價|開市|"
        "始値|시가|eröffnung|eröffnungskurs|eröffnungspreis|eröffn|ouverture|apertura|abertura|otwarcie",
        "开|開|o|ouv",
    ),
    "high": (
        "high|high price|highest|highest price|day high|highprice|px high|hiprc|最高|最高价|最高價|高値|高価|고가|"
        "hoch|tageshoch|hochkurs|plus haut|máximo|massimo|najwyzszy|najwyższy",
        "高|h|max",
    ),
    "low": (
        "low|low price|lowest|lowest price|day low|lowprice|px low|loprc|最低|最低价|最低價|安値|저가|"
        "tief|tagestief|tiefkurs|plus bas|mínimo|minimo|najnizszy|najniższy",
        "低|l|min",
    ),
    "volume": (
        "volume|trading volume|share volume|shares traded|trade volume|total volume|px volume|dnshrtrd|"
        "成交量|交易量|成交股数|成交股數|总成交量|出来高|거래량|volumen|stückumsatz|wolumen",
        "vol|总手|量|v|qty|quantity",
        "tickvol|tick volume|ticks",
    ),
    "adjusted": (
        "adj close|adjusted close|adjclose|adj closing price|adjusted closing price|adj close price|adjusted|adj price|"
        "复权收盘价|复权收盘|复权价|前复权收盘价|前复权价|前复权收盘|后复权收盘价|后复权价|后复权收盘|调整后收盘价|还原收盘价",
    ),
    "code": (
        "code|ts code|symbol|ticker|stock code|sec code|security code|windcode|thscode|order book id|stkcd|"
        "stock symbol|"
        "代码|股票代码|证券代码|基金代码|指数代码|合约代码|交易代码|代號|證券代號|股票代號",
    ),
}
RANKS: dict[str, tuple[str, int]] = {
    name: (field, rank)
    for field, ranks in NAMES.items()
    for rank, names in enumerate(ranks)
    for name in names.split("|")
}
MONEY = frozenset(
    [
        "usd",
        "usdt",
        "usdc",
        "busd",
        "fdusd",
        "tusd",
        "eur",
        "gbp",
        "jpy",
        "cny",
        "rmb",
        "krw",
        "try",
        "brl",
        "aud",
        "cad",
        "chf",
        "hkd",
        "元",
        "万元",
        "亿元",
    ]
)
_NO_SYMBOLS = frozenset(
    ["PREV", "PRE", "PREVIOUS", "LAST", "CHANGE", "CHG", "PCT", "INT", "LIMIT", "TIME"]
)  # PREV CLOSE is no close of PREV
LONGEST = 100  # characters of a heading with its symbol and unit
_SYMBOL = re.compile(r"[0-9A-Z^=.\-]{1,12}")


@dataclass(frozen=True)
class Word:
    """What a heading says: its field, the rank of that name, and a symbol or a unit in brackets that stands with it."""

    field: str
    rank: int
    symbol: str = ""
    unit: str = ""


@lru_cache(maxsize=4096)  # the first lines are looked at once for each separator and encoding
def understood(heading: str) -> Word | None:
    """The field a heading names; None for any other. Units in brackets, quotes, stars and numbering do not count."""
    if len(heading) > LONGEST:
        return None
    whole = unicodedata.normalize("NFKC", heading).strip()
    if whole.startswith("(") and whole.endswith(")"):  # ('Close', 'ZZZ'), how pandas writes two levels as one
        whole = re.sub(r"[(),'\"]", " ", whole)
    unit = re.search(r"[(\[](.*?)[)\]]?$", whole)
    text = re.sub(r"[(\[].*$|/(?:元|股|手|点|万元|万股|万手|港元|美元)$|[<>'\"*:]", " ", whole)
    text = re.sub(r"^\s*\d+\.\s+", "", text)  # "4. close"
    text = re.sub(r"\.\d+$", "", text.strip())  # "Close.1", how pandas writes a second Close
    words = _plain(text)
    if " ".join(words) in RANKS:
        return Word(*RANKS[" ".join(words)], unit=unit.group(1).strip() if unit else "")
    return _with_symbol(text)


def _plain(text: str) -> list[str]:
    """Lower-case words of a heading; between Chinese characters a space is for looks."""
    text = re.sub(r"(?<=[一-鿿])\s+(?=[一-鿿])", "", text)
    return re.sub(r"[._\-\s]+", " ", text).strip().casefold().split()


def _with_symbol(text: str) -> Word | None:
    """A name with a symbol before or after it: ZZZ.Close, Close_ZZZ, Volume BTC."""
    parts = re.findall(r"[^._\-\s]+", text)
    for cut in range(1, len(parts)):
        for name, rest in ((parts[:cut], parts[cut:]), (parts[cut:], parts[:cut])):
            plain, symbol = " ".join(name).casefold(), ".".join(rest)
            if plain in RANKS and len(plain) > 1 and _SYMBOL.fullmatch(symbol) and symbol not in _NO_SYMBOLS:
                return Word(*RANKS[plain], symbol=symbol)
    return None

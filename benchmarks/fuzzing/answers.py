"""What a provider may answer: bodies of both wire formats, spoilt, sent over a real socket to the real clients."""

from __future__ import annotations

import functools
import gzip
import json
import random
import threading
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.fuzzing.mutations import bytes_changed, cell, json_changed
from core.config import DataQuery
from core.data.provider import Provider
from core.data.retries import Patience
from core.data.schema import checked
from core.data.tencent import TencentProvider
from core.data.token import Token
from core.data.tushare_pro import TushareProvider

ONCE = Patience(timeout=20.0, pauses=(), total=60.0)
QUERY = DataQuery(ticker="600519.SH", start="2020-01-01", end="2021-12-31")
FIELDS = ("trade_date", "open", "high", "low", "close", "vol", "adj_factor")
STATUS = (200,) * 30 + (204, 301, 302, 400, 401, 403, 404, 418, 429, 500, 502, 503)
WORDS = (
    "抱歉，您每分钟最多访问该接口1次",
    "您没有接口访问权限",
    "您的token不对，请确认。",
    "积分",
    "",
    "<b>no</b>",
    "{token}",
    "x" * 5000,
)
LARGE = 24 * 2**20


@dataclass(frozen=True)
class Answer:
    """What is sent for every request of one fetch."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@functools.cache
def _service() -> tuple[ThreadingHTTPServer, dict[str, Answer]]:
    """A local server that answers everybody with what stands in its dict."""
    said = {"answer": Answer(b"")}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def do_GET(self) -> None:
            answer = said["answer"]
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(answer.body)
            except OSError:  # the client has heard enough
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, said


def rows(chance: random.Random, style: str, width: int, number: Any) -> list[list[Any]]:
    """Days of prices, well told."""
    day, price, told = date(2019, 12, 20) + timedelta(chance.randrange(600)), chance.choice((0.1, 9.0, 1800.0)), []
    for _ in range(chance.choice((0, 1, 2, 30, 30, 250))):
        day += timedelta(chance.choice((1, 1, 3)))
        price *= chance.uniform(0.97, 1.03)
        told.append([day.strftime(style), *[number(round(price, 2)) for _ in range(width - 1)]])
    return told


def envelope(chance: random.Random, data: Any) -> dict[str, Any]:
    refused = chance.random() < 0.06
    code = chance.choice((-2001, 2002, 40101, 40203, 50000, "0", None)) if refused else 0
    return {"request_id": "1", "code": code, "msg": chance.choice(WORDS) if refused else "", "data": data}


def pro(chance: random.Random) -> Any:
    items = rows(chance, "%Y%m%d", len(FIELDS), float)
    return envelope(chance, {"fields": list(FIELDS), "items": items[::-1], "has_more": chance.choice((False, True))})


def kline(chance: random.Random) -> Any:
    told = rows(chance, "%Y-%m-%d", 6, str)
    if told and chance.random() < 0.3:
        told[0].append({"nd": "2018"})
    return envelope(chance, {"sh600519": {"day": told, "hfqday": told, "qt": {}}})


def listing(chance: random.Random) -> Any:
    fields = ["ts_code", "name", "enname", "cnspell"]
    items = [[f"{at:06d}.SZ", "名", chance.choice(("Name", None)), "m"] for at in range(chance.choice((0, 3, 50)))]
    return envelope(chance, {"fields": fields, "items": items})


def absurd(chance: random.Random, prefix: bytes) -> bytes:
    """Longer, deeper or wider than anybody's answer."""
    row = json.dumps(["20200102", *["1.5"] * 6]).encode()
    match chance.randrange(6):
        case 0:
            return prefix + b"[" * LARGE
        case 1:
            return (
                prefix + b'{"code":0,"data":{"fields":["trade_date"],"items":[' + (row + b",") * 200_000 + row + b"]}}"
            )
        case 2:
            return prefix + b'{"code":0,"data":{"sh600519":{"day":[' + (row + b",") * 200_000 + row + b"]}}}"
        case 3:
            return prefix + b'{"code":0,"msg":"' + b"x" * LARGE + b'"}'
        case 4:
            return prefix + b'{"code":' + b"9" * chance.choice((5_000, 200_000)) + b"}"
        case _:
            wide = json.dumps([f"c{at}" for at in range(20_000)]).encode()
            return prefix + b'{"code":0,"data":{"fields":' + wide + b',"items":[' + wide + b"]}}"


def spoilt(told: Any, chance: random.Random) -> Any:
    for _ in range(chance.choice((0, 1, 1, 2, 6))):
        told = json_changed(told, chance)
    if isinstance(told, dict) and isinstance(data := told.get("data"), dict) and chance.random() < 0.4:
        lists = [each for each in _lists(data) if each]
        for _ in range(chance.choice((1, 3))):
            row = chance.choice(chance.choice(lists)) if lists else []
            if isinstance(row, list) and row:
                row[chance.randrange(len(row))] = cell(chance)
    return told


def _lists(value: Any) -> list[list[Any]]:
    inside = value.values() if isinstance(value, dict) else ()
    return [each for each in inside if isinstance(each, list)] + [each for one in inside for each in _lists(one)]


class Answers:
    """Answers to each question a provider asks."""

    name = "answers"

    def make(self, chance: random.Random) -> tuple[str, str, Answer]:
        what = chance.choice(("prices of pro", "prices of pro", "listing", "k-line", "k-line"))
        told = {"prices of pro": pro, "listing": listing, "k-line": kline}[what](chance)
        prefix, headers = (b"kline_day2020=" if what == "k-line" else b""), dict[str, str]()
        if chance.random() < 0.005:
            body = absurd(chance, prefix)
        else:
            text = json.dumps(spoilt(told, chance), ensure_ascii=chance.random() < 0.5)
            body = prefix + text.encode(chance.choice(("utf-8",) * 8 + ("gb18030", "utf-16")), "replace")
            body = bytes_changed(body, chance) if chance.random() < 0.3 else body
        if chance.random() < 0.1:
            whole = bytes(200 * 2**20) if chance.random() < 0.05 else body
            body, headers = gzip.compress(whole, 1), {"Content-Encoding": "gzip"}
            body = bytes_changed(body, chance) if chance.random() < 0.3 else body
        if chance.random() < 0.03:
            headers["Content-Type"] = chance.choice(("text/html; charset=x", "application/json; charset=utf-7", ""))
        return what, chance.choice(("none", "qfq", "hfq")), Answer(body, chance.choice(STATUS), headers)

    def take(self, case: tuple[str, str, Answer]) -> None:
        what, adjust, answer = case
        server, said = _service()
        said["answer"] = answer
        url = f"http://127.0.0.1:{server.server_address[1]}/api"
        if what == "listing":
            for each in TushareProvider(Token("any"), url, ONCE).listing():
                assert isinstance(each.code, str)
            return
        provider: Provider = (
            TencentProvider(url, ONCE) if what == "k-line" else TushareProvider(Token("any"), url, ONCE)
        )
        bars = provider.fetch(QUERY.replace(adjust=adjust))
        assert len(bars) >= 1
        assert checked(bars, "", fewest=1).equals(bars)

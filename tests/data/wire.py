"""One local server that speaks both wire formats over real sockets, as a service or as an HTTP proxy before it.

    with Wire({"000001.SH": bars}) as wire:
        wire.fault = "html"                       # every answer; one interface's: wire.faults["adj_factor"]
        TushareProvider(token, wire.tushare_url)  # TencentProvider(wire.tencent_url)
        wire.asked                                # what came in: interface, ticker, dates, token

As a proxy: HTTP_PROXY=wire.url, and the providers' own addresses.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd

ROW_LIMITS = {"daily": 6000, "index_daily": 8000, "adj_factor": 5000, "stock_basic": 6000}
SHARES = [["600519.SH", "贵州茅台", "Kweichow Moutai", "gzmt"], ["688001.SH", "华兴源创", None, "hxyc"]]
REFUSALS = {
    "rate minute": (
        40203,
        "抱歉，您每分钟最多访问该接口1次，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。",
    ),
    "rate hour": (
        40203,
        "抱歉，您访问接口(daily)频率超限(1次/小时)，具体频次详情：https://tushare.pro/document/1?doc_id=108",
    ),
    "rate day": (
        40203,
        "抱歉，您访问接口(daily)频率超限(5次/天)，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108",
    ),
    "permission": (
        40203,
        "抱歉，您没有接口(index_daily)访问权限，权限的具体详情访问：https://tushare.pro/document/1?doc_id=108。",
    ),
    "permission 2002": (2002, "抱歉，您没有访问该接口的权限"),
    "token": (40101, "您的token不对，请确认。"),
    "echo": (50000, "系统内部错误 {token}"),
}
BODIES = {
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "garbage": b"\x00\xff\xfe{]",
    "bare": b"",
    "list": b"[1, 2]",
}


NOTHING = pd.DataFrame(columns=["open", "high", "low", "close", "volume"], index=pd.DatetimeIndex([]))


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    interface: str
    ticker: str
    first: str
    last: str
    token: str = ""
    path: str = ""


class Wire:
    """`bars` by full code, with a `factor` column for those that have one; see the module."""

    def __init__(self, bars: dict[str, pd.DataFrame]) -> None:
        self.bars = bars
        self.fault = ""
        self.faults: dict[str, str] = {}
        self.pause = 0.0  # seconds before each answer
        self.failures = 10**9  # how many requests the fault meets before it passes
        self.answer: bytes | None = None  # instead of everything else
        self.asked: list[Asked] = []

    def __enter__(self) -> Wire:
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"wire": self}))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def tushare_url(self) -> str:
        return f"{self.url}/dataapi"

    @property
    def tencent_url(self) -> str:
        return f"{self.url}/appstock/app/fqkline/get"

    def fault_of(self, interface: str) -> str:
        """The fault this request meets."""
        if self.failures <= 0:
            return ""
        found = self.faults.get(interface, self.fault)
        self.failures -= bool(found)
        return found

    def part(self, asked: Asked) -> pd.DataFrame:
        """The rows asked for, ascending."""
        return self.bars.get(asked.ticker, NOTHING).loc[asked.first : asked.last]


def pro_answer(wire: Wire, asked: Asked, fields: str) -> dict[str, Any]:
    """tushare's format: newest first, cut at the interface's limit."""
    if asked.interface == "stock_basic":
        return {"fields": fields.split(","), "items": SHARES}
    part, limit = wire.part(asked), ROW_LIMITS[asked.interface]
    names = {"vol": "volume", "adj_factor": "factor"}
    rows = [
        [f"{day:%Y%m%d}" if name == "trade_date" else row.get(names.get(name, name)) for name in fields.split(",")]
        for day, row in zip(part.index[::-1], part.iloc[::-1].to_dict("records"), strict=True)
    ]
    return {"fields": fields.split(","), "items": rows[:limit], "has_more": len(rows) > limit}


def kline_answer(wire: Wire, asked: Asked, symbol: str, adjust: str) -> dict[str, Any]:
    """The K-line's format: strings, close before high, at most 640 rows; a dividend behind some."""
    part = wire.part(asked)
    scale = part["factor"] if adjust == "hfq" and "factor" in part else 1.0
    prices = [part[name] * scale for name in ("open", "close", "high", "low")]
    table = pd.concat([*prices, part["volume"]], axis=1).astype(str) if len(part) else part
    rows = [[f"{day:%Y-%m-%d}", *row] for day, row in zip(table.index, table.to_numpy().tolist(), strict=True)]
    if rows and adjust:
        rows[0].append({"nd": "2018", "fh_sh": "1.5"})
    return {symbol: {f"{adjust}day": rows[-640:], "qt": {}}}


class Handler(BaseHTTPRequestHandler):
    wire: Wire

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        what = sent["params"]
        asked = Asked(
            sent["api_name"], what.get("ts_code", ""), what.get("start_date", ""), what.get("end_date", ""),
            sent["token"], self.path,
        )  # fmt: skip
        self._reply(asked, "%s", lambda: pro_answer(self.wire, asked, sent["fields"]))

    def do_GET(self) -> None:
        words = parse_qs(urlsplit(self.path).query)
        symbol, _, first, last, _, adjust = words["param"][0].split(",")
        asked = Asked(f"kline{adjust}", f"{symbol[2:]}.{symbol[:2].upper()}", first, last, path=self.path)
        self._reply(asked, words["_var"][0] + "=%s", lambda: kline_answer(self.wire, asked, symbol, adjust))

    def _reply(self, asked: Asked, frame: str, data: Callable[[], Any]) -> None:
        self.wire.asked.append(asked)
        self.wire.closing.wait(self.wire.pause)
        fault = self.wire.fault_of(asked.interface)
        if fault == "slow":
            self.wire.closing.wait(30)
        elif fault == "drop":
            self.close_connection = True
        elif fault == "trickle":
            self._trickle()
        elif fault.startswith("http"):
            self._send(b"<html>no</html>", int(fault[4:]))
        elif self.wire.answer is not None or fault in BODIES:
            self._send(BODIES.get(fault, self.wire.answer or b""))
        else:
            whole = (frame % json.dumps(_envelope(fault, asked, data), ensure_ascii=False)).encode()
            self._send(whole[: len(whole) // 2] if fault in ("half", "cut") else whole, missing=fault == "half")

    def _send(self, body: bytes, status: int = 200, missing: bool = False) -> None:
        """`missing`: as much again is promised, and the connection closed without it."""
        self.close_connection = missing or self.close_connection
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) * (2 if missing else 1)))
        if 300 <= status < 400:
            self.send_header("Location", f"{self.wire.url}/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self) -> None:
        """A byte now and then: no single read ever times out."""
        self.send_response(200)
        self.end_headers()
        try:
            while not self.wire.closing.is_set():
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.05)
        except OSError:
            return

    def log_message(self, *_: Any) -> None:
        """Silent."""


def _envelope(fault: str, asked: Asked, data: Callable[[], Any]) -> dict[str, Any]:
    if fault in REFUSALS:
        code, told = REFUSALS[fault]
        return {"request_id": "1", "code": code, "msg": told.format(token=asked.token), "data": None}
    if fault == "empty":
        wanted = data()
        empty = {**wanted, "items": []} if "items" in wanted else {name: {"day": []} for name in wanted}
        return {"request_id": "1", "code": 0, "msg": "", "data": empty}
    return {"request_id": "1", "code": 0, "msg": "", "data": None if fault == "null" else data()}

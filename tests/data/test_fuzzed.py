"""A few hundred of the cases of `python -m benchmarks.fuzz`, always the same ones, and the kinds that were mended."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from benchmarks import fuzz
from benchmarks.fuzzing import files
from core.config import DataQuery
from core.data import read_bars
from core.data.files import Answers, numbers
from core.data.files.forms import written
from core.data.files.grid import LONGEST_LINE, MOST_COLUMNS, MOST_ROWS
from core.data.files.unpack import LARGEST, content_of
from core.data.retries import Patience
from core.data.tencent import TencentProvider
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.errors import FileError, ServiceError

CASES = {"uploads": range(250), "answers": range(250), "addresses": range(300), "runs": range(40)}


@pytest.mark.parametrize("name", CASES)
def test_each_case_ends_in_something_valid_or_our_error_within_its_bounds(name: str) -> None:
    found = fuzz.tried(fuzz.ways(None)[name], CASES[name])
    assert not found.wrong
    assert len(found.ends) > 2  # the cases reach more than the door
    assert found.ends["valid"]


def test_a_case_is_the_same_every_time() -> None:
    for way in fuzz.ways(None).values():
        assert fuzz.case_of(way, 7) == fuzz.case_of(way, 7) != fuzz.case_of(way, 8)


def bounded(content: bytes) -> str:
    """The sentence that refuses it, within the bounds of the fuzzing."""
    told = []

    class Once:
        name = "once"

        def make(self, chance: random.Random) -> bytes:
            return content

        def take(self, case: bytes) -> None:
            try:
                read_bars(case)
            except FileError as error:
                told.append(str(error))

    found = fuzz.tried(Once(), range(1))
    assert not found.wrong
    assert told
    return told[0]


def sheet_with(old: bytes, new: bytes, number: int = 1) -> bytes:
    with zipfile.ZipFile(io.BytesIO(files.workbook(number))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        if name in ("xl/worksheets/sheet1.xml", "content.xml"):
            assert old in part
            parts[name] = part.replace(old, new)
    return files.packed(parts)


def test_a_sheet_that_claims_to_be_endless_ends_its_own_reader() -> None:
    assert "time or memory" in bounded(sheet_with(b'r="A2"', b'r="XFD1048576"'))
    row = b"<table:table-row>"
    assert bounded(sheet_with(row, row.replace(b">", b' table:number-rows-repeated="1048576">'), 0))


def _row(cells: int) -> bytes:
    return b",".join([b"1"] * cells)


ABSURD: dict[str, Callable[[], bytes]] = {
    "rows": lambda: b"date,close\n" + b"2020-01-02,1\n" * (MOST_ROWS + 1),
    "blank lines": lambda: b"\n" * (LARGEST - 1),
    "old ends of lines": lambda: b"date,close\r" + b"2020-01-02,1\r" * (MOST_ROWS + 1),
    "columns": lambda: b"date,close," + _row(MOST_COLUMNS) + b"\n2020-01-02,1\n",
    "columns times rows": lambda: b"date,close," + _row(900) + b"\n" + b"2020-01-02,1\n" * 50_000,
    "a line": lambda: b"date,close\n2020-01-02," + b"1" * LONGEST_LINE,
    "commas": lambda: b"," * (LARGEST - 1),
    "quotation marks": lambda: b'"' * (LARGEST - 1),
    "files in a zip": lambda: files.packed({str(at): b"" for at in range(6_000)}),
    "gzip": lambda: gzip.compress(bytes(200 * 2**20), 1),
}


@pytest.mark.parametrize("kind", ABSURD)
def test_what_is_far_larger_than_any_prices_is_refused_cheaply(kind: str) -> None:
    assert bounded(ABSURD[kind]())


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_packed_in_a_way_that_may_claim_any_memory_is_not_unpacked(method: int) -> None:
    assert "damaged" in bounded(files.packed({"prices.csv": b"date,close\n2020-01-02,1\n2020-01-03,2\n"}, method))


def test_a_zip_damaged_anywhere_is_one_sentence_or_its_file() -> None:
    whole = files.packed({"prices.csv": b"date,close\n2020-01-02,1\n2020-01-03,2\n"})
    for at in range(len(whole)):
        for turned in (0, 1, 64, 255):
            content = whole[:at] + bytes([turned]) + whole[at + 1 :]
            with contextlib.suppress(FileError):
                assert content_of(content).data


def test_a_mark_of_an_encoding_alone_is_an_empty_file() -> None:
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        assert bounded(mark)


def test_an_answer_that_is_no_decimal_mark_is_none() -> None:
    content = b"date;close\n2020-01-02;149,920.5\n2020-01-03;150,000.5\n"
    assert read_bars(content, answers=Answers(decimal="x"))["close"].tolist() == [149920.5, 150000.5]


def test_a_cell_that_is_too_long_is_neither_number_nor_date() -> None:
    assert numbers.taken_apart("1" + " 111" * 10_000) is None
    assert written("jan" + " " * 50_000 + "5") is None


@pytest.fixture
def endless() -> Iterator[str]:
    """A service whose answer, of 200 MB, comes in a few kilobytes of gzip."""
    body = gzip.compress(b'kline={"code":0,"data":"' + bytes(200 * 2**20) + b'"}', 1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_an_answer_without_end_is_not_read_to_its_end(endless: str) -> None:
    once, query = Patience(pauses=()), DataQuery(ticker="600519.SH", start="2020-01-01", end="2020-12-31")
    for provider in (TencentProvider(endless, once), TushareProvider(Token("any"), endless, once)):
        before = fuzz.peak_anew()
        with pytest.raises(ServiceError, match="not answering as expected"):
            provider.fetch(query)
        assert fuzz.peak() - before < 100

"""Files of prices as a visitor may choose them: text, workbooks, gzip and zip, each well made and then spoilt."""

from __future__ import annotations

import functools
import gzip
import io
import random
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

from benchmarks.fuzzing.mutations import ENCODINGS, MARKS, bytes_changed, cells_changed, lines_changed
from core.data.calendar import sessions
from core.data.exchanges import EXCHANGES
from core.data.files.reading import Answers, read_bars
from core.data.files.unpack import LARGEST
from core.data.schema import checked

HEADINGS = (
    ("date", "open", "high", "low", "close", "volume"), ("trade_date", "close"), ("日期", "收盘价"), ("Datum", "Schlusskurs"),
    ("Date", "Close", "Adj Close"), ("time", "o", "h", "l", "c", "v"), ("", "close"), ("日期", "开盘", "收盘", "备注", "成交量"),
    ("ts_code", "trade_date", "close"), ("Date", "ZZZ.Close", "ZZZ.High"), ("Date UTC", "Close"), (),
)  # fmt: skip
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%b %d, %Y", "%Y年%m月%d日", "%Y-%m-%dT16:00:00Z",
         "%s", "%Y-%m-%d %H:%M")  # fmt: skip
NAMES = ("prices.csv", "600519.csv", "AAPL.txt", "", "../../x.csv", "<b>x</b>.xlsx", "a" * 300, "\x00.csv", "茅台.csv")
ANSWERS = {
    "close": ("", "", "close", "nonsense", "收盘价"), "dates": ("", "", "day first", "month first, next day", "as written"),
    "decimal": ("", "", ".", ",", "x"), "calendar": ("", "", "XNYS", "XSHG", "nonsense", "weekly"),
}  # fmt: skip


def rows(chance: random.Random) -> list[list[str]]:
    """A heading and some days of prices, well written."""
    heading, style = chance.choice(HEADINGS), chance.choice(DATES)
    width, day = len(heading) or chance.choice((2, 5, 6)), date(1990, 1, 1) + timedelta(chance.randrange(12_000))
    digits, price = chance.choice((0, 2, 2, 3, 6)), chance.choice((0.01, 5.0, 150.0, 3000.0, 2e6))
    table = [list(heading)] if heading else []
    at_date = next((at for at, name in enumerate(heading) if name in ("ts_code",)), -1) + 1
    for _ in range(chance.choice((1, 2, 5, 40, 40, 300))):
        day += timedelta(chance.choice((1, 1, 1, 3, 7, 30)))
        price *= chance.uniform(0.95, 1.05)
        cells = [f"{price:.{digits}f}"] * width
        cells[at_date] = (datetime.combine(day, datetime.min.time())).strftime(style)
        if at_date:
            cells[0] = "600519.SH"
        table.append(cells)
    return table


def text(chance: random.Random) -> str:
    mark = chance.choice((",", ",", *MARKS))
    return "\n".join(mark.join(row) for row in rows(chance))


def spoilt(plain: str, chance: random.Random) -> str:
    for _ in range(chance.choice((0, 0, 1, 1, 3))):
        if chance.random() < 0.6:
            mark = max(MARKS, key=plain.count)
            plain = cells_changed(plain, chance, mark)
        else:
            plain = lines_changed(plain, chance)
    return plain


def encoded(plain: str, chance: random.Random) -> bytes:
    encoding = chance.choice(("utf-8",) * 40 + ENCODINGS)
    content = plain.encode(encoding, chance.choice(("replace", "ignore")))
    return bytes_changed(content, chance) if chance.random() < 0.25 else content


@functools.cache
def workbook(number: int) -> bytes:
    """One of a few workbooks as spreadsheets write them, and one in the OpenDocument way."""
    if number == 0:
        return _open_document(random.Random(0))
    import openpyxl

    chance, book = random.Random(number), openpyxl.Workbook()
    for _ in range(chance.choice((1, 1, 2))):
        sheet = book.active if len(book.sheetnames) == 1 else book.create_sheet("<b>two</b>")
        assert sheet is not None
        for row in rows(chance)[:60]:
            sheet.append(row)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _open_document(chance: random.Random) -> bytes:
    cells = (
        "".join(f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>' for each in row)
        for row in rows(chance)
    )  # fmt: skip
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = (f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
               f'<table:table table:name="one">{table}</table:table></office:spreadsheet></office:body>'
               f"</office:document-content>")  # fmt: skip
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return held.getvalue()


XML = (  # what stands in a sheet's XML -> what shall stand there
    (b'r="A1"', b'r="XFD1048576"'), (b'r="A2"', b'r="A1048576"'), (b'r="B1"', b'r="XFD1"'), (b'r="A1"', b'r="ZZZZ99999999"'),
    (b"<sheetData>", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><sheetData>&b;'), (b"<v>", b"<v>1e309"),
    (b"<v>", b"<v>99999999999"), (b't="s"', b't="d"'), (b't="s"', b't="e"'), (b"</row>", b""), (b"<row", b"<row><row"),
    (b'ref="', b'ref="A1:XFD1048576'), (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">'),
    (b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="16384" '), (b"<t>", b"<t>" + b"9" * 50_000),
    (b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="99999999999" '), (b"count=", b"count=\"9999999999\" x="),
)  # fmt: skip


def workbook_spoilt(chance: random.Random) -> bytes:
    """A workbook whose parts have been changed: unpacked, spoilt, packed again."""
    whole = workbook(chance.randrange(12))
    files = {}
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([each for each in files if "sheet" in each or "content" in each or chance.random() < 0.2])
    for _ in range(chance.choice((1, 1, 2))):
        able = [pair for pair in XML if pair[0] in files[name]]
        if able and chance.random() < 0.6:
            old, new = chance.choice(able)
            files[name] = files[name].replace(old, new, chance.choice((1, 1, 3, -1)))
        else:
            files[name] = bytes_changed(files[name], chance)
    if chance.random() < 0.1:
        del files[chance.choice(sorted(files))]
    content = packed(files)
    return bytes_changed(content, chance) if chance.random() < 0.1 else content


def wrapped(content: bytes, chance: random.Random) -> bytes:
    """In gzip or zip, once or more often, and maybe damaged."""
    for _ in range(chance.choice((1, 1, 1, 2, 6))):
        if chance.random() < 0.5:
            content = gzip.compress(content, 1)
        else:
            method = chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
            names = chance.sample(("a.csv", "../../a.csv", "/etc/a.csv", "b/", "__MACOSX/._a", ".x", "c.zip", "\n"), 2)
            content = packed(dict.fromkeys(names[: chance.choice((1, 1, 2))], content), method)
    return bytes_changed(content, chance) if chance.random() < 0.4 else content


def _repeated(piece: bytes) -> bytes:
    return (piece * (LARGEST // len(piece)))[: LARGEST - 1]


def _ascending(first: date, days: int) -> bytes:
    return b"date,close\n" + b"".join(b"%b,1\n" % str(first + timedelta(at)).encode() for at in range(days))


def absurd(chance: random.Random) -> bytes:
    """As large as may be chosen, or what unpacks to far more: each of a shape that costs most somewhere."""
    piece = chance.choice((b"\n", b",", b"\r", b'"', b"a", b"1", b" ", b"\x00", b"date,close\n", b"2020-01-02,1\n", b",\n",
                           b"2020-01-02,1e5,1.2.3,x\n", "收盘价,".encode(), b"1,", b'"",', b'"\n', b"\t", b";", b"1577836800,$1,234.5\n"))  # fmt: skip
    heading = chance.choice(
        (b"date,close\n", b"date,open,high,low,close,volume\n", b"", b"date,close" + b",x" * 30_000 + b"\n")
    )
    match chance.randrange(9):
        case 0 | 1 | 2:
            return (heading + _repeated(piece))[: LARGEST - 1]
        case 3:
            return gzip.compress(bytes(100 * 2**20), 1) if chance.random() < 0.5 else gzip.compress(_repeated(piece), 1)
        case 4:
            return packed({"prices.csv": (heading + _repeated(piece))[: LARGEST - 1]})
        case 5:
            return _lying(packed({"prices.csv": bytes(80 * 2**20)}), chance)
        case 6:
            return packed({f"{at}": b"" for at in range(chance.choice((100, 20_000)))})
        case 7:
            return _ascending(date(1800, 1, 1), chance.choice((30_000, 50_000, 146_000)))
        case _:
            return _large_workbook(piece)


def _lying(archive: bytes, chance: random.Random) -> bytes:
    """A zip that says its file is small."""
    true = (80 * 2**20).to_bytes(4, "little")
    return archive.replace(true, chance.choice((b"\x10\0\0\0", b"\xff\xff\xff\xff", b"\0\0\0\0")))


def _large_workbook(piece: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook(1))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = next(name for name in files if "sheet1" in name)
    row = b"<row><c><v>43831</v></c><c><v>1</v></c></row>" if len(piece) > 1 else b"<row/>"
    files[sheet] = files[sheet].replace(b"<sheetData>", b"<sheetData>" + row * (60 * 2**20 // len(row)))
    return packed(files)


class Files:
    """Uploads. `corpus`: a folder of real files to start from, beside the made ones."""

    name = "uploads"

    def __init__(self, corpus: Path | None = None) -> None:
        for exchange in EXCHANGES:
            sessions(exchange)  # made once in a process, whatever comes first
        found = sorted(corpus.rglob("*")) if corpus else []
        self.real = [path.read_bytes() for path in found if path.is_file() and path.stat().st_size < LARGEST]

    def make(self, chance: random.Random) -> tuple[bytes, str, Answers]:
        said = {name: chance.choice(words) for name, words in ANSWERS.items()} if chance.random() < 0.3 else {}
        return self._content(chance), chance.choice(NAMES), Answers(**said)

    def _content(self, chance: random.Random) -> bytes:
        draw = chance.random()
        if draw < 0.01:
            return absurd(chance)
        if draw < 0.08:
            return workbook_spoilt(chance)
        if draw < 0.10:
            return chance.randbytes(chance.randrange(600))
        if self.real and draw < 0.45:
            real = chance.choice(self.real)
            content = bytes_changed(real, chance) if chance.random() < 0.5 else _real_spoilt(real, chance)
        else:
            content = encoded(spoilt(text(chance), chance), chance)
        return wrapped(content, chance) if chance.random() < 0.2 else content

    def take(self, case: tuple[bytes, str, Answers]) -> None:
        content, name, said = case
        bars = read_bars(content, name, said)
        assert len(bars) >= 2
        assert checked(bars, "").equals(bars)


def _real_spoilt(real: bytes, chance: random.Random) -> bytes:
    for encoding in ("utf-8", "gb18030"):
        try:
            return encoded(spoilt(real.decode(encoding), chance), chance)
        except UnicodeDecodeError:
            continue
    return bytes_changed(real, chance)

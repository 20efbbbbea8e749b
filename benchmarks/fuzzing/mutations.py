"""Changes that turn something well-formed into what no program should choke on: of bytes, of lines, of cells, of JSON."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

LONG = 60_000  # characters of a cell that is too long
CELLS = (
    *("", " ", "-", "--", "nan", "NaN", "inf", "-Infinity", "∞", "null", "None", "#N/A", "#REF!", "True", "0", "-0"),
    *("1e308", "1e309", "-1e-400", "1e999", "1e-999", "1e99999999", "9" * 400, "0." + "0" * 400 + "1", "1" + ",111" * 40),
    *("1,234.5", "1.234,5", "1,23,456", "12 345,6", "1'234", "1.2.3", "1,2,3", "..", ",,", "1_000", "0x10", "1/2", "１２３"),
    *("٣٤٥", "½", "Ⅷ", "1²", "$1", "¥1.5万", "1亿亿", "1k股", "1 万手", "(1.5)", "+-1", "−5", "1%", "1e5k", "e5", ".e1"),
    *("0000-00-00", "0001-01-01", "1799-12-31", "1800-01-01", "2199-12-31", "2200-01-01", "9999-12-31", "10000-01-01"),
    *("2021-02-29", "2020-02-30", "31/31/2020", "1/2/3", "01.02.03", "20200230", "20201301", "2020年1月2日", "2020 jan 5"),
    *("1577836800", "1577836800000", "1577836800000000000", "99999999999999999999", "2020-01-02T25:61:61Z", "24:00"),
    *("2020-01-02 00:00:00+99:99", "2020-01-02T16:00:00+00:00", "2020-01-02 [America/New_York]", "12:00 pm", "Q1 2020"),
    *("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "$\\x$"),
    *("\x00", "\x01\x02", "\x1f", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ufffd", "\ud7ff", "😀" * 20, "é" * 50),
    *("{0}", "{value}", "%s", "%(x)s", "{0.__class__}", "../../etc/passwd", "C:\\con", "'", '"', '""', '"\n"', "\\"),
    *("close", "date", "收盘", "复权收盘价", "Close ZZZ", "('Close', 'ZZZ')", "ts_code", "000001.SH", "600519.SH", "AAPL"),
)  # fmt: skip
_LONG: tuple[Callable[[random.Random], str], ...] = (
    lambda chance: chance.choice("019.,-e xé万") * chance.randrange(200, LONG),
    lambda chance: "1" + "," * chance.randrange(LONG),
    lambda chance: "1" + " 111" * chance.randrange(1, LONG // 4),
    lambda chance: "jan " + " " * chance.randrange(LONG) + "5",
    lambda chance: "2020-01-02" + " " * chance.randrange(LONG) + "x",
    lambda chance: "1" * chance.randrange(4000, 6000),
    lambda chance: "1e" + "9" * chance.randrange(1, 6000),
    lambda chance: "(" * chance.randrange(1, LONG),
)
MARKS = (",", ";", "\t", "|", "  ", " ", ":", "\x1f", "，")
ENDINGS = ("\n", "\r\n", "\r", "\n\n", "\x0b", "\u2028")
ENCODINGS = (
    *("utf-8", "utf-8-sig", "gb18030", "big5", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"),
    *("shift_jis", "euc_kr", "koi8_r", "cp037", "latin-1", "hz", "iso2022_jp"),
)  # fmt: skip


def cell(chance: random.Random) -> str:
    """What no cell of prices should hold."""
    return chance.choice(_LONG)(chance) if chance.random() < 0.04 else chance.choice(CELLS)


def bytes_changed(content: bytes, chance: random.Random) -> bytes:
    """A few bytes turned, lost, doubled, moved, or put in."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 2, 4, 30, 400))
        match chance.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case 1 if at < len(data):
                data[at] = chance.choice((0, 1, 9, 10, 13, 34, 44, 127, 128, 255))
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = chance.randbytes(length)
            case 4:
                data[at:at] = data[at : at + length] * chance.choice((1, 2, 50))
            case 5:
                del data[at:]
            case _:
                other = chance.randrange(len(data) + 1)
                data[at : at + length] = data[other : other + length]
    return bytes(data)


def lines_changed(text: str, chance: random.Random) -> str:
    """Lines lost, doubled, exchanged, shuffled, blank, or not lines at all."""
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(lines) + 1)
        match chance.randrange(8):
            case 0:
                del lines[at : at + chance.choice((1, 2, 100))]
            case 1:
                lines[at:at] = lines[at : at + 1] * chance.choice((1, 2, 1000))
            case 2:
                chance.shuffle(lines)
            case 3:
                lines[at:at] = [""] * chance.choice((1, 3, 300))
            case 4:
                lines.insert(at, cell(chance))
            case 5:
                lines.reverse()
            case 6:
                lines[at:at] = lines[:1]
            case _:
                lines = lines[:at]
        lines = lines or [""]
    return chance.choice(ENDINGS).join(lines) if chance.random() < 0.15 else "\n".join(lines)


def cells_changed(text: str, chance: random.Random, mark: str = ",") -> str:
    """Cells of some lines, or a whole column, replaced, lost, put in, or left with an open quotation mark."""
    rows = [line.split(mark) for line in text.split("\n")]
    value, column = cell(chance), chance.randrange(max(map(len, rows)))
    for _ in range(chance.choice((1, 1, 2, 8))):
        row = chance.choice(rows)
        at = chance.randrange(len(row) + 1)
        match chance.randrange(7):
            case 0 | 1 | 2 if at < len(row):
                row[at] = cell(chance)
            case 3:
                row.insert(at, cell(chance))
            case 4:
                del row[at:]
            case 5 if at < len(row):
                row[at] = chance.choice(('"', '"x" y', "'", '""')) + row[at]
            case _:
                for each in rows[chance.randrange(2) :]:
                    each[column : column + 1] = [value] if chance.random() < 0.9 else []
    return "\n".join(mark.join(row) for row in rows)


JUNK: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 2**64, 10**30, 0.1, 1e308, -1e-320, float("nan"), float("inf")),
    *("", "x", "20200102", "2020-01-02", "9999-12-31", "00000000", "1e400", "nan", "-", "\x00", "\ud800", "每分钟", "权限"),
    *([], {}, [[]], [{}], {"": ""}, [None], "token", "<b>", "{token}", "%s" * 9),
)  # fmt: skip


def junk(chance: random.Random) -> Any:
    """A JSON value that nobody expects."""
    match chance.randrange(12):
        case 0:
            return cell(chance)
        case 1:
            return [junk(chance) for _ in range(chance.randrange(4))]
        case 2:
            return {chance.choice(("code", "data", "fields", "items", "x")): junk(chance)}
        case _:
            return chance.choice(JUNK)


def json_changed(value: Any, chance: random.Random) -> Any:
    """One place of it, at any depth, replaced, lost, doubled or wrapped."""
    if chance.random() < 0.12 or not isinstance(value, dict | list) or not value:
        match chance.randrange(5):
            case 0:
                return [value]
            case 1:
                return {"data": value}
            case 2 if isinstance(value, list):
                return value * chance.choice((2, 3))
            case 3 if isinstance(value, str | int | float):
                return str(value)[: chance.randrange(12)]
            case _:
                return junk(chance)
    if isinstance(value, dict):
        name = chance.choice(sorted(value))
        changed = {**value, name: json_changed(value[name], chance)}
        if chance.random() < 0.08:
            changed[str(junk(chance))[:20]] = changed.pop(name)
        return changed
    at = chance.randrange(len(value))
    if chance.random() < 0.1:
        return [*value[:at], *value[at + 1 :]]
    return [*value[:at], json_changed(value[at], chance), *value[at + 1 :]]

"""Which column is what: one of each field, or a question; and which columns are of no use here, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.data.files.headings import Heading
from core.data.files.words import MONEY
from core.data.schema import PRICES
from core.errors import FileError, FileQuestion
from core.sentence import LONGEST_VALUE, N_, Sentence

Rows = list[tuple[int, list[str]]]  # (line of the file, cells) of each row of prices


@dataclass(frozen=True)
class Columns:
    """Field -> column for date, open, high, low, close, volume and adjusted, as far as they are there; "traded" is the
    close as traded where the adjusted one was chosen for the close.

    `codes` are the columns that say which security it is; `symbol` is one that stands in the headings.
    """

    at: dict[str, int]
    codes: tuple[int, ...]
    symbol: str


def columns_of(heading: Heading, rows: Rows, close: str) -> Columns:
    """Choose the columns; `close` names the one to take for the close, "" leaves it to the headings.

    Raises:
        FileQuestion: more than one could be the close.
        FileError: there is no date or no close, or two securities stand side by side.
    """
    symbol = _symbol(heading)
    codes = tuple(at for at, word in enumerate(heading.words) if word and word.field == "code")
    found: dict[str, int] = {}
    for field in ("date", *PRICES, "adjusted", "volume"):
        able = _able(heading, field, symbol)
        if field == "volume":
            able = _volumes(heading, able, symbol, _code(codes, rows))
        if field == "close" and close:
            found[field] = _called(heading, close)
        elif (at := _only(heading, field, able, rows)) is not None:
            found[field] = at
    if "close" not in found and "adjusted" in found:
        found["close"] = found["adjusted"]
    _needed(heading, found)
    traded = _able(heading, "close", symbol)
    taken = heading.words[found["close"]]
    if close and traded and taken and taken.field == "adjusted":
        found["traded"] = min(traded)[1]
    return Columns(found, codes, symbol)


def _able(heading: Heading, field: str, symbol: str) -> list[tuple[int, int]]:
    """(rank, column) of the columns whose heading names the field, for the symbol that was chosen."""
    return [
        (word.rank, at)
        for at, word in enumerate(heading.words)
        if word and word.field == field and (word.symbol == symbol or field in ("date", "volume"))
    ]


def unused(heading: Heading, columns: Columns, rows: Rows, others: Iterable[int] = ()) -> tuple[Sentence, ...]:
    """Every column that was there and is used neither here nor among `others`: as many sentences as the names need."""
    used = {*columns.at.values(), *columns.codes, *others}
    used |= {at for at, word in enumerate(heading.words) if word and word.field == "time"}
    width = max([len(heading.names), *(len(cells) for _, cells in rows)])
    left = [at for at in range(width) if at not in used]
    names = [heading.label(at) for at in left if _holds(at, heading, rows)]
    return tuple(
        Sentence(N_("Columns of the file that are not used: {columns}."), columns=part) for part in parts(names)
    )


def _holds(at: int, heading: Heading, rows: Rows) -> bool:
    named = at < len(heading.names) and bool(heading.names[at])
    return named or any(at < len(cells) and cells[at] for _, cells in rows)


def parts(names: Iterable[str]) -> list[str]:
    """Names in lists no longer than a sentence's value may be, so that none is cut."""
    parts: list[str] = []
    for name in names:
        if parts and len(parts[-1]) + len(name) + 2 <= LONGEST_VALUE:
            parts[-1] += f", {name}"
        else:
            parts.append(name)
    return parts


def _symbol(heading: Heading) -> str:
    """The symbol in the headings of the prices; "" where they have none.

    Raises:
        FileError: more than one security has its close here.
    """
    groups: dict[str, set[str]] = {}
    for word in heading.words:
        if word and word.field in (*PRICES, "adjusted"):
            groups.setdefault(word.symbol, set()).add(word.field)
    closing = [symbol for symbol, fields in groups.items() if fields & {"close", "adjusted"}]
    if "" in closing:
        return ""
    if len(closing) > 1:
        raise FileError(
            N_("Two securities stand side by side in the file, {names}; keep the columns of one."),
            names=", ".join(closing),
        )
    return closing[0] if closing else ""


def _only(heading: Heading, field: str, able: list[tuple[int, int]], rows: Rows) -> int | None:
    """The column of the lowest rank; two of that rank that differ are asked about, or left out where they are not
    needed."""
    if not able:
        return None
    best = [at for rank, at in able if rank == min(able)[0]]
    distinct = {tuple(cells[at] if at < len(cells) else "" for _, cells in rows): at for at in reversed(best)}
    if len(distinct) == 1:
        return best[0]
    names = [heading.label(at) for at in best]
    if field == "close" and len(set(names)) < len(names):
        raise FileError(
            N_("The file has more than one column called {name}; where two securities stand side by side, keep one."),
            name=names[0],
        )
    if field == "close":
        raise FileQuestion(
            N_("The file has more than one column of closes, {names}; say which to take."),
            names=", ".join(names),
            option="close",
            answers=tuple(names),
        )
    if field == "date":
        raise FileError(N_("The file has more than one column of dates, {names}; keep one."), names=", ".join(names))
    return None


def _volumes(heading: Heading, able: list[tuple[int, int]], symbol: str, code: str) -> list[tuple[int, int]]:
    """Columns that can be the volume: that of `symbol` where the headings have one; turnover in money is none."""

    def counted(at: int) -> bool:
        word = heading.words[at]
        unit = (word.symbol or word.unit).casefold() if word else ""
        in_money = unit in MONEY or (len(able) > 1 and bool(unit) and code.casefold().endswith(unit))
        return not in_money and (not symbol or word is None or word.symbol in (symbol, ""))

    return [(rank, at) for rank, at in able if counted(at)]


def _code(codes: tuple[int, ...], rows: Rows) -> str:
    """What the security is called in the first row."""
    return rows[0][1][codes[0]] if codes and rows and codes[0] < len(rows[0][1]) else ""


def _called(heading: Heading, close: str) -> int:
    asked = close.strip().casefold()
    names = () if heading.missing else heading.names  # those of a missing heading are the first day's values
    found = [at for at, name in enumerate(names) if name.strip().casefold() == asked]
    if len(found) != 1:
        raise FileError(
            N_("The file has {count} columns called {name}; its headings are {headings}."),
            count=len(found),
            name=close,
            headings=", ".join(filter(None, heading.names)),
        )
    return found[0]


def _needed(heading: Heading, found: dict[str, int]) -> None:
    for field, words in (("date", "date, trade_date, 日期"), ("close", "close, 收盘价, 收盘")):
        if field in found:
            continue
        if heading.missing:
            raise FileError(
                N_("The file has no heading: its first line, {line}, is a date with prices. Put date, open, high, low, "
                   "close, volume above it, as far as they are there."),
                line=", ".join(heading.names),
            )  # fmt: skip
        raise FileError(
            N_("The file has no column {field}; its headings are {headings}, one should be {words}."),
            field=field,
            headings=", ".join(filter(None, heading.names)),
            words=words,
        )

"""Numbers from the ways they are written: one decimal mark for the whole file, or a question.

A cell is never read in a way that another cell of the file speaks against: with 3,518.41 in it, 150,510 is a
hundred and fifty thousand, with 3,5 or between semicolons it is a hundred and fifty and a bit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from core.data.schema import PRICES
from core.errors import FileError, FileQuestion
from core.sentence import N_, Sentence

BLANK = frozenset(("", "-", "--", "---", "—", "–", "nan", "none", "null", "n/a", "na", "#n/a", "nat", "."))
LONGEST = 60  # characters of a number with all that stands beside it
_CURRENCY = "$¥€£₹₩₽฿"
_POWERS = {
    "k": 3,
    "m": 6,
    "mn": 6,
    "b": 9,
    "bn": 9,
    "t": 12,
    "千": 3,
    "万": 4,
    "萬": 4,
    "百万": 6,
    "亿": 8,
    "億": 8,
    "万亿": 12,
}
_MONEY = re.compile(
    r"^(?:(?:us|hk|nt|r|a|c|s)?\$|(?:usd|hkd|cny|rmb|eur|gbp|jpy|chf)\s?)|\s?(?:usd|hkd|cny|rmb|eur|gbp|jpy|chf|元)$"
)
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_SPACED = re.compile(r"\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d*)?")
_BODY = re.compile(r"(?P<sign>[+-]?)(?P<digits>[\d.,]*\d[\d.,]*)(?P<power>e[+-]?\d{1,3})?")
_SUFFIX = re.compile(r"(?<=[\d.,])\s?(k|mn?|bn?|t|千|百万|万亿|万|萬|亿|億)?\s?(?:股|手|shares)?$")


@dataclass(frozen=True)
class Written:
    """A number as written: digits with their marks, a sign and a power of ten."""

    sign: str
    digits: str
    power: int

    def says(self) -> str:
        """The decimal mark these digits prove, "." or ","; with "?" what mark it could be; "" where there is none."""
        dots, commas = self.digits.count("."), self.digits.count(",")
        if dots and commas:
            return max(".,", key=self.digits.rfind)
        if dots + commas > 1:
            return "," if dots else "."
        if dots + commas == 0:
            return ""
        mark = "." if dots else ","
        before, after = self.digits.split(mark)
        grouped = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
        return f"{mark}?" if grouped else mark

    def value(self, decimal: str) -> float:
        """The number, exactly rounded; NaN where the digits are not grouped as they should be."""
        thousands = "," if decimal == "." else "."
        whole, _, part = self.digits.partition(decimal)
        if decimal in part or thousands in part or not _grouped(whole, thousands):
            return math.nan
        if not self.power and not part:
            return float(f"{self.sign}{whole.replace(thousands, '') or '0'}")
        exact = Decimal(f"{self.sign}{whole.replace(thousands, '') or '0'}.{part or '0'}").scaleb(self.power)
        return float(exact)


def _grouped(whole: str, mark: str) -> bool:
    """Whether thousands are set off rightly: in threes, or in the Indian way in twos above the first three."""
    if mark not in whole:
        return True
    groups = whole.split(mark)
    if not 1 <= len(groups[0]) <= 3 or groups[0].startswith("0") or len(groups[-1]) != 3:
        return False
    return all(len(each) == 3 for each in groups[1:]) or (
        len(groups[0]) <= 2 and all(len(each) == 2 for each in groups[1:-1])
    )


def taken_apart(text: str) -> Written | None:
    """A number with its marks; None where the text is none. Signs of money and units of shares are dropped."""
    if len(text) > LONGEST:
        return None
    if _PLAIN.fullmatch(text) and text.isascii():  # nearly all of them
        return Written("", text, 0)
    plain = (text if text.isascii() else unicodedata.normalize("NFKC", text)).strip().casefold().replace("−", "-")
    plain = plain.strip(f"{_CURRENCY}'\" ")
    sign = plain[:1] if plain[:1] in ("+", "-") else ""
    plain = plain.removeprefix(sign).lstrip(f"{_CURRENCY} ")
    plain = _MONEY.sub("", plain).strip(f"{_CURRENCY} ")
    power = 0
    if (found := _SUFFIX.search(plain)) and found.group(0):
        power, plain = _POWERS.get(found.group(1) or "", 0), plain[: found.start()]
    if _SPACED.fullmatch(plain):
        plain = re.sub("[ '’]", "", plain)
    match = _BODY.fullmatch(plain)
    if not match or match["sign"]:
        return None
    return Written(sign, match["digits"], power + int((match["power"] or "e0")[1:]))


def is_blank(text: str) -> bool:
    """Whether a cell says that there is no number."""
    return text.strip(" '\"").casefold() in BLANK


@dataclass
class Numbers:
    """Values by field, NaN where a cell is blank, and what a reader should know about them."""

    values: dict[str, NDArray[np.float64]]
    notes: list[Sentence] = field(default_factory=list)
    decimal: str = "."


def numbers_of(
    cells: Mapping[str, Sequence[str]], lines: Sequence[int], top: int, separator: str, decimal: str
) -> Numbers:
    """The numbers of the chosen columns, by field.

    Args:
        cells: field -> its cells.
        lines: line in the file of each; `top` is that of the first row of prices.
        separator: what stands between fields. A mark that could be either, and that every price has, is the decimal
            one if it is a comma between semicolons, or a point between anything else (funds are priced to three
            decimals); else it is asked about.
        decimal: what a question was answered with, "" or anything else for none.

    Raises:
        FileQuestion: nothing in the file tells a decimal comma from a thousands separator.
        FileError: a price is no number, naming its row, or numbers are written in two ways.
    """
    apart = {name: [taken_apart(text) for text in column] for name, column in cells.items()}
    mark, proven = (decimal, True) if decimal in (".", ",") else _mark(apart, cells, lines, separator)
    told = Numbers({}, decimal=mark)
    if mark == ",":
        told.notes.append(Sentence(N_("The comma is read as the decimal mark.")))
    elif not proven:
        told.notes.append(Sentence(N_("The point is read as the decimal mark.")))
    for name, column in cells.items():
        values = np.array(
            [each.value(mark) if each else _special(text) for each, text in zip(apart[name], column, strict=True)]
        )
        wrong = [at for at, text in enumerate(column) if math.isnan(values[at]) and not is_blank(text)]
        if wrong and name in (*PRICES, "traded"):
            raise no_price(column, lines, top, wrong[0], name)
        if wrong:
            told.notes.append(_not_read(column, lines, wrong, name))
        told.values[name] = values
    return told


def _special(text: str) -> float:
    """Infinities are numbers, which the schema then refuses by their day."""
    found = re.fullmatch(r"([+-]?)(?:inf|infinity|∞)", text.strip().casefold())
    return math.nan if not found else -math.inf if found.group(1) == "-" else math.inf


def no_price(column: Sequence[str], lines: Sequence[int], top: int, at: int, name: str) -> FileError:
    """The refusal of one cell."""
    return FileError(
        N_("The file's row {row} has {value} for {field}, which is not a price (line {line} of the file)."),
        row=lines[at] - top + 1,
        line=lines[at],
        value=column[at] or "—",
        field=name,
    )


def _not_read(column: Sequence[str], lines: Sequence[int], wrong: Sequence[int], name: str) -> Sentence:
    return Sentence(
        N_("Cells of {field} that are no numbers and count as missing: {count}, the first, {value}, on line {line}."),
        field=name, count=len(wrong), value=column[wrong[0]], line=lines[wrong[0]],
    )  # fmt: skip


def _mark(
    apart: Mapping[str, Sequence[Written | None]],
    cells: Mapping[str, Sequence[str]],
    lines: Sequence[int],
    separator: str,
) -> tuple[str, bool]:
    """The decimal mark of the file, and whether any cell proves it."""
    first: dict[str, tuple[str, int]] = {}
    for name, column in apart.items():
        for at, each in enumerate(column):
            if each and (says := each.says()):
                first.setdefault(says, (cells[name][at], lines[at]))
    if "." in first and "," in first:
        (one, line), (other, other_line) = first["."], first[","]
        raise FileError(
            N_("The file writes numbers in two ways: {one} on line {line}, {other} on line {other_line}; write all in "
               "one."),
            one=one, line=line, other=other, other_line=other_line,
        )  # fmt: skip
    for mark in (".", ","):
        if mark in first:
            return mark, True
    unsure = [mark for mark in (",?", ".?") if mark in first]
    if not unsure:
        return ".", True
    if len(unsure) == 1 and (unsure == [",?"]) == (separator == ";") and _all_decimals(apart):
        return unsure[0][0], False
    value, line = first[unsure[0]]
    raise FileQuestion(
        N_("Nothing in the file says whether the mark in {value} (line {line}) is the decimal one or sets off "
           "thousands; say which mark is the decimal one."),
        value=value, line=line, option="decimal", answers=(".", ","),
    )  # fmt: skip


def _all_decimals(apart: Mapping[str, Sequence[Written | None]]) -> bool:
    """Whether every price has the mark, as fixed decimals do: of thousands, smaller prices go without."""
    prices = [each for name in PRICES for each in apart.get(name, ()) if each]
    return bool(prices) and all(each.says() or (each.digits.strip("0") == "") for each in prices)

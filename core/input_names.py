"""What a network may read beside the target's own series: the names of inputs, and how they are written.

    close, return, range, gap, volume, amount, average5, average20, average60, rsi, macd, atr, weekday, pause
    column:<name>              a further numeric column of an own file
    other:<source>:<ticker>    the log return of something else, as far as it was known at the close

What they are computed from is said in `core.inputs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from core import sources
from core.errors import ConfigError
from core.sentence import N_

MOST = 12  # numbers a day that a network reads, its target's own series among them
BETWEEN = ","  # names in a link; "+" stands there too, for lists of several choices
COLUMN, OTHER, AMOUNT = "column:", "other:", "amount"
LONGEST_COLUMN = 40  # characters of a column's name
KNOWN = (
    "close", "return", "range", "gap", "volume", AMOUNT, "average5", "average20", "average60", "rsi", "macd", "atr",
    "weekday", "pause",
)  # fmt: skip
PARTS = {"weekday": ("weekday_sin", "weekday_cos")}  # inputs that are more than one number a day
OWN = {"close": "close", "return": "return", "volatility": "range"}  # target -> the input that it is itself
_OTHER = re.compile(r"other:(?P<source>[a-z]+):(?P<ticker>[\w.\-^= ]{1,24})")


def names_of(given: object) -> tuple[str, ...]:
    """Names from a link's text or any list of them, each once, in their order.

    Raises:
        ConfigError: one of them is no input, or there are more than MOST.
    """
    asked: Iterable[object] = (re.split(r"[,+]", given) if isinstance(given, str) else given) or ()  # type: ignore[assignment]
    if not isinstance(asked, Iterable):
        raise _unknown(given)
    found: dict[str, None] = {}
    for each in asked:
        name = each.strip() if isinstance(each, str) else each
        if name == "":
            continue
        if not isinstance(name, str) or not is_input(name):
            raise _unknown(name)
        found[name] = None
        if len(found) > MOST:
            raise too_many(len(found))
    return tuple(found)


def is_input(name: str) -> bool:
    """Whether a network may read what is called like this."""
    if name.startswith(COLUMN):
        return name == column_input(name.removeprefix(COLUMN)) != COLUMN
    if name.startswith(OTHER):
        return other_of(name) is not None
    return name in KNOWN


def other_of(name: str) -> tuple[str, str] | None:
    """(source, ticker) of an input other:<source>:<ticker>; None of any other."""
    found = _OTHER.fullmatch(name)
    if not found or not found["ticker"].strip() or found["source"] not in sources.names():
        return None
    return found["source"], found["ticker"]


def column_input(heading: str) -> str:
    """The input that a file's column of this heading is: signs that a link or a list gives a meaning become "_"."""
    plain = " ".join(unicodedata.normalize("NFKC", heading).split())
    return COLUMN + re.sub(r"[^\w .%()/\-#&]", "_", plain)[:LONGEST_COLUMN].strip()


def is_further(column: str) -> bool:
    """Whether a column of bars is one that only inputs read: it changes no run that does not read it."""
    return column == AMOUNT or column.startswith((COLUMN, OTHER))


def read_by(target: str, names: Sequence[str]) -> tuple[str, ...]:
    """What a network reads each day, a name for each number, F of them: the target's own series first.

    Raises:
        ConfigError: they are more than MOST.
    """
    further = [part for name in without_own(target, names) for part in PARTS.get(name, (name,))]
    if len(further) >= MOST:
        raise too_many(len(further) + 1)
    return (target, *further)


def input_of(part: str) -> str:
    """The input that a number of a day belongs to."""
    return next((name for name, parts in PARTS.items() if part in parts), part)


def without_own(target: str, names: Sequence[str]) -> tuple[str, ...]:
    """The names without the one that is the target's own series, which is always read."""
    return tuple(name for name in names if name != OWN[target])


def too_many(count: int) -> ConfigError:
    return ConfigError(
        N_("{field} asks for {given} numbers a day, but a network reads at most {most}, its target's own among them."),
        field="inputs",
        given=count,
        most=MOST,
    )


def _unknown(value: object) -> ConfigError:
    return ConfigError(
        N_("{field} has {value}, which is no input; there are {options}, {more}, column:name of an own file and "
           "other:source:ticker."),
        field="inputs",
        value=value,
        options=", ".join(KNOWN[:7]),
        more=", ".join(KNOWN[7:]),
    )  # fmt: skip

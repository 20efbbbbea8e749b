"""Bars back from the CSV file that `tables.bars_csv` wrote: to the last bit, and nothing guessed."""

from __future__ import annotations

import csv
import io
import re

import pandas as pd

from core.data.schema import COLUMNS, FACTOR, checked
from core.errors import FileError, GatescopeError
from core.input_names import is_further
from core.sentence import N_

LARGEST = 32 * 2**20  # bytes
_KNOWN = {*COLUMNS, FACTOR}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def bars_of(data: bytes) -> pd.DataFrame:
    """The bars whose digest is that of those written.

    Any other file of prices is for `core.data.read_bars`, which understands what people and vendors write.

    Raises:
        FileError: it is no such file.
        DataError: it holds what no bars hold.
    """
    try:
        return _read(data)
    except GatescopeError:
        raise
    except Exception as error:  # whatever a stranger's bytes lead to
        raise FileError(N_("These prices are not as Gatescope writes them; export the run again.")) from error


def _read(data: bytes) -> pd.DataFrame:
    if len(data) > LARGEST:
        raise ValueError("longer than any prices")
    (heading, *rows) = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    first, *names = heading
    if (
        first != "date"
        or len(set(names)) != len(names)
        or not all(name in _KNOWN or is_further(name) for name in names)
    ):
        raise ValueError("no heading of ours")
    if not all(_DAY.fullmatch(row[0]) and len(row) == len(heading) for row in rows):
        raise ValueError("no days of ours")
    days = pd.DatetimeIndex([row[0] for row in rows], name="date")
    columns = {name: [float(row[place] or "nan") for row in rows] for place, name in enumerate(names, 1)}
    return checked(pd.DataFrame(columns, index=days), "bars.csv")

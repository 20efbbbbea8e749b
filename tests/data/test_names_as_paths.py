"""Names that lead elsewhere: the store and a file's ticker keep to their folder, whatever no dial would let in."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made import made_bars
from strange_names import CODE, HTML, PATHS

from core.config import DataQuery
from core.data.provenance import Provenance, stamped
from core.data.provider import Report, silent
from core.data.store import Store
from core.errors import ConfigError
from core.web.own_file import OwnFile

NAMES = [*(name[:200] for name in PATHS), *HTML, *CODE]


class Anything:
    """A provider that has prices of every ticker."""

    name = "anything"

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        return stamped(made_bars("2019-01-02", "2019-06-28"), Provenance(self.name, "made up"))


@pytest.mark.parametrize("name", ["..", ".", "...", ".hidden", "^=", "a b", "-rf", "NUL", "con.txt", "_" * 24])
def test_the_store_writes_into_its_folder_alone(tmp_path: Path, name: str) -> None:
    """Names that are tickers by their letters."""
    query = DataQuery(ticker=name, start="2019-01-02", end="2019-06-28")
    first = Store(Anything(), tmp_path / "kept").fetch(query)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent for path in written} == {tmp_path / "kept" / "anything"}
    again = Store(Anything(), tmp_path / "kept").fetch(query)
    pd.testing.assert_frame_equal(first, again, check_freq=False)


@pytest.mark.parametrize(
    "name", [each for each in NAMES if each not in ("..", ".hidden")], ids=lambda each: repr(each[:20])
)
def test_any_other_name_writes_nothing(tmp_path: Path, name: str) -> None:
    """Neither where a dial is asked, nor where one was got around."""
    with pytest.raises(ConfigError):
        DataQuery(ticker=name)
    query = DataQuery(ticker="T", start="2019-01-02", end="2019-06-28")
    object.__setattr__(query, "ticker", name)
    with pytest.raises(ConfigError):
        Store(Anything(), tmp_path / "kept").fetch(query)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("name", NAMES, ids=[repr(name[:20]) for name in NAMES])
def test_a_files_name_becomes_a_ticker(name: str) -> None:
    ticker = OwnFile(name + ".csv", b"").query.ticker  # DataQuery itself refuses what is none
    assert not set(ticker) & set("/\\:\0<>'\"")

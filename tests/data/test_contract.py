"""What every provider owes: one suite, a parameter each. A new provider adds its line to `MAKE`."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from made import made_bars, store
from wire import Wire

from core.config import DataQuery
from core.data import Provenance, provenance, read_bars
from core.data.provider import Provider, Report, silent
from core.data.registry import load_bars, provider
from core.data.sample import SampleProvider
from core.data.schema import COLUMNS, between, checked
from core.data.tencent import TencentProvider
from core.data.token import Token
from core.data.tushare_pro import TushareProvider
from core.errors import ConfigError, DataError, ProviderError
from core.link import from_link, to_link
from core.sources import SOURCES, Source


class FileProvider:
    """An uploaded file behind the same seam."""

    name = "upload"

    def __init__(self, path: Path) -> None:
        self.path = path

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        report(1.0, query.ticker)
        return read_bars(self.path)


def file_provider(wire: Wire, folder: Path) -> Provider:
    path = folder / "600519.SH.csv"
    wire.bars["600519.SH"].iloc[::-1].to_csv(path)
    return FileProvider(path)


MAKE: dict[str, tuple[str, Callable[[Wire, Path], Provider]]] = {  # ticker it has, how it is made
    "sample": ("AAPL", lambda wire, folder: SampleProvider()),
    "file": ("600519.SH", file_provider),
    "kline": ("600519.SH", lambda wire, folder: TencentProvider(wire.tencent_url)),
    "pro": ("600519.SH", lambda wire, folder: TushareProvider(Token("any"), wire.tushare_url)),
    "store": ("600519.SH", lambda wire, folder: store(wire)),
}
every = pytest.mark.parametrize("kind", MAKE)


def ask(kind: str, wire: Wire, folder: Path, **changes: object) -> pd.DataFrame:
    ticker, make = MAKE[kind]
    query = DataQuery(**{"ticker": ticker, "start": "2020-01-01", "end": "2021-12-31", **changes})
    return between(make(wire, folder).fetch(query), query)


@every
@pytest.mark.parametrize("adjust", ["none", "qfq", "hfq"])
def test_bars_are_as_the_schema_has_them(kind: str, adjust: str, wire: Wire, tmp_path: Path) -> None:
    bars = ask(kind, wire, tmp_path, adjust=adjust)
    pd.testing.assert_frame_equal(checked(bars, kind), bars)
    assert isinstance(bars.index, pd.DatetimeIndex)
    assert (bars.index.name, bars.index.tz, str(bars.index.dtype)) == ("date", None, "datetime64[us]")
    assert bars.index.is_monotonic_increasing
    assert bars.index.is_unique
    assert tuple(bars.columns)[:5] == COLUMNS
    assert (bars.dtypes == "float64").all()
    assert (bars["close"] > 0).all()
    assert bars.index[0] >= pd.Timestamp("2020-01-01")
    assert bars.index[-1] <= pd.Timestamp("2021-12-31")


@every
def test_they_say_where_they_come_from_and_keep_saying_it(kind: str, wire: Wire, tmp_path: Path) -> None:
    bars = ask(kind, wire, tmp_path)
    told = provenance(bars)
    assert isinstance(told, Provenance)
    assert told.source
    assert told.origin
    bars.to_parquet(tmp_path / "bars")  # what drawing it as a table does, too
    parquet, pickled = pd.read_parquet(tmp_path / "bars"), pickle.loads(pickle.dumps(bars))
    for carried in (parquet, pickled, bars.loc["2021"], bars.copy(), bars[["close"]]):
        assert provenance(carried) == told


@every
def test_the_same_question_has_the_same_answer(kind: str, wire: Wire, tmp_path: Path) -> None:
    pd.testing.assert_frame_equal(ask(kind, wire, tmp_path), ask(kind, wire, tmp_path))


@every
def test_dates_are_inclusive_and_progress_is_told(kind: str, wire: Wire, tmp_path: Path) -> None:
    whole = ask(kind, wire, tmp_path)
    first, last = whole.index[10], whole.index[20]
    part = ask(kind, wire, tmp_path, start=first.date(), end=last.date())
    assert (part.index[0], part.index[-1]) == (first, last)
    told: list[float] = []
    ticker, make = MAKE[kind]
    query = DataQuery(ticker=ticker, start="2019-01-02", end="2022-12-30")
    make(wire, tmp_path).fetch(query, lambda share, what: told.append(share))
    assert told[-1] == 1.0


@every
def test_no_rows_is_an_error_never_an_empty_frame(kind: str, wire: Wire, tmp_path: Path) -> None:
    wire.bars["600519.SH"] = made_bars("2015-01-01", "2021-12-31")
    with pytest.raises(DataError, match=r"no prices|no finished|number of rows"):
        ask(kind, wire, tmp_path, start="2024-12-31", end="2025-01-03")


@pytest.mark.parametrize("kind", [each for each in MAKE if each != "file"])
def test_a_ticker_it_does_not_have(kind: str, wire: Wire, tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="600000"):
        ask(kind, wire, tmp_path, ticker="600000.SH")


def test_a_wrong_name_is_answered_with_the_right_ones() -> None:
    with pytest.raises(ConfigError, match="source is bloomberg, but must be one of: tushare, tencent, sample"):
        provider("bloomberg")
    for name in SOURCES:
        assert provider(name, Token("any")).name == name


def test_load_bars_says_which_dates_there_are() -> None:
    with pytest.raises(DataError, match="there are prices from 2019-01-02 to 2024-12-30"):
        load_bars(DataQuery(start="2018-01-01", end="2018-12-31"))
    with pytest.raises(DataError, match="source is a file"):
        load_bars(DataQuery(source="upload"))


class MadeProvider:
    """A source that somebody adds: a class with `name` and `fetch`."""

    name = "made"

    def fetch(self, query: DataQuery, report: Report = silent) -> pd.DataFrame:
        days = pd.bdate_range("2020-01-01", periods=90, name="date")
        return checked(pd.DataFrame({"close": range(1, 91)}, index=days), query.ticker)


def test_a_source_is_one_class_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="source is made"):
        DataQuery(source="made")
    monkeypatch.setitem(SOURCES, "made", Source("made up", f"{__name__}:MadeProvider", stored=False, any_ticker=True))
    asked, _, errors = from_link({"source": "made", "ticker": "X"})
    assert not errors
    assert load_bars(asked.data)["close"].iloc[-1] == 90
    assert to_link(asked, "corrected")["source"] == "made"

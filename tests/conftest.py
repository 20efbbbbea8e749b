"""What all tests share: the real prices, where they are at hand, and a service that ends with the tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
SLOW = ("test_dialects", "test_any_input", "test_verdicts", "test_article", "test_jobs", "test_faults", "test_fetches")
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    os.environ["GATESCOPE_DATA"] = str(config.cache.mkdir("prices"))  # never a user's own folder
    os.environ["GATESCOPE_KEPT_BYTES"] = "0"  # a test's trainings are its own
    os.environ.setdefault("NUMBA_CACHE_DIR", str(config.cache.mkdir("compiled")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole rooms that start the app, compile, or try thousands of files: left out of `make quick`."""
    for item in items:
        if item.path.parent.name in ("web", "kernel") or item.path.stem in SLOW:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def index_bars() -> pd.DataFrame:
    """The Shanghai Composite, 1990-12-19 to 2025-05-06."""
    from core.data import read_bars

    path = SHARED / "data" / "000001.SH.csv"
    if not path.exists():
        pytest.skip(f"needs real prices at {path}, which are not part of the project")
    return read_bars(path)


@pytest.fixture(scope="session")
def sample_bars() -> pd.DataFrame:
    """AAPL, 2019-01-02 to 2024-12-30: ships with a package, always there."""
    from core.config import DataQuery
    from core.data import load_bars

    return load_bars(DataQuery(ticker="AAPL", source="sample"))


@pytest.fixture(scope="session")
def article_bars(index_bars: pd.DataFrame) -> pd.DataFrame:
    """The article's window of the index: 1,017 closes."""
    return index_bars.loc["2019-01-02":"2023-03-13"]


@pytest.fixture(scope="session", autouse=True)
def _stop_the_service() -> Iterator[None]:
    yield
    if "core.service" in sys.modules:
        sys.modules["core.service"].stop()

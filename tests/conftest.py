"""What all tests share: the real prices, where they are at hand, and a service that ends with the tests."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from reliability import (  # noqa: F401  (a fixture and hooks)
    fault,
    pytest_runtest_call,
    pytest_runtest_logreport,
    pytest_sessionfinish,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
# The shell is the same browser without the windows that nobody would see.
CHROMIUM = (
    shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SLOW = ("test_dialects", "test_any_input", "test_verdicts", "test_article", "test_jobs", "test_faults", "test_fetches")
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    own = os.environ.get("PYTEST_XDIST_WORKER", "")  # where tests run side by side, each process has its own
    os.environ["GATESCOPE_DATA"] = str(config.cache.mkdir(f"prices{own}"))  # never a user's own folder
    os.environ["GATESCOPE_KEPT_BYTES"] = "0"  # a test's trainings are its own


def pytest_itemcollected(item: pytest.Item) -> None:
    """Whole rooms that start the app, compile, or try thousands of files: left out of `make quick`."""
    if item.path.parent.name in ("web", "kernel") or item.path.stem in SLOW:
        item.add_marker(pytest.mark.slow)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`make test` runs the rooms side by side."""
    from side_by_side import Rooms

    return Rooms(config, log)


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


@pytest.fixture
def spoil_seed(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets PyTorch draw from this seed a recurrent network with a weight that is no number."""
    import torch

    def spoil(seed: int) -> None:
        draw = torch.nn.RNNBase.reset_parameters

        def drawn(rnn: torch.nn.RNNBase) -> None:
            draw(rnn)
            if torch.initial_seed() == seed:
                rnn.weight_hh_l0.data[0, 0] = float("nan")

        monkeypatch.setattr(torch.nn.RNNBase, "reset_parameters", drawn)

    return spoil


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of all tests: Playwright keeps a loop in this thread, and takes no second one beside it."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def _stop_the_service() -> Iterator[None]:
    yield
    if "core.service" in sys.modules:
        sys.modules["core.service"].stop()

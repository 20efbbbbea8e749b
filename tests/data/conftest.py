"""What the tests of market data share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from made import made_bars
from wire import Wire


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, token or store of this machine's."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "TUSHARE_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path / "store"))


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A server with one share (600519.SH, with factors) and one index (000300.SH), 2015 to 2023."""
    held = {
        "600519.SH": made_bars("2015-01-01", "2023-12-29", factor=True),
        "000300.SH": made_bars("2015-01-01", "2023-12-29", seed=1),
    }
    with Wire(held) as server:
        yield server

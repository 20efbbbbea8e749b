"""A store that is full, that may only be read, or damaged: what is kept is read, and the page says what it is about."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from reliability import FaultOf
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, said

from core import service
from core.service import Service
from core.service.kept import SUFFIX, KeptResults
from core.web import session

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))
from wire import Wire

pytestmark = pytest.mark.slow

FIRST, SECOND = "600519.SH", "600036.SH"
NOT_KEPT, DAMAGED = "The prices could not be kept on disk", "What was kept of these prices on disk was damaged"
ROOM = 6 * 2**20  # bytes of the file system


@pytest.fixture
def wire(sample_bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    with Wire(dict.fromkeys((FIRST, SECOND), sample_bars)) as running:
        monkeypatch.setenv("GATESCOPE_TENCENT_URL", running.tencent_url)
        yield running


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of its own, with the store on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and not subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", folder], capture_output=True
    ).returncode  # fmt: skip
    if not mounted:
        pytest.skip("needs to mount a file system, which only root may")
    monkeypatch.setenv("GATESCOPE_DATA", str(folder))
    monkeypatch.setenv("GATESCOPE_KEPT_BYTES", str(10**9))
    monkeypatch.setenv("GATESCOPE_AHEAD", "0")
    monkeypatch.setattr(sys.modules["gatescope_process_state"], "service", Service(), raising=False)
    yield folder
    service.stop()
    subprocess.run(["umount", "-l", folder], check=True)


def spoil(disk: Path, trouble: str) -> None:
    if trouble == "disk-full":
        with (disk / "filler").open("wb", buffering=0) as filler:
            try:
                while filler.write(b"\0" * 4096):
                    pass
            except OSError:
                return
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def mend(disk: Path, trouble: str) -> None:
    if trouble == "disk-full":
        (disk / "filler").unlink()
    else:
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)


def opened(open_app: Open) -> AppTest:
    dials = {"ticker": FIRST, "source": "tencent", "lang": "en", "end": "2024-12-30", **QUICK}
    return trained(open_app("lab/market.py", **dials), FIRST)


def trained(app: AppTest, ticker: str) -> AppTest:
    """The page once it is trained on these prices; the service has written what it will by then."""
    if app.session_state["ticker"] != ticker:
        app.session_state["ticker"] = ticker
        app.run()
    deadline = time.monotonic() + 60
    while not any("trained in" in each.value and ticker in each.value for each in app.caption):
        assert not app.error
        assert time.monotonic() < deadline, said(app)
        app.run()
    assert not app.exception
    service.stop()
    return app


def asked_anew(app: AppTest) -> AppTest:
    """Whatever this process has in memory of prices is forgotten."""
    st.cache_resource.clear()
    return app.run()


def told(app: AppTest, words: str) -> str:
    """The sentence of the page that begins with these words; "" where there is none."""
    for each in app.markdown:
        if words in each.value:
            begin = each.value.index(words)
            return str(each.value[begin:].splitlines()[0].partition(". ")[0]).rstrip(".") + "."
    return ""


def runs(disk: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((disk / "results").glob(f"*{SUFFIX}"))}


def prices(disk: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((disk / "tencent").glob("*.parquet"))}


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param("disk-full", marks=pytest.mark.fault("disk-full")),
        pytest.param("read-only", marks=pytest.mark.fault("read-only")),
    ],
)
def test_what_cannot_be_kept_is_said_and_what_is_kept_is_read(
    open_app: Open, wire: Wire, disk: Path, fault: FaultOf, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = opened(open_app)
    before = runs(disk), prices(disk)
    key = app.session_state[session.PLACE][session.DONE.at(session.TRAINING).name].key
    assert f"{key}{SUFFIX}" in before[0]  # the overview's recipes beside it, as far as they have come
    assert len(before[1]) == 1
    spoil(disk, trouble)
    with caplog.at_level(logging.WARNING, "gatescope.service"):
        trained(app, SECOND)
    assert "A result is not kept" in caplog.text
    shown = fault(trouble)
    shown.reads(told(app, NOT_KEPT))
    assert (runs(disk), prices(disk)) == before
    wire.fault = "drop"
    st.cache_resource.clear()
    run = KeptResults().load(key)
    shown.keeps(run is not None and not told(trained(app, FIRST), NOT_KEPT))
    wire.fault = ""
    mend(disk, trouble)
    st.cache_resource.clear()
    assert not told(trained(app, SECOND), NOT_KEPT)
    shown.goes_on(len(prices(disk)) == 2)


@pytest.mark.fault("damaged-prices")
def test_damaged_prices_are_said_and_fetched_again(open_app: Open, wire: Wire, disk: Path, fault: FaultOf) -> None:
    app = trained(opened(open_app), SECOND)
    whole, file, other = prices(disk), disk / "tencent" / f"{FIRST}.parquet", f"{SECOND}.parquet"
    file.write_bytes(whole[file.name][:-100])
    st.cache_resource.clear()
    shown = fault("damaged-prices")
    shown.reads(told(trained(app, FIRST), DAMAGED))
    shown.keeps(file.with_suffix(".damaged").exists() and prices(disk)[other] == whole[other])
    wire.asked.clear()
    shown.goes_on(not told(trained(asked_anew(app), FIRST), DAMAGED) and not wire.asked)

"""A server that is started again shows what the one before it has trained."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from cut_wire import CONNECTED, wire_to
from playwright.sync_api import Page, expect
from reliability import FaultOf
from test_a_visit import moved_once
from visiting import settled, written

pytestmark = pytest.mark.browser
KEEPING = {"GATESCOPE_WORKERS": "1", "GATESCOPE_AHEAD": "0", "GATESCOPE_KEPT_BYTES": "100000000"}
DIALS = "source=sample&preset=returns&epochs=3&hidden=5"

COUNT_RUNS = """() => {
    const app = document.querySelector('[data-testid=stApp]')
    window.runs = 0
    new MutationObserver(() => { window.runs += app.dataset.testScriptState === 'notRunning' })
        .observe(app, {attributeFilter: ['data-test-script-state']})
}"""


def trained_in(page: Page) -> str:
    found = re.search(r"trained in [\d.e-]+ s", written(settled(page)))
    assert found
    return found[0]


def kept(folder: Path) -> dict[str, bytes]:
    """The finished runs on disk."""
    return {path.name: path.read_bytes() for path in folder.rglob("*.kept")}


def until_kept(folder: Path, runs: int) -> None:
    """They are written after the page is drawn."""
    deadline = time.monotonic() + 60
    while len(kept(folder)) < runs:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def end(address: str) -> None:
    """End a server as who hosts it would."""
    port = int(address.rsplit(":", 1)[1])
    listening = (c.pid for c in psutil.net_connections("tcp") if c.laddr.port == port and c.status == "LISTEN")
    server = psutil.Process(next(pid for pid in listening if pid))
    os.kill(server.pid, signal.SIGTERM)
    psutil.wait_procs([server], timeout=30)


def test_a_restart_shows_the_finished_run_and_trains_nothing(
    serve: Callable[..., str], visit: Callable[..., Page], tmp_path: Path
) -> None:
    address = serve(**KEEPING)
    before = trained_in(visit(f"{address}/market?{DIALS}", locale="en-US"))
    until_kept(tmp_path, 1)
    end(address)
    files = kept(tmp_path)
    assert len(files) == 1
    again = visit(f"{serve(**KEEPING)}/market?{DIALS}", locale="en-US")
    assert trained_in(again) == before
    again.wait_for_timeout(3_000)  # longer than a result waits to be written
    assert kept(tmp_path) == files, "a second training would have left its own seconds in the file"


@pytest.mark.fault("server-restart")
def test_a_visitor_on_a_page_comes_back_to_it_and_to_its_dials(
    serve: Callable[..., str], visit: Callable[..., Page], tmp_path: Path, fault: FaultOf
) -> None:
    address, shown = serve(**KEEPING), fault("server-restart")
    with wire_to(address) as wire:
        page = visit(f"{wire.address}/market?{DIALS}", locale="en-US")
        trained_in(page)
        moved_once(page, "hidden")
        page.wait_for_url(re.compile("hidden=6"))
        before = trained_in(page)
        until_kept(tmp_path, 2)
        files = kept(tmp_path)
        wire.cut()
        end(address)
        page.evaluate(COUNT_RUNS)
        wire.mend(serve(**KEEPING))
        page.wait_for_selector(CONNECTED)
        page.wait_for_function("window.runs > 0")  # by itself, so that the new server knows what is on the page
        expect(page.locator(".st-key-hidden input[type=range]")).to_have_value("6")
        expect(page.get_by_role("heading", level=1)).to_have_text("Market")
        shown.unnoticed()
        shown.keeps(trained_in(page) == before and kept(tmp_path) == files and "hidden=6" in page.url)
        moved_once(page, "hidden")
        page.wait_for_url(re.compile("hidden=7"))
        trained_in(page)
        until_kept(tmp_path, 3)
        shown.goes_on(page.get_by_test_id("stAlert").count() == 0 and files.items() <= kept(tmp_path).items())

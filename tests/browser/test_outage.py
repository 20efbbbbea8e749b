"""A connection that is cut and comes back: the training goes on, and is joined where it stands."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from cut_wire import CONNECTED, Wire, wire_to
from playwright.sync_api import Page
from reliability import FaultOf
from test_a_visit import epoch

pytestmark = pytest.mark.browser
OUTAGES = {"reconnect-2": 2.0, "reconnect-15": 15.0}  # seconds


def cut(wire: Wire, page: Page, seconds: float) -> None:
    wire.cut()
    page.wait_for_selector(CONNECTED, state="detached")
    time.sleep(seconds)
    wire.mend()
    page.wait_for_selector(CONNECTED)
    page.wait_for_timeout(1500)


@pytest.mark.fault("reconnect-2", "reconnect-15")
def test_a_training_outlives_an_outage(site: str, visit: Callable[..., Page], fault: FaultOf) -> None:
    with wire_to(site) as wire:
        page = visit(f"{wire.address}/training?epochs=1000&hidden=128&window=60")
        page.locator(".st-key-training_start button").click()
        while epoch(page) < 3:
            page.wait_for_timeout(300)
        for key, seconds in OUTAGES.items():
            shown, reached = fault(key), epoch(page)
            cut(wire, page, seconds)
            shown.reads(page.get_by_test_id("stProgress").first.inner_text().strip(), varies=True)
            shown.keeps(epoch(page) > reached)  # a training begun again would have been at its first epochs
            now = epoch(page)
            page.wait_for_function("now => !document.body.innerText.includes(`epoch ${now} of`)", arg=now)
            shown.goes_on(epoch(page) > now)

"""A server with one place: who is in stays in, the next one reads why and comes in by waiting; what probes are told."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from benchmarks.crowd import named
from core.web.places import COOKIE

pytestmark = pytest.mark.browser

CONNECTED = "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
PATIENCE = 90.0  # seconds; only a failing test waits so long


@contextmanager
def turned_away(chromium: Browser, address: str, **options: object) -> Iterator[Page]:
    context = chromium.new_context(bypass_csp=True, **options)
    page = context.new_page()
    answer = page.goto(address)
    assert answer is not None
    assert (answer.status, answer.headers["retry-after"]) == (503, "20")
    yield page
    context.close()


def test_the_next_one_reads_why_and_who_is_in_comes_back(
    serve: Callable[..., str], visit: Callable[..., Page], chromium: Browser
) -> None:
    address = serve(GATESCOPE_WORKERS="1", GATESCOPE_MAX_VISITORS="1", GATESCOPE_AHEAD="0")
    inside = visit(f"{address}/learn")
    for language, title in (("en-GB", "All places are taken"), ("zh-CN", "名额已满")):
        for width in (1280, 390):
            shown = {"locale": language, "viewport": {"width": width, "height": 844}}
            with turned_away(chromium, f"{address}/forecast?epochs=5", **shown) as page:
                expect(page.get_by_role("heading", level=1)).to_have_text(title)
                assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
                assert Axe().run(page).response["violations"] == []
    inside.reload(wait_until="commit")
    inside.wait_for_selector(CONNECTED)
    assert COOKIE in {each["name"] for each in inside.context.cookies()}
    with turned_away(chromium, f"{address}/learn") as page:
        inside.context.close()
        page.wait_for_selector(CONNECTED, timeout=PATIENCE * 1000)  # by itself, once the place is free


def ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
            return bool(json.load(answer)["ready"])
    except urllib.error.HTTPError as refused:
        if refused.code != 503:
            raise
        return False


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


LOST = {"scheduler": ("scheduler",), "workers": ("ancestor", "worker")}


@pytest.mark.parametrize("lost", LOST)
def test_readiness_ends_with_the_workers_and_comes_back_though_nobody_asks(
    serve: Callable[..., str], lost: str
) -> None:
    address = serve(GATESCOPE_WORKERS="1", GATESCOPE_AHEAD="0")
    port = int(address.rsplit(":", 1)[1])
    pid = next(each.pid for each in psutil.net_connections("tcp") if each.pid and each.laddr.port == port)
    family = psutil.Process(pid).children(recursive=True)
    nanny = next(each for each in family if named(each) == "nanny")
    nanny.suspend()  # or another worker may be there before anybody has looked
    for process in [each for each in family if named(each) in LOST[lost]]:
        process.kill()
    until(lambda: not ready(address))
    with suppress(psutil.NoSuchProcess):  # ended together with the scheduler
        nanny.resume()
    until(lambda: ready(address))

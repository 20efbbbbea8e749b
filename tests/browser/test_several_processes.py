"""Browsers before several web processes: each stays at one, and what it uploads arrives there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from test_dials import uploaded

from core.serving.names import COOKIE

pytestmark = pytest.mark.browser
CONNECTED = "[data-testid='stApp'][data-test-connection-state='CONNECTED']"


def where(page: Page) -> str:
    """The web process this browser is led to."""
    (found,) = [each for each in page.context.cookies() if each["name"] == COOKIE]
    assert found["httpOnly"]
    assert found["sameSite"] == "Lax"
    return str(found["value"])


def test_each_browser_stays_and_its_upload_arrives(serve: Callable[..., str], visit: Callable[..., Page]) -> None:
    address = serve(GATESCOPE_WEB_PROCESSES="2", GATESCOPE_WORKERS="0", GATESCOPE_AHEAD="0")
    pages = [visit(f"{address}/market?epochs=2&hidden=2&window=4", locale="en-US") for _ in range(2)]
    led = [where(page) for page in pages]
    assert sorted(led) == ["1", "2"]
    for page in pages:
        uploaded(page)  # refused by a process that does not know the session
    for page in pages:
        page.reload()
        page.wait_for_selector(CONNECTED)
    assert [where(page) for page in pages] == led

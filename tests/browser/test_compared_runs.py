"""Compared runs in a real browser: what stands in the address comes back, on the first screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page
from visiting import settled

pytestmark = pytest.mark.browser
LINES = """() => (document.querySelector('.st-key-compare-loss .js-plotly-plot')?.data || [])
    .filter(line => (line.xaxis || 'x') === 'x')
    .map(line => [line.name, line.line.color])"""


def lines(page: Page, count: int) -> list[list[str]]:
    page.wait_for_function(f"({LINES})().length == {count}")
    found: list[list[str]] = page.evaluate(LINES)
    return found


def test_a_reload_keeps_the_compared_runs(serve: Callable[..., str], visit: Callable[..., Page]) -> None:
    address = f"{serve(GATESCOPE_WORKERS='1')}/compare?epochs=3&hidden=4"
    page = settled(visit(address, viewport={"width": 1366, "height": 768}))
    for kept in (1, 2, 3):
        page.get_by_role("button", name="Keep the current run").click()
        lines(page, kept)
        if kept < 3:
            handle = page.locator(".st-key-hidden input[type=range]")
            handle.focus()
            handle.press("ArrowRight")
            page.wait_for_url(re.compile(f"hidden={4 + kept}"))
            # While a page is drawn anew the button that moves down stands there twice: any that can be pressed will do.
            page.locator(".st-key-pin button:enabled").first.wait_for(timeout=60_000)
            settled(page)
    three = lines(page, 3)
    page.get_by_role("button", name="Remove").nth(1).click()
    two = lines(page, 2)
    assert two == [three[0], three[2]]  # names with their numbers, and colours
    pins = parse_qs(urlsplit(page.url).query)["pins"][0].split(",")
    assert [bool(key) for key in pins] == [True, False, True]
    page.reload()
    settled(page)
    assert lines(page, 2) == two
    assert parse_qs(urlsplit(page.url).query)["pins"][0].split(",") == pins
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    assert table["y"] + table["height"] < 768
    # the marks themselves have no text
    ticks = [text for text in page.locator(".st-key-compare-loss .xtick").all_text_contents() if text]
    assert ticks == ["1", "2", "3"]

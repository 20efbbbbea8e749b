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


def cells(page: Page) -> list[str]:
    """What the table of scores says: it is drawn on a canvas, and written beside it for those who cannot see it."""
    written = (
        "[...document.querySelectorAll('[data-testid=stDataFrame] canvas [role=gridcell]')].map(c => c.textContent)"
    )
    page.wait_for_function(f"({written}).filter(text => text).length > 9")
    found: list[str] = page.evaluate(written)
    return found


def three_kept(page: Page) -> None:
    for kept in (1, 2, 3):
        page.locator(".st-key-pin button:enabled").first.click()
        page.locator("[class*=st-key-unpin_]").nth(kept - 1).wait_for()
        if kept < 3:
            handle = page.locator(".st-key-hidden input[type=range]")
            handle.focus()
            handle.press("ArrowRight")
            page.wait_for_url(re.compile(f"hidden={4 + kept}"))
            # While a page is drawn anew the button that moves down stands there twice: any that can be pressed will do.
            page.locator(".st-key-pin button:enabled").first.wait_for(timeout=60_000)
            settled(page)


def test_a_reload_keeps_the_compared_runs(site: str, visit: Callable[..., Page]) -> None:
    address = f"{site}/compare?epochs=3&hidden=4&view=loss"
    page = settled(visit(address, viewport={"width": 1366, "height": 768}))
    three_kept(page)
    three = lines(page, 3)
    page.get_by_role("button", name="Remove").nth(1).click()
    two = lines(page, 2)
    assert two == [three[0], three[2]]  # names with their numbers, and colours
    page.wait_for_url(lambda url: "n-3" in url)
    runs = parse_qs(urlsplit(page.url).query)["runs"]
    page.reload()
    settled(page)
    assert lines(page, 2) == two
    assert parse_qs(urlsplit(page.url).query)["runs"] == runs
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    assert table["y"] + table["height"] < 768
    # the marks themselves have no text
    ticks = [text for text in page.locator(".st-key-compare-loss .xtick").all_text_contents() if text]
    assert ticks == ["1", "2", "3"]


def test_a_link_of_three_runs_shows_another_visitor_the_same(site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{site}/compare?epochs=3&hidden=4&view=loss"))
    three_kept(page)
    page.locator(".st-key-pin_row_2").get_by_role("button", name="Edit").click()
    named = page.locator(".st-key-pin_name_2 input")
    named.fill("middle")
    named.press("Enter")
    page.wait_for_url(re.compile("as-middle"))
    page.keyboard.press("Escape")
    page.locator(".st-key-pin_up_3 button:enabled").first.click()
    page.wait_for_url(lambda url: url.index("hidden-6") < url.index("as-middle"))
    page.wait_for_function(f"({LINES})()[1]?.[0].startsWith('3.')")
    assert len(page.url) < 400
    assert "%" not in urlsplit(page.url).query
    while (table := cells(page)) and next(cell for cell in table if cell[:2] in ("2.", "3."))[:2] != "3.":
        page.wait_for_timeout(200)  # the table is drawn after the chart
    shown = lines(page, 3)
    other = settled(visit(page.url))
    assert lines(other, 3) == shown
    assert cells(other) == table
    assert "2. middle" in " ".join(table)

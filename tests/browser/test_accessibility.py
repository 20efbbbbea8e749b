"""axe-core on every page, in both themes: nothing serious, and headings in order."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import settled

from core.web.site import SITE

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
LEVELS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => +heading.tagName[1])"


# Streamlit's own: in a phone's drawer the heading of a section stands among the items of a list.
EXCEPT = {"exclude": [["[data-testid=stSidebarNavItems]"]]}
EVERY: dict[str, Any] = {"resultTypes": ["violations"]}
# All that a theme changes.
COLOURS = EVERY | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def found(page: Page, rules: dict[str, Any] = EVERY) -> list[str]:
    """What axe-core finds that is grave, or a heading out of order; by all its rules, or by these."""
    violations = Axe().run(page, context=EXCEPT, options=rules).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
        if violation["impact"] in GRAVE or violation["id"] == "heading-order"
    ]


def clean(page: Page, what: str, rules: dict[str, Any] = EVERY) -> None:
    """Nothing is found, once the page has taken up a theme that has just changed."""
    deadline = time.monotonic() + 30
    while wrong := found(page, rules):
        assert time.monotonic() < deadline, (what, wrong)
        page.wait_for_timeout(500)


@pytest.mark.timeout(900)  # every page, twice
def test_nothing_is_grave(site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{site}/overview?epochs=2", viewport={"width": 1366, "height": 768})
    for name, entry in SITE.items():
        page.emulate_media(color_scheme="light")
        page.goto(f"{site}/{name}?epochs=2")
        page.locator(".st-key-next_page").or_(page.locator(".st-key-page hr")).first.wait_for()
        if entry.room == "lab":
            settled(page)
        expect(page.locator("h1")).to_have_count(1)
        levels = page.evaluate(LEVELS)
        assert levels[0] == 1
        assert all(deeper <= level + 1 for level, deeper in itertools.pairwise(levels)), levels
        clean(page, f"{name}, light")
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme == 'dark'")
        clean(page, f"{name}, dark", COLOURS)


@pytest.mark.timeout(900)  # every page, twice
def test_nothing_is_grave_on_a_phone(site: str, visit: Callable[..., Page]) -> None:
    """Where formulas and tables scroll."""
    for name in ("forecast", "lstm"):
        page = visit(f"{site}/{name}?epochs=2", viewport={"width": 390, "height": 844})
        page.locator(".st-key-next_page").wait_for()
        if name == "forecast":
            settled(page)
        page.wait_for_selector(".katex-display[tabindex], [data-testid=stTable] > div[tabindex]")
        assert not found(page), name
        page.close()


def test_what_is_wrong_is_found(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<html lang='en'><title>t</title><h1>a</h1><h3>b</h3><p style='color:#999'>cannot be read</p></html>"
    )
    assert {each.split(":")[0] for each in found(page)} == {"heading-order", "color-contrast"}
    page.close()

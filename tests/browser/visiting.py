"""What a visitor does and reads."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"


DONE = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main && /trained in|训练用时/.test(main.innerText)
        && !document.querySelector('.st-key-training_cancel') && !document.querySelector('[data-testid=stSkeleton]');
}"""


def settled(page: Page) -> Page:
    """Wait until the page says that the settings' own run is trained, and has been drawn."""
    page.wait_for_function(DONE, timeout=90_000)
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    return page


def go_to(page: Page, title: str) -> None:
    """Press a page's name in the navigation: in the row on top, or in the menu of lessons beside it."""
    page.get_by_test_id("stTopNav").wait_for()
    named = page.get_by_text(title, exact=True)
    link = page.get_by_test_id("stTopNavLink").filter(has=named)
    if not link.count():
        page.get_by_test_id("stTopNavSection").click()
        link = page.get_by_test_id("stTopNavDropdownLink").filter(has=named)
    link.click()


def written(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("[data-testid='stMain']").inner_text())


def photograph(page: Page, name: str) -> None:
    """Keep a picture to look at, in a folder git ignores."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")

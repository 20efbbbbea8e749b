"""What a visitor does and reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, TimeoutError

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "screenshots"
REST = 300  # ms between moving and pressing, as a hand does: Plotly drops a press within its 50 ms of following a move

DONE = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    return main && /trained in|训练用时/.test(main.innerText)
        && !document.querySelector('.st-key-training_cancel') && !document.querySelector('[data-testid=stSkeleton]');
}"""


def settled(page: Page) -> Page:
    """Wait until the page says that the settings' own run is trained, and has been drawn."""
    page.wait_for_function(DONE, timeout=120_000)
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    return page


def go_to(page: Page, title: str) -> None:
    """Press a page's name in the navigation: in the row on top, or in one of the menus beside it."""
    page.get_by_test_id("stTopNav").wait_for()
    named = page.get_by_text(title, exact=True)
    link = page.get_by_test_id("stTopNavLink").filter(has=named)
    for menu in [] if link.count() else page.get_by_test_id("stTopNavSection").all():
        menu.click()
        link = page.get_by_test_id("stTopNavDropdownLink").filter(has=named)
        if link.count():
            break
        page.keyboard.press("Escape")
    link.click()


def press(page: Page, place: Callable[[], dict[str, float]], taken: Callable[[], None]) -> None:
    """Press a mark of a chart as a hand does, and again where the chart was drawn anew meanwhile.

    Args:
        place: where the mark lies on the screen now, x and y; from then on a hover sets `window.hovered`.
        taken: waits for what the press does.
    """
    for _ in range(3):
        try:
            at = place()
            page.evaluate("window.hovered = false")
            page.mouse.move(at["x"] - 60, at["y"] - 40)  # to another mark: Plotly tells of a hover once
            page.mouse.move(at["x"], at["y"], steps=5)
            page.wait_for_function("window.hovered", timeout=10_000)
            page.wait_for_timeout(REST)
            page.mouse.click(at["x"], at["y"], delay=50)
            return taken()
        except TimeoutError:
            continue
    raise AssertionError("no press was taken")


def written(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("[data-testid='stMain']").inner_text())


def photograph(page: Page, name: str) -> None:
    """Keep a picture to look at, in a folder git ignores."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")

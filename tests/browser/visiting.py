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


def written(page: Page) -> str:
    return re.sub(r"\s+", " ", page.locator("[data-testid='stMain']").inner_text())


def photograph(page: Page, name: str) -> None:
    """Keep a picture to look at, in a folder git ignores."""
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")

"""Fast hands: no dial loses a change, whatever the server is busy with."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import FilePayload, Page
from visiting import settled

pytestmark = pytest.mark.browser
PRESSES = 10
SLIDERS = ["window", "epochs", "dropout"]  # in sight and folded away, whole numbers and others


def own_file() -> FilePayload:
    """A year and a half of made-up prices."""
    days = pd.bdate_range("2022-01-03", periods=400)
    closes = 50 * np.exp(np.cumsum(np.random.default_rng(5).normal(0, 0.01, 400)))
    text = pd.DataFrame({"date": days.strftime("%Y-%m-%d"), "close": closes.round(4)}).to_csv(index=False)
    return {"name": "own.csv", "mimeType": "text/csv", "buffer": text.encode()}


def uploaded(page: Page) -> Page:
    page.locator(".st-key-own_file summary").click()
    page.locator(".st-key-own_prices input[type=file]").set_input_files(own_file())
    page.wait_for_url(re.compile("source=upload"))
    return page


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def opened(page: Page, key: str) -> None:
    """Unfold the dials below, where this one stands among them."""
    if not page.locator(f".st-key-{key}").is_visible():
        page.locator(".st-key-more summary").click()
        page.locator(f".st-key-{key}").wait_for(state="visible")


@pytest.fixture
def after_an_upload(site: str, visit: Callable[..., Page]) -> Callable[[str], Page]:
    """A visit that has just brought a file of its own, with the dial of that name in sight."""
    pages: list[Page] = []

    def arrived(key: str) -> Page:
        for page in pages:
            page.close()
        pages[:] = [settled(visit(f"{site}/market?epochs=2"))]
        opened(pages[0], key)
        return uploaded(pages[0])

    return arrived


def stands(page: Page, key: str, wanted: float) -> None:
    """The address says so, when all is quiet."""
    page.wait_for_timeout(1500)
    settled(page)
    assert float(asked(page)[key]) == pytest.approx(wanted), key


def test_ten_fast_presses_on_sliders(after_an_upload: Callable[[str], Page]) -> None:
    for key in SLIDERS:
        page = after_an_upload(key)
        handle = page.locator(f".st-key-{key} input[type=range]")
        handle.focus()
        first, step = float(handle.input_value()), float(handle.get_attribute("step") or 1)
        most = float(handle.get_attribute("max") or 0)
        for _ in range(PRESSES):
            handle.press("ArrowRight")
        wanted = min(first + PRESSES * step, most)
        stands(page, key, wanted)
        assert float(handle.input_value()) == pytest.approx(wanted)


def test_ten_fast_presses_on_numbers(after_an_upload: Callable[[str], Page]) -> None:
    for key, wanted in (("seed", 10), ("lr", 0.02)):
        page = after_an_upload(key)
        for _ in range(PRESSES):
            page.locator(f".st-key-{key} [data-testid=stNumberInputStepUp]").click()
        stands(page, key, wanted)
        assert float(page.locator(f".st-key-{key} input").input_value()) == pytest.approx(wanted)


def test_fast_choices(after_an_upload: Callable[[str], Page]) -> None:
    for key, words in (("cell", ["GRU", "RNN"]), ("batch", ["64", "16"])):
        page = after_an_upload(key)
        for word in words:
            page.locator(f".st-key-{key} input").click()
            page.keyboard.type(word)
            page.keyboard.press("Enter")
        page.wait_for_timeout(1500)
        settled(page)
        assert asked(page)[key].lower() == words[-1].lower(), key

"""axe-core on every page, in both themes: nothing serious, and headings in order."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from visiting import settled

from core.web.site import SITE

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
LEVELS = "() => [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => +heading.tagName[1])"


def found(page: Page) -> list[str]:
    """What axe-core finds that is grave, or a heading out of order."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
        if violation["impact"] in GRAVE or violation["id"] == "heading-order"
    ]


def test_nothing_is_grave(serve: Callable[..., str], visit: Callable[..., Page]) -> None:
    address = serve(GATESCOPE_WORKERS="1")
    for (name, entry), scheme in itertools.product(SITE.items(), ("light", "dark")):
        page = visit(f"{address}/{name}?epochs=2", color_scheme=scheme, viewport={"width": 1366, "height": 768})
        page.locator(".st-key-next_page").or_(page.locator(".st-key-page hr")).first.wait_for()
        if entry.room == "lab":
            settled(page)
        expect(page.locator("h1")).to_have_count(1)
        assert not found(page), (name, scheme)
        levels = page.evaluate(LEVELS)
        assert levels[0] == 1
        assert all(deeper <= level + 1 for level, deeper in zip(levels, levels[1:], strict=False)), levels
        page.close()


def test_what_is_wrong_is_found(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(
        "<html lang='en'><title>t</title><main><h1>a</h1><h3>b</h3><p style='color:#999'>cannot be read</p></main></html>"
    )
    assert {each.split(":")[0] for each in found(page)} == {"heading-order", "color-contrast"}
    page.close()

"""Every page says what it is, in its language, and asks nothing of anybody but its own server."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from core.web.site import SITE

pytestmark = pytest.mark.browser
FINISHED = "[data-testid='stApp'][data-test-script-state='notRunning']"


def test_each_page_has_its_head_and_keeps_to_its_server(site: str, visit: Callable[..., Page]) -> None:
    foreign: list[str] = []
    complaints: list[str] = []

    def watch(page: Page) -> None:
        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc not in (urlsplit(site).netloc, ""):
                foreign.append(request.url)

        def told(message: ConsoleMessage) -> None:
            if message.type == "error":
                complaints.append(message.text)

        page.on("request", asked)
        page.on("console", told)
        page.on("pageerror", lambda error: complaints.append(str(error)))

    titles, abouts = set(), set()
    for name, entry in SITE.items():
        page = visit(f"{site}/{name}?epochs=2", on_page=watch)
        titles.add(page.title())
        abouts.add(page.locator("meta[name=description]").get_attribute("content"))
        page.wait_for_selector(FINISHED)
        expect(page.locator("h1").first).to_be_visible()
        expect(page).to_have_title("Gatescope" if name == "overview" else f"{entry.title} · Gatescope")
        assert page.locator("meta[property='og:title']").get_attribute("content") == page.title()
        assert page.locator("html").get_attribute("lang") == "en"
        page.close()
    assert len(titles) == len(abouts) == len(SITE)
    assert not foreign
    assert not complaints


def test_the_document_speaks_the_visitors_language(site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{site}/rnn", locale="zh-CN")
    assert page.locator("meta[name=description]").get_attribute("content") != SITE["rnn"].about
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.locator(".st-key-lang").get_by_text("English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("RNN · Gatescope")

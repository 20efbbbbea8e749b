"""The frame of every page: the dials in the first screen, a phone's ways, panels by the page's width, print, touch."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, WebSocket, expect
from visiting import go_to, photograph, settled

from core.charts.tokens import DARK, LIGHT

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
Serve = Callable[..., str]
DIALS = ("lang", "ticker", "preset", "window", "hidden", "layers", "start", "end")
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
PHONE |= {"user_agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"}
PANELS = """() => {
    const layout = document.querySelector('.st-key-gates .js-plotly-plot')?._fullLayout
    return layout && new Set(['', 2, 3].map(n => layout[`xaxis${n}`].domain[0])).size
}"""
CELLS = """() => [...document.querySelectorAll('.st-key-gates .heatmap-label text')].map(text => {
    const box = text.getBoundingClientRect()
    return {size: parseFloat(getComputedStyle(text).fontSize), left: box.left, right: box.right, y: Math.round(box.y)}
})"""
MOVING = """() => [...document.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element)
    return Math.max(parseFloat(style.transitionDuration), parseFloat(style.animationDuration)) > 0.001
}).length"""
INK = "() => document.querySelector('.st-key-gates .js-plotly-plot')?._fullLayout.font.color"
TOP = "() => document.querySelector('[data-testid=stMain]').scrollTop"


def inside(page: Page, selector: str) -> bool:
    """Whether an element lies wholly within what one sees without scrolling."""
    box, seen = page.locator(selector).bounding_box(), page.viewport_size
    assert box is not None, selector
    assert seen is not None
    return box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= seen["width"] and (
        box["y"] + box["height"] <= seen["height"]
    )  # fmt: skip


def abreast(page: Page, count: int) -> None:
    page.wait_for_function(f"({PANELS})() === {count}")


def cells_can_be_read(page: Page) -> None:
    """No printed number under 9 px, and none reaches into the next one of its row."""
    page.wait_for_function(f"({CELLS})().length > 0")
    cells = page.evaluate(CELLS)
    assert min(cell["size"] for cell in cells) >= 9
    cells.sort(key=lambda cell: (cell["y"], cell["left"]))
    for one, other in itertools.pairwise(cells):
        assert one["y"] != other["y"] or one["right"] <= other["left"]


def test_the_dials_are_in_the_first_screen(site: str, visit: Visit) -> None:
    for (width, height), language in itertools.product(((1366, 768), (1440, 900)), ("en-US", "zh-CN")):
        page = settled(visit(f"{site}/gates?epochs=2", viewport={"width": width, "height": height}, locale=language))
        page.wait_for_selector(".st-key-layers input[type=range]")
        for key in DIALS:
            assert inside(page, f".st-key-{key}"), key
        expect(page.get_by_test_id("stTopNavLink")).to_have_count(6)
        links = page.get_by_test_id("stTopNavLink").all()
        assert (
            len({round((link.bounding_box() or {"y": -1})["y"]) for link in links}) == 1
        )  # one row, nothing behind "more"
        title = page.get_by_role("heading", level=1).bounding_box()
        assert title is not None
        assert title["y"] < 100
        abreast(page, 3)
        cells_can_be_read(page)
        page.close()


def test_a_phone_has_its_ways(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/gates?epochs=2", **PHONE))
    abreast(page, 1)
    cells_can_be_read(page)
    assert page.locator(".modebar").first.is_hidden()
    ticker = page.locator(".st-key-ticker input")
    expect(ticker).not_to_be_in_viewport()
    page.get_by_role("button", name="Settings").click()
    expect(ticker).to_be_in_viewport()
    photograph(page, "settings-phone")
    page.get_by_role("button", name="Collapse sidebar").click()
    expect(ticker).not_to_be_in_viewport()
    label = "getComputedStyle(document.querySelector('[data-testid=stExpandSidebarButton]'), '::after').content"
    assert page.evaluate(label) == '"Pages"'
    page.get_by_role("link", name=re.compile("Next: Gradients")).click()
    page.wait_for_url(re.compile("/gradients"))
    settled(page)
    page.wait_for_function(f"({TOP})() === 0")
    for name in ("gradients", "lstm"):
        page.goto(f"{page.url.split('/gradients')[0]}/{name}?epochs=2")
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_panels_go_by_the_width_of_the_page(site: str, visit: Visit) -> None:
    """A desktop's window: as narrow as a phone, wide again; a wide one tells the server nothing."""
    sent: list[bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame if isinstance(frame, bytes) else frame.encode()))

    page = settled(visit(f"{site}/gates?epochs=2", on_page=lambda page: page.on("websocket", listen)))
    abreast(page, 3)
    expect(page.locator("html")).to_have_attribute("data-room", "1000")
    assert sent
    assert not [frame for frame in sent if b'"room"' in frame or b'"dark"' in frame]
    page.set_viewport_size({"width": 500, "height": 800})
    abreast(page, 1)
    assert [frame for frame in sent if b'"room"' in frame]
    page.set_viewport_size({"width": 1440, "height": 900})
    abreast(page, 3)
    cells_can_be_read(page)
    for scheme, tokens in (("dark", DARK), ("light", LIGHT)):  # charts take up a theme that changes
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"({INK})() === '{tokens.text}'")


def test_the_menu_has_the_lessons_and_pages_lead_on(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/overview?epochs=2&hidden=5"))
    go_to(page, "Vanishing gradients")
    expect(page.locator("h1")).to_have_text("Gradients that vanish or explode")
    assert urlsplit(page.url).path == "/vanishing"
    page.get_by_role("link", name=re.compile("Next: LSTM")).click()
    page.wait_for_url(re.compile("/lstm.*hidden=5"))


def test_paper_and_stillness(site: str, visit: Visit) -> None:
    """On paper the page stands alone; who asks for no motion sees none."""
    page = settled(visit(f"{site}/market?epochs=2", reduced_motion="reduce"))
    page.wait_for_function("document.documentElement.dataset.room !== undefined")
    assert page.evaluate(MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0
    page.emulate_media(media="print")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def push(page: Page, url: str) -> str:
    """Do to the browser's history what Streamlit does; the address afterwards, without the server's name."""
    page.evaluate("url => history.pushState({}, '', url)", url)
    return address_of(page)


def address_of(page: Page) -> str:
    split = urlsplit(page.url)
    return f"{split.path}?{split.query}" if split.query else split.path


def test_an_address_waits_for_its_page(site: str, visit: Visit) -> None:
    """An address may be told before the page it is of: it stays away until the browser goes there, and says no word of
    whose it is. The steps are in the order in which Streamlit and core.web.address take them."""
    seen: list[str] = []
    page = settled(visit(f"{site}/training?epochs=2"))
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    begun, steps = address_of(page), page.evaluate("history.length")
    assert push(page, "/training?window=12&_page=compare") == begun, "of another page: it waits"
    assert push(page, "/training") == begun, "without a word of whose it is Streamlit empties the page it leaves"
    assert page.evaluate("history.length") == steps
    assert push(page, "/compare") == "/compare?window=12", "the page it is of has come"
    assert page.evaluate("history.length") == steps + 1
    assert push(page, "/compare?window=13&_page=compare") == "/compare?window=13", "of the page that is there"
    assert page.evaluate("history.length") == steps + 1, "one step of the visitor is one step of Back"
    assert push(page, "/training") == "/training", "what waited was taken"
    assert not [url for url in seen if "_page" in url]


def test_an_address_that_waits_for_another_page_is_dropped(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/training?epochs=2"))
    push(page, "/training?window=12&_page=compare")
    assert push(page, "/gates") == "/gates", "it was of another page than the one that came"
    assert push(page, "/compare") == "/compare"


SEEN = """
for (const name of ['pushState', 'replaceState']) {
    const own = History.prototype[name]
    History.prototype[name] = function (...given) {
        own.apply(this, given);
        (window.seen ??= []).push(location.href)
    }
}"""


def test_whose_address_it_is_is_never_seen(site: str, visit: Visit) -> None:
    """On a way through the pages by the navigation, whatever takes an address' place on it."""
    page = settled(visit(f"{site}/training?epochs=2", on_page=lambda page: page.add_init_script(SEEN)))
    page.evaluate("window.seen = []")
    for title, path in (("Compare", "/compare"), ("Forecast", "/forecast"), ("Gates", "/gates")):
        go_to(page, title)
        page.wait_for_url(re.compile(f"{path}.*epochs=2"))
    seen = page.evaluate("window.seen")
    assert any("/compare?" in url for url in seen)
    assert not [url for url in [*seen, page.url] if "_page" in url]

"""A stranger's visit in a real browser: the first move is not lost, every page answers by link and by address."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from visiting import go_to, photograph, settled, written

pytestmark = pytest.mark.browser
PAGES = {"overview": "Overview", "market": "Market", "training": "Training", "forecast": "Forecast", "gates": "Gates"}
TITLES = {**PAGES, "overview": "Gatescope"}
ROBUST = {"GATESCOPE_WORKERS": "1"}

Visit = Callable[..., Page]


def moved_once(page: Page, key: str) -> None:
    """One press of the right arrow on a slider."""
    handle = page.locator(f".st-key-{key} input[type=range]")
    handle.focus()
    handle.press("ArrowRight")


def test_the_first_move_after_a_start_is_not_lost(serve: Callable[..., str], visit: Visit) -> None:
    page = visit(serve(**ROBUST))
    moved_once(page, "hidden")
    expect(page.locator(".st-key-hidden input[type=range]")).to_have_value("9")
    # 4(9 + 81 + 18) + 4(81 + 81 + 18) + 9 + 1, by hand; the run before is shown until then
    expect(page.get_by_test_id("stMain")).to_contain_text("1,162 parameters")
    settled(page)
    expect(page.locator(".st-key-hidden input[type=range]")).to_have_value("9")
    assert "2 × 9 units" in written(page)
    assert "hidden=9" in page.url

    for name, title in PAGES.items():  # by link
        go_to(page, title)
        page.wait_for_url(re.compile(f"/{name}"))
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
        settled(page)
        assert "2 × 9 units" in written(page)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        assert page.locator("[data-testid=stException]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_by_its_address(site: str, visit: Visit, scheme: str) -> None:
    language = {"light": "en-US", "dark": "zh-CN"}[scheme]
    page = visit(f"{site}/overview?epochs=40", color_scheme=scheme, locale=language)
    for name in PAGES:
        page.goto(f"{site}/{name}?epochs=40")
        settled(page)
        page.wait_for_selector(".js-plotly-plot .main-svg")
        assert page.locator("[data-testid=stException]").count() == 0
        assert ("个参数" in written(page)) == (scheme == "dark")
        assert "epochs=40" in page.url
        photograph(page, f"{name}-{scheme}")


def test_a_phone_sees_the_chart_first(site: str, visit: Visit) -> None:
    page = visit(f"{site}/forecast?epochs=40", viewport={"width": 390, "height": 844}, is_mobile=True)
    settled(page)
    page.wait_for_selector(".js-plotly-plot .main-svg")
    box = page.locator(".js-plotly-plot").first.bounding_box()
    photograph(page, "forecast-phone")
    assert box is not None
    assert box["y"] + 200 < 844
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def epoch(page: Page) -> int:
    """The epoch the progress line tells."""
    line = page.get_by_text(re.compile(r"epoch \d+ of [\d,]+")).first
    line.wait_for()
    return int(re.findall(r"\d+", line.inner_text())[0])


def asked_for(page: Page) -> Page:
    """Press "Train" where the training is long enough to wait for it."""
    page.locator(".st-key-training_start, .st-key-training_cancel").first.wait_for()
    if page.locator(".st-key-training_start").count():
        page.locator(".st-key-training_start button").click()
    page.wait_for_selector(".st-key-training_cancel")
    return page


def test_a_page_switch_and_a_second_browser_keep_the_training(serve: Callable[..., str], visit: Visit) -> None:
    # On a server of its own: a closed browser may come back for its training, so for a while nobody can end it.
    page = asked_for(visit(f"{serve(**ROBUST)}/training?epochs=1000&hidden=128&window=60"))
    go_to(page, "Gates")
    page.wait_for_url(re.compile("/gates.*hidden=128"))
    reached = epoch(page)
    other = asked_for(visit(page.url))  # the same link elsewhere joins the same training
    joined = epoch(other)
    assert joined >= reached
    page.close()
    expect(other.get_by_text(re.compile(rf"epoch {joined} of"))).to_have_count(0)
    assert epoch(other) > joined  # it goes on for who is left
    other.locator(".st-key-training_cancel button").click()
    expect(other.get_by_text("Training was cancelled.").first).to_be_visible()


def test_dials_survive_a_browser_that_draws_them_late(site: str, visit: Visit) -> None:
    """Widget code that arrives after the second script run: the dials still show, and send, what the link says."""

    def slowly(route: Route) -> None:
        time.sleep(2)
        route.continue_()

    def delay(page: Page) -> None:
        page.route(re.compile(r"/static/.*(Slider|NumberInput|DateInput|DatePicker|Selectbox)[^/]*\.js"), slowly)

    address = f"{site}/market?window=14&hidden=9&epochs=3&seed=5"
    page = settled(visit(address, on_page=delay))
    page.wait_for_selector(".st-key-layers input[type=range]")
    shown = [page.locator(f".st-key-{key} input[type=range]").input_value() for key in ("window", "hidden", "layers")]
    assert shown == ["14", "9", "2"]
    moved_once(page, "window")
    page.wait_for_url(re.compile("window=15"))
    for kept in ("hidden=9", "epochs=3", "seed=5"):
        assert kept in page.url
    assert "preset=" not in page.url
    assert "lr=" not in page.url
    assert "start=" not in page.url

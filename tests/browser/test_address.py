"""The address holds what is seen: a link shows it again, Back undoes one step, and pages keep what was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visiting import go_to, settled

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


def pressed(page: Page, key: str, text: str) -> None:
    page.locator(f".st-key-{key}").get_by_role("radio", name=text).or_(
        page.locator(f".st-key-{key} button").filter(has_text=text)
    ).first.click()


def to(page: Page, name: str) -> None:
    go_to(page, name)
    page.wait_for_url(re.compile(f"/{name.lower()}"))
    settled(page)


def test_a_link_shows_what_was_seen(serve: Callable[..., str], visit: Visit) -> None:
    address = serve(GATESCOPE_WORKERS="1")
    page = settled(visit(f"{address}/gates?epochs=2"))
    pressed(page, "gate_layer", "2")
    page.wait_for_url(re.compile("layer=2"))
    page.locator(".st-key-gate_step_back button").first.click()
    page.wait_for_url(re.compile("step=9"))
    expect(page.get_by_text(re.compile("of layer 2 at step 9"))).to_be_visible()
    page.wait_for_timeout(1000)
    equation = page.locator(".katex-display, .stLatex").first.inner_text()
    other = settled(visit(page.url))
    expect(other.get_by_text(re.compile("of layer 2 at step 9"))).to_be_visible()
    assert other.locator(".katex-display, .stLatex").first.inner_text() == equation
    pressed(page, "gate_view", "Two days")
    page.wait_for_url(re.compile("view=days"))
    other.goto(page.url)
    settled(other)
    expect(other.locator(".st-key-gate_other_day")).to_be_visible()


def test_back_undoes_one_step(serve: Callable[..., str], visit: Visit) -> None:
    page = settled(visit(f"{serve(GATESCOPE_WORKERS='1')}/market?epochs=2"))
    handle = page.locator(".st-key-window input[type=range]")
    for value in ("11", "12"):
        handle.focus()
        handle.press("ArrowRight")
        page.wait_for_url(re.compile(f"window={value}"))
        settled(page)
    pressed(page, "market_shape", "candles")
    page.wait_for_url(re.compile("view=candles"))
    page.go_back()
    expect(page.locator(".st-key-market_shape [aria-checked=true]")).to_have_text("closes")
    expect(handle).to_have_value("12")
    page.go_back()
    expect(handle).to_have_value("11")
    page.wait_for_timeout(1500)
    assert "window=11" in page.url
    page.go_forward()
    expect(handle).to_have_value("12")


def test_choices_are_kept_over_pages(serve: Callable[..., str], visit: Visit) -> None:
    page = settled(visit(f"{serve(GATESCOPE_WORKERS='1')}/market?epochs=2"))
    pressed(page, "market_shape", "candles")
    page.wait_for_url(re.compile("view=candles"))
    to(page, "Training")
    pressed(page, "loss_axis", "linear")
    page.wait_for_url(re.compile("axis=linear"))
    to(page, "Market")
    expect(page.locator(".st-key-market_shape [aria-checked=true]")).to_have_text("candles")
    to(page, "Training")
    expect(page.locator(".st-key-loss_axis [aria-checked=true]")).to_have_text("linear")


def test_back_leads_to_the_page_before_as_it_was(serve: Callable[..., str], visit: Visit) -> None:
    page = settled(visit(f"{serve(GATESCOPE_WORKERS='1')}/market?epochs=2&window=12&view=candles"))
    to(page, "Training")
    page.wait_for_url(re.compile("/training.*window=12"))
    to(page, "Compare")  # which stops early: nothing is kept yet
    page.wait_for_url(re.compile("/compare.*window=12"))
    for name in ("training", "market"):
        page.go_back()
        page.wait_for_url(re.compile(f"/{name}.*window=12"))
        settled(page)
        expect(page.locator(".st-key-window input[type=range]")).to_have_value("12")
    expect(page.locator(".st-key-market_shape [aria-checked=true]")).to_have_text("candles")

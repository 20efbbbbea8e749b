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


def test_a_link_shows_what_was_seen(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/gates?epochs=2"))
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


def test_back_undoes_one_step(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2"))
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


def test_choices_are_kept_over_pages(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2"))
    pressed(page, "market_shape", "candles")
    page.wait_for_url(re.compile("view=candles"))
    to(page, "Training")
    pressed(page, "loss_axis", "linear")
    page.wait_for_url(re.compile("axis=linear"))
    to(page, "Market")
    expect(page.locator(".st-key-market_shape [aria-checked=true]")).to_have_text("candles")
    to(page, "Training")
    expect(page.locator(".st-key-loss_axis [aria-checked=true]")).to_have_text("linear")


def test_back_leads_to_the_page_before_as_it_was(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2&window=12&view=candles"))
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


def test_a_link_with_five_inputs_gives_the_same_figures(site: str, visit: Visit) -> None:
    link = "gates?epochs=2&inputs=return,volume,range,rsi,weekday&view=drives"
    page = settled(visit(f"{site}/{link}"))
    expect(page.get_by_text(re.compile("1,129 parameters"))).to_be_visible()
    page.wait_for_url(re.compile("weekday"))
    other = settled(visit(page.url, locale="zh-CN"))
    figures = [
        settled(each).locator(".st-key-drives .main-svg").first.locator("text.heatmap-label, .heatmap-label text")
        for each in (page, other)
    ]
    expect(figures[0].first).to_be_visible()
    expect(figures[1].first).to_be_visible()
    assert figures[0].all_inner_texts() == figures[1].all_inner_texts() != []


def test_a_link_to_whether_inputs_help_shows_the_same(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/forecast?epochs=2&hidden=2&layers=1&inputs=volume,gap&view=ablation&ablated=2"))
    expect(page.locator(".st-key-ablation_seeds input[type=range]")).to_have_value("2")
    page.locator(".st-key-ablation_start button").click()
    expect(page.locator(".st-key-ablation .main-svg").first).to_be_visible(timeout=60_000)
    page.wait_for_url(re.compile("ablated=2"))
    other = settled(visit(page.url))
    expect(other.locator(".st-key-ablation .main-svg").first).to_be_visible()  # at once: nothing is left to start
    tables = [each.get_by_test_id("stTable").last.inner_text() for each in (page, other)]
    assert tables[0] == tables[1]
    assert "RMSE without it" in tables[0]


def test_an_address_beyond_a_slider_is_taken_as_none(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/forecast?epochs=2&inputs=volume&view=ablation&ablated=999"))
    expect(page.locator(".st-key-ablation_seeds input[type=range]")).to_have_value("5")

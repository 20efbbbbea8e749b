"""The box of inputs by hand: typed, chosen, taken out by keyboard, refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from test_dials import opened, uploaded
from visiting import settled

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
MANY = "return,range,gap,volume,average5,average20,average60,rsi,macd,atr"


def box(page: Page) -> Locator:
    opened(page, "inputs")
    return page.locator(".st-key-inputs input").first


def typed(page: Page, text: str) -> None:
    """Into the box, as fast as hands do; again where Streamlit's box lost the first letter, as on a busy machine."""
    for _ in range(5):
        box(page).click()
        expect(box(page)).to_be_focused()
        box(page).press_sequentially(text, delay=60)
        page.wait_for_timeout(500)
        if box(page).input_value() == text:
            return
        box(page).fill("")
    expect(box(page)).to_have_value(text)


def chosen(page: Page) -> list[str]:
    """The inputs as the address has them."""
    return parse_qs(urlsplit(page.url).query).get("inputs", [""])[0].split(",")


def test_a_name_is_typed_a_suggestion_chosen_and_the_last_taken_out_by_keyboard(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2"))
    for word, suggestion, then in (
        ("vol", "volume against its mean", r"inputs=volume(&|$)"),
        ("rsi", "RSI", r"inputs=volume(%2C|,)rsi"),
    ):
        typed(page, word)
        expect(page.get_by_role("option").first).to_have_text(suggestion)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(then))
        settled(page)
    page.keyboard.press("Backspace")  # the box has kept the focus
    page.wait_for_url(re.compile(r"inputs=volume(&|$)"))
    settled(page)
    page.keyboard.press("Backspace")
    page.wait_for_function("!location.search.includes('inputs')")


def test_what_is_no_input_is_said_and_the_others_stay(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2&inputs=volume"))
    typed(page, "no such thing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("no such thing is neither an input nor a ticker")).to_be_visible()
    assert chosen(page) == ["volume"]
    expect(page.locator(".st-key-inputs")).not_to_contain_text("no such thing")


def test_no_more_can_be_chosen_than_a_network_reads(site: str, visit: Visit) -> None:
    page = settled(visit(f"{site}/market?epochs=2&inputs={MANY}"))
    typed(page, "since")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("pause"))
    assert len(chosen(page)) == 11  # and the target's own: twelve
    page.keyboard.type("week", delay=60)
    expect(page.get_by_text(re.compile("up to 11"))).to_be_visible()
    page.keyboard.press("Enter")
    settled(page)
    assert "weekday" not in chosen(page)


def test_a_column_that_is_not_there_is_said_before_training_and_left_out_at_a_press(site: str, visit: Visit) -> None:
    page = uploaded(settled(visit(f"{site}/market?epochs=2")))  # dates and closes alone
    settled(page)
    typed(page, "gap")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("is computed from open, which these prices do not have"))).to_be_visible()
    expect(page.locator(".st-key-training_cancel")).to_have_count(0)
    page.locator(".st-key-strip_leave_out button").click()
    page.wait_for_function("!location.search.includes('inputs')")
    settled(page)
    expect(page.get_by_text(re.compile("is computed from"))).to_have_count(0)

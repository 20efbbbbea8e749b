"""A lesson in a real browser: steps of the chain are pressed, a question is answered, the way leads on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.theory.questions import draw

pytestmark = pytest.mark.browser
STEPS = 5
Visit = Callable[..., Page]


def press(page: Page, step: int) -> None:
    """A press on the box of a step, as far along the chain as it is drawn."""
    chart = page.locator(".st-key-rnn-unrolled .main-svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * (step - 0.2) / (STEPS + 0.6), box["y"] + box["height"] / 2)


def test_a_pressed_step_shows_its_numbers_and_a_question_is_answered(site: str, visit: Visit) -> None:
    page = visit(f"{site}/rnn", locale="en-US")
    expect(page.get_by_text("Lesson 1 of 5")).to_be_visible(timeout=60_000)
    page.wait_for_selector(".st-key-rnn-unrolled .nsewdrag")
    page.wait_for_selector("[data-testid='stApp'][data-test-script-state='notRunning']")
    slider = page.locator(".st-key-rnn_step")
    expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", "3", timeout=60_000)
    for step in (5, 1):
        press(page, step)
        expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", str(step), timeout=60_000)
        expect(page.locator("annotation", has_text=f"a_{{{step}}}&=")).to_have_count(1, timeout=60_000)
    page.locator(".st-key-rnn_step_right button").first.click()
    expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", "2", timeout=60_000)
    press(page, 1)  # still selected to Plotly: pressed again it is meant again
    expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", "1", timeout=60_000)

    question, field = draw("rnn", 1), page.locator(".st-key-rnn_question_1_0 input")
    for answer, told in ((question.answer + 1, "No: it is"), (question.answer, "Right.")):
        field.fill(f"{answer:.0f}")
        field.press("Enter")
        expect(page.get_by_text(told)).to_be_visible(timeout=60_000)
    expect(slider.get_by_role("slider")).to_have_attribute("aria-valuetext", "1")
    page.get_by_text("Next: Vanishing gradients").click()
    expect(page.get_by_text("Lesson 2 of 5")).to_be_visible(timeout=60_000)

"""From the gates to a unit's equations: a cell of a heat map that is pressed is the one whose equations stand below."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect
from visiting import settled

pytestmark = pytest.mark.browser
REST = 300  # ms between moving and pressing, as a hand does: Plotly drops a press within its 50 ms of following a move

# Where the cell of a step and a unit (from 0) lies on the screen, in the panel of that axis.
PLACE = """([step, unit, panel]) => {
    const chart = document.querySelector('.st-key-gates .js-plotly-plot'), box = chart.getBoundingClientRect();
    const across = chart._fullLayout['xaxis' + panel], up = chart._fullLayout['yaxis' + panel];
    chart.on('plotly_hover', () => { window.hovered = true });
    return {x: box.left + across._offset + across.c2p(step), y: box.top + up._offset + up.c2p(unit)};
}"""


def press(page: Page, step: int, unit: int, panel: str) -> None:
    """Press the cell, beside its middle, and again where the chart was drawn anew meanwhile."""
    told = page.get_by_text(f"Unit {unit + 1} of layer 1 at step {step + 1}", exact=True).first
    for _ in range(3):
        page.locator(".st-key-gates .js-plotly-plot .nsewdrag").first.wait_for()
        page.locator(".st-key-gates .js-plotly-plot").first.scroll_into_view_if_needed()
        at = page.evaluate(PLACE, [step, unit, panel])
        page.evaluate("window.hovered = false")
        page.mouse.move(at["x"] - 60, at["y"] - 40)  # to another cell: Plotly tells of a hover once
        page.mouse.move(at["x"] + 6, at["y"] + 3, steps=5)
        try:
            page.wait_for_function("window.hovered", timeout=10_000)
            page.wait_for_timeout(REST)
            page.mouse.click(at["x"] + 6, at["y"] + 3, delay=50)
            return told.wait_for(timeout=20_000)
        except TimeoutError:
            continue
    told.wait_for(timeout=1_000)


def test_a_pressed_cell_opens_its_equations(serve: Callable[..., str], visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{serve(GATESCOPE_WORKERS='1')}/gates?preset=returns", locale="en-US"))
    press(page, 3, 2, "2")
    page.wait_for_url(re.compile("step=4.*unit=3"), timeout=60_000)
    for name, value in (("step", "4"), ("unit", "3")):
        slider = page.locator(f".st-key-gate_{name}").get_by_role("slider")
        expect(slider).to_have_attribute("aria-valuetext", value, timeout=60_000)
    press(page, 8, 6, "5")
    page.wait_for_url(re.compile("step=9.*unit=7"), timeout=60_000)

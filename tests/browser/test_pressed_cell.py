"""From the gates to a unit's equations: a cell of a heat map that is pressed is the one whose equations stand below."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visiting import press, settled

pytestmark = pytest.mark.browser

# A place beside the middle of the cell of a step and a unit (from 0) on the screen, in the panel of that axis.
PLACE = """([step, unit, panel]) => {
    const chart = document.querySelector('.st-key-gates .js-plotly-plot'), box = chart.getBoundingClientRect();
    const across = chart._fullLayout['xaxis' + panel], up = chart._fullLayout['yaxis' + panel];
    chart.on('plotly_hover', () => { window.hovered = true });
    return {x: box.left + across._offset + across.c2p(step) + 6, y: box.top + up._offset + up.c2p(unit) + 3};
}"""


def press_cell(page: Page, step: int, unit: int, panel: str) -> None:
    """Press the cell, and wait for its equations."""
    chart = page.locator(".st-key-gates .js-plotly-plot")
    told = page.get_by_text(f"Unit {unit + 1} of layer 1 at step {step + 1}", exact=True).first

    def place() -> dict[str, float]:
        chart.locator(".nsewdrag").first.wait_for()
        chart.first.scroll_into_view_if_needed()
        at: dict[str, float] = page.evaluate(PLACE, [step, unit, panel])
        return at

    press(page, place, lambda: told.wait_for(timeout=20_000))


def test_a_pressed_cell_opens_its_equations(site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{site}/gates?preset=returns", locale="en-US"))
    press_cell(page, 3, 2, "2")
    page.wait_for_url(re.compile("step=4.*unit=3"), timeout=60_000)
    for name, value in (("step", "4"), ("unit", "3")):
        slider = page.locator(f".st-key-gate_{name}").get_by_role("slider")
        expect(slider).to_have_attribute("aria-valuetext", value, timeout=60_000)
    press_cell(page, 8, 6, "5")
    page.wait_for_url(re.compile("step=9.*unit=7"), timeout=60_000)

"""A plan of eight runs in a browser: started, watched, a cell of it pressed, and its link opened by somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, TimeoutError, expect
from visiting import settled, written

pytestmark = pytest.mark.browser
DIALS = "preset=returns&epochs=3&layers=1"
ABOUT = "returns..layers-1..epochs-3"
PLAN = f"sweep=all..-hidden..2..3..-window..4..5..-seed..0..1&about={ABOUT}"
REST = 300  # ms between moving and pressing, as a hand does

# Where the cell of a column and a row (from 0) lies on the screen.
PLACE = """([column, row]) => {
    const chart = document.querySelector('.st-key-sweep-map .js-plotly-plot'), box = chart.getBoundingClientRect();
    const across = chart._fullLayout.xaxis, up = chart._fullLayout.yaxis;
    chart.on('plotly_hover', () => { window.hovered = true });
    return {x: box.left + across._offset + across.c2p(column), y: box.top + up._offset + up.c2p(row)};
}"""


def press(page: Page, column: int, row: int) -> None:
    """Press the cell, beside its middle, and again where the chart was drawn anew meanwhile."""
    opened = page.locator(".st-key-sweep_opened")
    for _ in range(3):
        chart = page.locator(".st-key-sweep-map .js-plotly-plot")
        chart.locator(".nsewdrag").first.wait_for()
        chart.scroll_into_view_if_needed()
        page.evaluate("window.hovered = false")
        at = page.evaluate(PLACE, [column, row])
        page.mouse.move(at["x"] - 60, at["y"] - 20)
        page.mouse.move(at["x"] + 6, at["y"] + 3, steps=5)
        try:
            page.wait_for_function("window.hovered", timeout=10_000)
            page.wait_for_timeout(REST)
            page.mouse.click(at["x"] + 6, at["y"] + 3, delay=50)
            return opened.wait_for(timeout=20_000)
        except TimeoutError:
            continue
    opened.wait_for(timeout=1_000)


def rows(page: Page) -> list[str]:
    """What the table holds, for those who cannot see it."""
    table = page.locator(".st-key-sweep_table [role=grid]").first
    table.locator("[role=row]").nth(8).wait_for(state="attached")
    return [" ".join(row.locator("[role=gridcell]").all_inner_texts()) for row in table.locator("[role=row]").all()[1:]]


def test_a_plan_runs_is_pressed_and_handed_on(site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{site}/sweep?{DIALS}&{PLAN}", locale="en-US"))
    expect(page.get_by_text("0 of 8 runs are there")).to_be_visible()
    page.locator(".st-key-sweep_go_on button").click()
    expect(page.get_by_text("of 8 runs").first).to_be_visible()
    expect(page.get_by_text("settings are counted on these test days")).to_be_visible(timeout=120_000)
    assert "Best by the validation part: " in written(page)
    press(page, 1, 0)  # window 5, hidden 2
    expect(page.locator(".st-key-sweep_opened")).to_contain_text("Hidden size 2 · Window 5")
    expect(page.locator(".st-key-window").get_by_role("slider")).to_have_attribute("aria-valuetext", "5")
    page.locator(".st-key-sweep_view").get_by_text("Table").click()
    page.wait_for_url("**view=table**")
    ours = rows(page)
    assert len(ours) == 8
    other = settled(visit(page.url, locale="en-US"))
    expect(other.get_by_text("settings are counted on these test days")).to_be_visible(timeout=60_000)
    assert rows(other) == ours

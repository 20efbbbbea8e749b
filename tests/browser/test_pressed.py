"""From a chart to its inside: a day pressed in the forecast opens the gates behind it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from visiting import press, settled

pytestmark = pytest.mark.browser

# Where the n-th last day of the forecast lies on the screen now; the days the chart says were pressed are kept.
PLACE = """n => {
    const chart = document.querySelector('.st-key-forecast .js-plotly-plot'), box = chart.getBoundingClientRect();
    const {xaxis, yaxis} = chart._fullLayout, point = chart.calcdata[0][chart.calcdata[0].length - n];
    if (window.heard !== chart) {
        chart.on('plotly_click', event => { (window.pressed ??= []).push(String(event.points[0].x).slice(0, 10)) });
        chart.on('plotly_hover', () => { window.hovered = true });
        window.heard = chart;
    }
    return {
        x: box.left + xaxis._offset + xaxis.c2p(point.x),
        y: box.top + yaxis._offset + yaxis.c2p(point.y),
    };
}"""


def test_a_day_of_the_forecast_opens_its_gates(site: str, visit: Callable[..., Page]) -> None:
    page = settled(visit(f"{site}/forecast?preset=returns"))
    page.locator(".st-key-forecast .js-plotly-plot .nsewdrag").wait_for()
    gates = re.compile("/gates.*day=")
    press(page, lambda: page.evaluate(PLACE, 40), lambda: page.wait_for_url(gates, timeout=20_000))
    assert any(f"day={day}" in page.url for day in page.evaluate("window.pressed"))
    settled(page)
    expect(page.get_by_text(re.compile("of layer 1 at step")).first).to_be_visible()
    page.go_back()
    page.wait_for_url(re.compile("/forecast.*preset=returns"))
    page.locator(".st-key-forecast .js-plotly-plot .nsewdrag").wait_for()
    settled(page)
    assert "/forecast" in page.url  # what was pressed once is not pressed again

"""Each figure beside what is asked of it, drawn by plotly in the Chromium that the benchmarks drive anyway."""

from __future__ import annotations

import urllib.parse
from collections.abc import Sequence
from pathlib import Path

import plotly.graph_objects as go
from playwright.sync_api import sync_playwright

from benchmarks.on_screen import launched
from benchmarks.timing import Row, Spread

TICKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
HOLDS, SHORT = "#2a78b5", "#c1551e"


def beside_asked(row: Row) -> Spread:
    """How many times better than asked; below 1 falls short."""
    assert row.measured is not None
    low, median, high = row.measured.low, row.measured.median, row.measured.high
    if row.least is not None:
        return Spread(low / row.least, median / row.least, high / row.least)
    assert row.most is not None
    return Spread(row.most / high, row.most / median, row.most / low)


def draw(rows: Sequence[Row], path: Path) -> bool:
    """Write the picture of those rows of which something is asked, as SVG; whether there is anything to draw."""
    shown = [row for row in rows if row.measured is not None and row.holds is not None and not row.detail][::-1]
    if not shown:
        return False
    spreads, drawn = [beside_asked(row) for row in shown], go.Figure()
    for holds, colour, name in ((True, HOLDS, "holds"), (False, SHORT, "falls short")):
        here = [(row, each) for row, each in zip(shown, spreads, strict=True) if row.holds is holds]
        drawn.add_scatter(
            x=[each.median for _, each in here], y=[row.name for row, _ in here], mode="markers", name=name,
            marker={"color": colour, "size": 9, "symbol": "circle" if holds else "x"},
            error_x={"array": [each.high - each.median for _, each in here],
                     "arrayminus": [each.median - each.low for _, each in here]},
        )  # fmt: skip
    drawn.add_vline(x=1, line={"color": "#888", "width": 1})
    drawn.add_annotation(x=0, y=1, yref="paper", yanchor="bottom", text="asked", showarrow=False)  # x: log10 of 1
    drawn.update_xaxes(type="log", title="times better than asked (log scale)", tickvals=TICKS)
    drawn.update_yaxes(categoryorder="array", categoryarray=[row.name for row in shown], automargin=True)
    drawn.update_layout(
        width=1000, height=120 + 30 * len(shown), template="plotly_white", margin={"t": 30, "l": 10, "r": 20},
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 1.0, "xanchor": "right"},
    )  # fmt: skip
    path.write_text(as_svg(drawn), encoding="utf-8")
    return True


def as_svg(drawn: go.Figure) -> str:
    """By plotly's own export, offline."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        page = browser.new_page()
        page.set_content(drawn.to_html(include_plotlyjs=True, div_id="drawn"))
        image = page.evaluate("Plotly.toImage('drawn', {format: 'svg', width: null, height: null})")
        browser.close()
    return urllib.parse.unquote(image.partition(",")[2])

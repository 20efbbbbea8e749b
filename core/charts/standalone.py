"""Charts in a page of their own: Plotly's JavaScript as it ships, and a figure as what it draws."""

from __future__ import annotations

import json
from typing import Any

from plotly.offline import get_plotlyjs

from core.charts.style import Chart


def library() -> str:
    """Plotly's JavaScript, whole; it asks nothing of the network."""
    return str(get_plotlyjs())


def drawn(chart: Chart) -> dict[str, Any]:
    """A figure as Plotly's `newPlot` takes it: data and layout, nothing but JSON."""
    found: dict[str, Any] = json.loads(chart.figure.to_json())
    return {name: found[name] for name in ("data", "layout")}

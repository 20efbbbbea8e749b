"""Charts of a network with several inputs: what each cell stands for, and what the alt sentence names."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core import charts
from core.charts import Style

SHARES = {"forget": np.array([[0.7, 0.2, 0.1], [0.1, 0.95, -0.05]]), "input": np.full((2, 3), np.nan)}


def _cells(chart: charts.Chart) -> np.ndarray:
    """The first panel's matrix, put together from its traces by ink."""
    axis = chart.figure.data[0].xaxis
    parts = [np.asarray(trace.z, dtype=float) for trace in chart.figure.data if trace.xaxis == axis]
    return np.nanmax(np.stack(parts), axis=0)


def test_each_cell_is_a_units_share_of_a_term() -> None:
    drawn = charts.gate_drives(SHARES, ["close", "volume", "hidden state"], Style())
    np.testing.assert_allclose(_cells(drawn), SHARES["forget"].T)  # terms by units
    assert "the largest share, 0.95, is that of volume in unit 2" in drawn.alt
    assert "no unit moves" in drawn.alt  # of the gate that stands still


def test_an_answer_is_drawn_by_day_and_input() -> None:
    slopes, days = np.array([[0.0, 0.1], [0.02, -0.5], [0.3, 0.0]]), pd.bdate_range("2024-01-01", periods=3)
    drawn = charts.input_saliency(slopes, ["close", "volume"], Style(), dates=days)
    np.testing.assert_allclose(_cells(drawn), slopes.T)
    assert "−0.5, to volume, 1 days before the last" in drawn.alt
    assert "2024-01-02" in drawn.alt


def test_names_from_outside_are_shown_as_they_are() -> None:
    wicked = "<b>x</b>"
    for style in (Style(), Style(narrow=True, room=0)):
        drawn = [
            charts.gate_drives(SHARES, [wicked] * 3, style),
            charts.input_saliency(np.ones((3, 1)), [wicked], style),
            charts.input_gains([charts.Gain(wicked, 0.1, "helps")], style),
        ]
        for chart in drawn:
            assert not any("<b>" in text for text in chart.figure.layout.yaxis.ticktext)


def test_numbers_leave_where_there_is_no_room() -> None:
    shares = {"forget": np.full((8, 3), 0.25)}
    names = ["close against its 20-day average", "volume", "hidden state"]
    wide, narrow = (charts.gate_drives(shares, names, each) for each in (Style(), Style(narrow=True, room=0)))
    assert wide.figure.data[0].text is not None
    assert narrow.figure.data[0].text is None


def test_gains_are_told_apart_by_shape_too() -> None:
    gains = [charts.Gain(kind, 0.01, kind) for kind in ("helps", "beside", "costs", "nothing")]
    drawn = charts.input_gains(gains, Style())
    assert len({trace.marker.symbol for trace in drawn.figure.data}) == 4

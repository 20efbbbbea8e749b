"""Marks that can be pressed lie on their cells; runs side by side keep their looks; what is not a number is a gap."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core import charts
from core.charts import Style
from core.charts.pressed import MOST_CELLS


def test_each_cell_has_a_mark_that_tells_step_unit_and_value(matrices):
    figure = charts.gates(matrices, Style()).figure
    marks = [trace for trace in figure.data if trace.type == "scatter"]
    assert {trace.xaxis for trace in marks} == {trace.xaxis for trace in figure.data if trace.type == "heatmap"}
    for trace, values in zip(marks, matrices.values(), strict=True):
        assert len(trace.x) == values.size
        for x, y, (step, unit, label, value) in zip(trace.x, trace.y, trace.customdata, strict=True):
            assert (step, unit, label) == (x + 1, y + 1, f"{x - 9}".replace("-", "−"))
            assert float(value.replace("−", "-")) == np.round(values[x, y], 4)


def test_cells_too_small_to_be_aimed_at_have_no_marks():
    large = {"hidden": np.zeros((MOST_CELLS + 1, 1))}
    assert not charts.can_be_pressed(large["hidden"].shape)
    assert {trace.type for trace in charts.gates(large, Style()).figure.data} == {"heatmap"}


def test_a_run_looks_the_same_in_both_losses(gallery):
    lines = [(t.name, t.line.color, t.line.dash) for t in gallery(Style())["losses"].figure.data]
    assert len(lines) == 4
    assert len(set(lines)) == 2


def test_errors_that_are_no_number_are_a_gap_and_the_line_at_one_stays():
    days = pd.date_range("2024-01-01", periods=4)
    chart = charts.errors_over_time([charts.Errors("A", pd.Series([0.5, np.nan, 0.0, 2.0], days))], Style(), window=60)
    ratio, level = chart.figure.data
    np.testing.assert_array_equal(np.asarray(ratio.y, dtype=float), [0.5, np.nan, np.nan, 2.0])
    assert list(level.y) == [1, 1]
    assert "below 1 on 2 of 3 days" in chart.alt

"""Named lines: each with a look that is its own, over axes that count in whole steps."""

import numpy as np
import pytest

from core import charts
from core.charts import Style
from core.values import EpochRecord


def test_a_line_keeps_its_look_whatever_stands_beside_it():
    def look(found):
        return {trace.name: (trace.line.color, trace.line.dash) for trace in found.figure.data}

    lines = [charts.Line(str(n), np.arange(3.0), np.arange(3.0), look=n) for n in range(7)]
    axes = charts.Axes("x", "y")
    whole = look(charts.curves(lines, axes, Style()))
    assert len(set(whole.values())) == 7
    for gone in range(7):
        left = look(charts.curves([line for line in lines if line.look != gone], axes, Style()))
        assert left == {name: seen for name, seen in whole.items() if name != str(gone)}


@pytest.mark.parametrize("epochs", [1, 2, 3, 6, 10])
def test_counted_things_are_ticked_at_whole_numbers(epochs):
    count = np.arange(1.0, epochs + 1)
    history = [EpochRecord(int(e), 0.3, 0.4, 0.01, 0.01) for e in count]
    for drawn in (charts.curves([charts.Line("a", count, count)], charts.Axes("x", "y"), Style()),
                  charts.loss(history, epochs, Style())):  # fmt: skip
        assert (drawn.figure.layout.xaxis.dtick, drawn.figure.layout.xaxis.tick0) == (1, 1)
    shares = charts.curves([charts.Line("a", count / 3.5, count)], charts.Axes("x", "y"), Style())
    assert shares.figure.layout.xaxis.dtick is None

"""What is drawn while a network learns stands where the finished chart will, at its size."""

from __future__ import annotations

import numpy as np
import pytest

from core import charts
from core.charts import Style


@pytest.mark.parametrize("narrow", [False, True])
def test_the_gates_to_come_take_the_place_of_the_gates(matrices, narrow):
    style = Style(narrow=narrow)
    steps, units = next(iter(matrices.values())).shape
    for come, there in (
        (charts.gates_to_come("lstm", (steps, units), style), charts.gates(matrices, style)),
        (charts.gates_spark_to_come("lstm", (steps, units), style), charts.gates_spark(matrices, style)),
    ):
        one, other = come.figure.layout, there.figure.layout
        assert (one.height, one.margin, one.uirevision) == (other.height, other.margin, other.uirevision)
        assert (one.xaxis, one.yaxis) == (other.xaxis, other.yaxis)
        assert len(one.annotations) == len(other.annotations)
        assert not any(np.isfinite(np.asarray(panel.z, dtype=float)).any() for panel in come.figure.data)


def test_the_forecast_axes_do_not_follow_the_network(prediction):
    wild = prediction.assign(predicted=prediction["predicted"] * 100)
    nothing = prediction.assign(predicted=np.nan)
    frames = ((nothing, None), (wild, 1), (prediction, 12))
    layouts = [charts.forecast_so_far(frame, Style(), reached=reached).figure.layout for frame, reached in frames]
    assert len({(each.yaxis.range, each.xaxis.range, each.height, each.uirevision) for each in layouts}) == 1
    low, high = layouts[0].yaxis.range
    assert low < prediction["actual"].min() < prediction["actual"].max() < high
    finished = charts.forecast(prediction, Style()).figure.layout
    assert (layouts[0].height, layouts[0].xaxis.range) == (finished.height, finished.xaxis.range)


@pytest.mark.parametrize("log", [True, False])
def test_the_loss_axis_is_the_room_it_is_given(history, log):
    for n in (0, 1, 40):
        drawn = charts.loss(history[:n], 200, Style(), persistence=0.02, log=log, room=(1e-3, 10.0)).figure
        assert drawn.layout.yaxis.range == ((-3.0, 1.0) if log else (0, 10.0))
        assert drawn.layout.yaxis.type == ("log" if log else "linear")

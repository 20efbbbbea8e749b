"""A network that still learns, or has not begun: drawn where the finished run's charts will stand, as large."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from core.charts.forecast import forecast, forecast_spark
from core.charts.gates import gates, gates_spark
from core.charts.style import Chart, Style
from core.introspect.forward import CELLS
from core.sentence import N_

EDGE = 0.08  # of the prices' range, left above and below: room for forecasts that are not good yet
_BY_CELL = {"lstm": CELLS[4], "gru": CELLS[3], "rnn": CELLS[1]}


def forecast_so_far(prediction: pd.DataFrame, style: Style, *, target: str = "close", reached: int | None) -> Chart:
    """Actual, "same as yesterday" (the line to beat) and prediction, on an axis that is fitted to what happened.

    So it stands still while the network learns, and a wild forecast leaves it.

    Args:
        prediction: as Run.prediction; a line is drawn through the days whose `predicted` is not NaN.
        target: as TrainConfig.target.
        reached: the epoch of the network that predicts; None where there is none yet.
    """
    chart = forecast(prediction, style, persistence=True, target=target)
    return _still(chart, prediction, style, reached)


def forecast_spark_so_far(
    prediction: pd.DataFrame, style: Style, *, target: str = "close", reached: int | None
) -> Chart:
    """The same, small; arguments as of `forecast_so_far`."""
    chart = forecast_spark(prediction, style, target=target)
    tested = int((prediction["part"] == "test").sum())
    return _still(chart, prediction.tail(2 * tested or len(prediction)), style, reached)


def _still(chart: Chart, shown: pd.DataFrame, style: Style, reached: int | None) -> Chart:
    low, high = float(shown["actual"].min()), float(shown["actual"].max())
    edge = EDGE * (high - low)
    chart.figure.update_yaxes(range=[low - edge, high + edge])
    chart.figure.update_traces(connectgaps=True)
    if reached is None:
        told = style.say(N_("What happened on {count} days; nothing is predicted yet."), count=len(shown))
        return Chart(chart.figure, told)
    return Chart(chart.figure, style.say(N_("After epoch {epoch}."), epoch=reached) + " " + chart.alt)


def gates_to_come(cell: str, shape: tuple[int, int], style: Style, *, steps: str = "window") -> Chart:
    """The panels of `gates` with their headings and axes, and nothing in them yet.

    Args:
        cell: "lstm", "gru" or "rnn".
        shape: steps and units, (T, H).
        steps: as of `gates`.
    """
    return _emptied(cell, shape, style, lambda empty: gates(empty, style, steps=steps))


def gates_spark_to_come(cell: str, shape: tuple[int, int], style: Style) -> Chart:
    """The panels of `gates_spark`, nothing in them yet; arguments as of `gates_to_come`."""
    return _emptied(cell, shape, style, lambda empty: gates_spark(empty, style))


def _emptied(cell: str, shape: tuple[int, int], style: Style, draw: Callable[[dict[str, np.ndarray]], Chart]) -> Chart:
    names: Sequence[str] = _BY_CELL[cell].shown
    figure = draw({name: np.zeros(shape) for name in names}).figure
    figure.data = [panel for panel in figure.data if panel.type == "heatmap"]  # nothing there can be pressed
    figure.update_traces(z=np.full(shape[::-1], np.nan), text=None, texttemplate="")
    figure.update_layout(plot_bgcolor=style.tokens.band)
    length, units = shape
    told = N_("Room for the gates of {units} units over {steps} steps; the network has not begun to learn.")
    return Chart(figure, style.say(told, units=units, steps=length))

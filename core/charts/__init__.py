"""Charts: plain arrays, frames and core's dataclasses in, a Plotly figure and its `alt` sentence out.

The only part of the project that imports plotly.
"""

from core.charts.equations import equations
from core.charts.forecast import forecast, forecast_spark, residuals
from core.charts.gates import gates, gates_spark
from core.charts.loss import loss, loss_spark
from core.charts.price import price, price_spark
from core.charts.style import Chart, Style

__all__ = [
    "Chart",
    "Style",
    "equations",
    "forecast",
    "forecast_spark",
    "gates",
    "gates_spark",
    "loss",
    "loss_spark",
    "price",
    "price_spark",
    "residuals",
]

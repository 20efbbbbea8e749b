"""A chart is drawn once for what it shows: never for another's sake, never twice for nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from inspect import isfunction
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Chart, Style
from core.web.text import catalogue

AXES = charts.Axes("lag", "share")


def lines(last: float = 3.0) -> list[charts.Line]:
    return [charts.Line("one", np.arange(3.0), np.array([1.0, 2.0, last]))]


def test_equal_arguments_are_one_chart() -> None:
    assert charts.curves(lines(), AXES, Style()) is charts.curves(lines(), AXES, Style())


CHANGES: dict[str, Callable[[Style], Chart]] = {
    "value": lambda style: charts.curves(lines(3.0 + 1e-12), AXES, style),
    "axes": lambda style: charts.curves(lines(), replace(AXES, log=True), style),
    "theme": lambda style: charts.curves(lines(), AXES, replace(style, dark=True)),
    "width": lambda style: charts.curves(lines(), AXES, replace(style, narrow=True, room=0)),
    "language": lambda style: charts.curves(lines(), AXES, replace(style, language="zh")),
    "translation": lambda style: charts.curves(lines(), AXES, replace(style, translate=catalogue("zh").gettext)),
    "height": lambda style: charts.curves(lines(), AXES, style, height=200),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_differs_is_another_chart(change: str) -> None:
    known = charts.curves(lines(), AXES, Style())
    assert CHANGES[change](Style()) is not known
    assert charts.curves(lines(), AXES, Style()) is known


def test_a_frame_is_known_by_its_values() -> None:
    days = pd.bdate_range("2020-01-01", periods=60, name="date")
    bars = pd.DataFrame({"close": 100 + np.sin(np.arange(60.0))}, index=days)
    known = charts.price_spark(bars, Style())
    assert charts.price_spark(bars.copy(), Style()) is known
    assert charts.price_spark(bars.assign(close=bars["close"].to_numpy()[::-1]), Style()) is not known


def test_what_cannot_be_told_from_others_is_drawn_each_time() -> None:
    def style() -> Style:
        return Style(translate=lambda sentence: sentence)

    assert charts.curves(lines(), AXES, style()) is not charts.curves(lines(), AXES, style())


def test_every_chart_that_is_offered_is_kept() -> None:
    offered = {name: each for name, each in vars(charts).items() if isfunction(each)}
    drawing = {name for name, each in offered.items() if each.__annotations__.get("return") == "Chart"}
    assert len(drawing) > 25
    assert all(hasattr(offered[name], "__wrapped__") for name in drawing)


def test_drawing_leaves_kept_charts_as_they_were() -> None:
    """Charts that are made of others must not write into those that were kept."""
    variance, curve = 0.17, {"lstm": ([0, 100], [0.2, 0.1])}
    known: Any = charts.curves(lines(), AXES, Style()).figure.to_json()
    charts.adding_problem(curve, variance, 100, Style())
    charts.matrix_powers(np.array([1.0, 2.0, 1.5]), 0.9, Style())
    assert charts.curves(lines(), AXES, Style()).figure.to_json() == known

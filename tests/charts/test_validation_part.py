"""A run with a validation part is drawn with it: a line, a band and its errors of its own, in a film too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Style
from core.values import EpochRecord


@pytest.fixture
def three(prediction: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The prediction with the last fifth of its training part held out, and those rows."""
    train = np.flatnonzero(prediction["part"] == "train")
    rows = train[-len(train) // 5 :]
    parts = prediction["part"].to_numpy(dtype=object)
    parts[rows] = "validation"
    held = prediction.assign(part=parts.astype(str))
    return held, held.iloc[rows]


def trace(figure, name):
    return next(each for each in figure.data if each.name == name)


def test_its_line_holds_its_days_and_no_other(three) -> None:
    prediction, held = three
    figure = charts.forecast(prediction, Style()).figure
    lines = {name: trace(figure, f"Predicted, {name}") for name in ("training", "validation", "test")}
    assert np.array_equal(lines["validation"].y, held["predicted"])
    assert sum(len(line.y) for line in lines.values()) == len(prediction)
    assert len({line.line.dash for line in lines.values()}) == 3


def test_a_band_lies_from_its_first_day_to_the_test_part(three) -> None:
    prediction, held = three
    figure = charts.forecast(prediction, Style()).figure
    first = f"{held['date'].iloc[0]:%Y-%m-%d}"
    split = f"{prediction['date'][prediction['part'] == 'test'].iloc[0]:%Y-%m-%d}"
    assert next((each.x0, each.x1) for each in figure.layout.shapes if each.type == "rect") == (first, split)
    assert first in charts.forecast(prediction, Style()).alt
    assert f"{len(held)} validation days" in charts.forecast(prediction, Style()).alt


def test_without_one_nothing_is_drawn_of_it(prediction) -> None:
    figure = charts.forecast(prediction, Style()).figure
    assert len([each for each in figure.layout.shapes if each.type == "rect"]) == 1
    assert "validation" not in charts.forecast(prediction, Style()).alt


def test_its_errors_are_its_own(three) -> None:
    prediction, held = three
    figure = charts.residuals(prediction, Style()).figure
    assert np.allclose(trace(figure, "Validation").y, held["actual"] - held["predicted"])
    assert "Validation: mean" in charts.residuals(prediction, Style()).alt


def test_each_frame_of_a_film_moves_all_three(three) -> None:
    prediction, held = three
    films = prediction["predicted"].to_numpy() * np.array([[0.5], [1.0]])
    figure = charts.forecast_film(prediction, films, [0, 3], Style()).figure
    for frame in figure.frames:
        assert [figure.data[place].name for place in frame.traces] == [
            "Predicted, training", "Predicted, validation", "Predicted, test",
        ]  # fmt: skip
        assert [len(each.y) for each in frame.data] == [len(figure.data[place].y) for place in frame.traces]
    assert np.allclose(figure.frames[0].data[1].y, 0.5 * held["predicted"])


def test_a_validation_loss_out_of_range_widens_the_axis() -> None:
    history = [EpochRecord(n, 0.1 / n, 0.2 / n, float(n), 0.01, 50.0 / n) for n in (1, 2, 3)]
    figure = charts.loss(history, 3, Style()).figure
    assert list(trace(figure, "Validation").y) == [50.0, 25.0, pytest.approx(50 / 3)]

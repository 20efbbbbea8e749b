"""Films: every frame holds its snapshot, nothing moves but the values, and what is sent stays small."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from core.charts import Chart, Style, forecast_film, gate_film, over_epochs

EPOCHS = [0, 1, 2, 5, 10, 20]
MOST_BYTES = 400_000


@pytest.fixture
def through(prediction: pd.DataFrame) -> np.ndarray:
    return np.random.default_rng(2).normal(100, 5, size=(6, len(prediction)))


def sent(chart: Chart) -> int:
    return len(chart.figure.to_json().encode())


def test_every_frame_of_a_forecast_is_its_snapshot(prediction: pd.DataFrame, through: np.ndarray) -> None:
    drawn = forecast_film(prediction.assign(predicted=through[-1]), through, EPOCHS, Style()).figure
    test = (prediction["part"] == "test").to_numpy()
    assert [frame.name for frame in drawn.frames] == [str(epoch) for epoch in EPOCHS]
    for frame, row in zip(drawn.frames, through, strict=True):
        assert frame.traces == (1, 2)
        np.testing.assert_allclose(frame.data[0].y, row[~test], rtol=1e-6)
        np.testing.assert_allclose(frame.data[1].y, row[test], rtol=1e-6)
        assert [len(line.y) for line in frame.data] == [len(drawn.data[place].x) for place in frame.traces]
    np.testing.assert_allclose(drawn.data[2].y, drawn.frames[-1].data[1].y, rtol=1e-6)  # opens with the finished one
    low, high = drawn.layout.yaxis.range
    assert low < min(through.min(), prediction["actual"].min())
    assert high > max(through.max(), prediction["actual"].max())


@pytest.mark.parametrize("steps", ["window", "days"])
def test_every_frame_of_a_gate_is_its_snapshot(steps: str) -> None:
    through = np.random.default_rng(3).uniform(size=(6, 10, 8))
    drawn = gate_film(through, EPOCHS, "forget", Style(), steps=steps).figure
    for frame, matrix in zip(drawn.frames, through, strict=True):
        np.testing.assert_allclose(frame.data[0].z, matrix.T, rtol=1e-6)
    np.testing.assert_allclose(drawn.data[0].z, through[-1].T, rtol=1e-6)
    assert (drawn.data[0].zmin, drawn.data[0].zmax) == (0, 1)  # a colour means the same in every frame
    state = gate_film(through - 0.9, EPOCHS, "hidden", Style()).figure.data[0]
    assert state.zmax == -state.zmin == pytest.approx(np.abs(through - 0.9).max())


@pytest.mark.parametrize(("snapshots", "days"), [(3, 20_000), (34, 9_000), (34, 1_411), (12, 2_500)])
def test_a_forecasts_film_stays_small_and_ends_with_the_last_day(snapshots: int, days: int) -> None:
    rng = np.random.default_rng(4)
    long = pd.DataFrame(
        {
            "date": pd.bdate_range("1985-01-01", periods=days),
            **{name: rng.normal(100, 9, days) for name in ("actual", "predicted", "persistence")},
            "part": ["train"] * (days // 2) + ["test"] * (days - days // 2),
        }
    )
    chart = forecast_film(long, rng.normal(100, 9, (snapshots, days)), range(snapshots), Style(dark=True))
    assert sent(chart) < MOST_BYTES
    assert len(chart.figure.frames) == snapshots
    last = f"{long['date'].iloc[-1]:%Y-%m-%d}"
    assert chart.figure.data[0].x[-1] == chart.figure.data[2].x[-1] == last
    assert len(chart.figure.data[0].x) >= 600  # as many as a screen can tell apart


@pytest.mark.parametrize(
    ("snapshots", "steps", "units"), list(itertools.product((3, 34), (2, 30, 120), (1, 8, 64, 256)))
)
def test_a_gates_film_stays_small_and_keeps_its_ends(snapshots: int, steps: int, units: int) -> None:
    through = np.random.default_rng(5).uniform(size=(snapshots, steps, units))
    chart = gate_film(through, range(snapshots), "output", Style())
    assert sent(chart) < MOST_BYTES
    frames = chart.figure.frames
    assert (frames[0].name, frames[-1].name) == ("0", str(snapshots - 1))
    assert len(chart.figure.layout.sliders[0].steps) == len(frames) >= 2
    rows = [int(unit) - 1 for unit in chart.figure.data[0].y]
    for frame in frames:
        np.testing.assert_allclose(frame.data[0].z, through[int(frame.name)].T[rows], rtol=1e-6)


def test_buttons_and_slider_speak_the_readers_language(prediction: pd.DataFrame, through: np.ndarray) -> None:
    chinese = {"Play": "播放", "Pause": "暂停", "after epoch {epoch}": "第 {epoch} 轮之后"}
    layout = forecast_film(prediction, through, EPOCHS, Style(translate=lambda s: chinese.get(s, s))).figure.layout
    assert [button.label[-2:] for button in layout.updatemenus[0].buttons] == ["播放", "暂停"]
    shown = layout.sliders[0].currentvalue
    assert f"{shown.prefix}12{shown.suffix}" == "第 12 轮之后"


def test_panels_over_the_epochs_hold_the_numbers_they_are_given() -> None:
    rng = np.random.default_rng(6)
    kept, distance = rng.uniform(size=(6, 2, 3)), np.arange(6.0)
    norms = {name: rng.uniform(1, 2, 6) for name in ("input", "forget", "candidate", "output")}
    drawn = over_epochs(EPOCHS, norms, distance, Style(), kept=("forget", kept), at=5).figure
    named = {line.name: line for line in drawn.data}
    np.testing.assert_allclose(named["Mean of layer 2"].y, kept[:, 1].mean(axis=1))
    np.testing.assert_allclose(named["Forget gate f"].y, norms["forget"])
    np.testing.assert_allclose(named["All weights"].y, distance)
    units = np.asarray(named["Each unit"].y).reshape(6, 7)  # six units, a gap behind each
    np.testing.assert_allclose(units[:, :-1], kept.reshape(6, 6).T)
    assert np.isnan(units[:, -1]).all()
    np.testing.assert_allclose(named["All weights"].x, np.log(1 + np.array(EPOCHS)))
    assert list(named["All weights"].customdata) == EPOCHS
    assert {shape.x0 for shape in drawn.layout.shapes} == {np.log(6)}
    without = over_epochs(EPOCHS, {"hidden": distance + 1}, distance, Style()).figure
    assert [line.name for line in without.data] == ["Hidden state h", "All weights"]
    assert not json.loads(without.to_json())["layout"].get("shapes")

"""Invented prices and predictions with known figures, and every chart drawn from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Chart, Style
from core.charts.cliff import cliff as cliff_chart
from core.charts.sequence import unrolled
from core.evaluation.earned import earned as trade
from core.theory import cliff
from core.theory.recurrence import Unit, unroll
from core.values import EpochRecord

SPLIT = 70  # pairs before the test part


@pytest.fixture
def bars() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    close = 100 + np.cumsum(rng.normal(size=120))
    opened = close + rng.normal(size=120)
    frame = {
        "open": opened,
        "high": np.maximum(opened, close) + 0.5,
        "low": np.minimum(opened, close) - 0.5,
        "close": close,
        "volume": 1000.0,
    }
    return pd.DataFrame(frame, index=pd.bdate_range("2023-01-02", periods=120, name="date"))


@pytest.fixture
def prediction(bars: pd.DataFrame) -> pd.DataFrame:
    """100 pairs, 70 of them training, as Run.prediction."""
    close = bars["close"].to_numpy()
    return pd.DataFrame(
        {
            "date": bars.index[20:],
            "actual": close[20:],
            "predicted": close[19:-1] * 0.99,
            "persistence": close[19:-1],
            "part": ["train"] * SPLIT + ["test"] * (100 - SPLIT),
        }
    )


@pytest.fixture
def history() -> list[EpochRecord]:
    return [EpochRecord(e, 0.3 * 0.9**e, 0.4 * 0.92**e, 0.01 * e, 0.01) for e in range(1, 41)]


@pytest.fixture
def matrices() -> dict[str, np.ndarray]:
    """An LSTM's gates and states, each (T=10, H=8)."""
    rng = np.random.default_rng(3)
    gates = {name: rng.uniform(size=(10, 8)) for name in ("forget", "input", "output")}
    states = {name: rng.uniform(-1, 1, size=(10, 8)) for name in ("candidate", "cell", "hidden")}
    return gates | states


@pytest.fixture
def ahead() -> SimpleNamespace:
    """Five days beyond the data, as core.evaluation's Horizon."""
    path = np.array([101.0, 102.0, 103.0, 104.0, 105.0])
    spread = np.arange(1.0, 6.0)
    return SimpleNamespace(
        path=path, bounds={0.95: (path - 2 * spread, path + 2 * spread), 0.8: (path - spread, path + spread)}
    )


@pytest.fixture
def coming(bars: pd.DataFrame) -> list[tuple[date, bool]]:
    last = bars.index[-1].date()
    return [(last + timedelta(days=n), n > 3) for n in range(1, 6)]


@pytest.fixture
def walk(prediction: pd.DataFrame) -> tuple[pd.DataFrame, list[SimpleNamespace]]:
    """The test days with two intervals of known reach."""
    shown = prediction[prediction["part"] == "test"].reset_index(drop=True)
    middle, actual = shown["predicted"].to_numpy(), shown["actual"].to_numpy()

    def band(level: float, reach: float) -> SimpleNamespace:
        held = float((np.abs(actual - middle) <= reach).mean())
        return SimpleNamespace(level=level, low=middle - reach, high=middle + reach, held=held)

    return shown, [band(0.95, 2.0), band(0.8, 1.0)]


Gallery = Callable[[Style], dict[str, Chart]]


@pytest.fixture
def gallery(bars, prediction, history, matrices, ahead, coming, walk) -> Gallery:  # noqa: PLR0913
    """Draw every chart there is in a given style."""
    close = bars["close"]
    rng = np.random.default_rng(5)
    lags = np.arange(30.0)
    over_time = {name: rng.uniform(size=(120, 8)) for name in ("forget", "hidden")}
    z = np.linspace(-4, 4, 41)
    rows = [charts.Row("CNN", 42.97, "published"), charts.Row("same", 38.06, "baseline")]
    seeds = prediction.assign(
        low=prediction["predicted"] - 1, median=prediction["predicted"], high=prediction["actual"]
    )

    closes = close.to_numpy()
    traded = trade(closes[:-1], closes[1:], closes[:-1] + rng.normal(size=len(closes) - 1), 0.001)
    films = prediction["predicted"].to_numpy() * np.array([[0.5], [0.8], [1.0]])
    epochs = np.arange(1.0, 41.0)
    runs = [charts.Line("A", epochs, 0.9**epochs, look=0), charts.Line("B", epochs, 0.8**epochs, look=2)]
    ratio = pd.Series([1.1, np.nan, 0.9], index=bars.index[70:73])

    def market(style: Style) -> dict[str, Chart]:
        split = prediction["date"].iloc[SPLIT]
        return {
            "price": charts.price(bars, style, ticker="T", split=split),
            "candles": charts.price(bars, style, ticker="T", split=split, candles=True),
            "price_spark": charts.price_spark(bars, style, split=split),
            "loss": charts.loss(history, 200, style, persistence=0.02),
            "loss_spark": charts.loss_spark(history, 200, style, persistence=0.02),
            "loss_in_room": charts.loss(history, 200, style, persistence=0.02, room=(1e-4, 1.0)),
            "forecast": charts.forecast(prediction, style, persistence=True),
            "forecast_so_far": charts.forecast_so_far(prediction, style, reached=12),
            "forecast_to_come": charts.forecast_so_far(prediction.assign(predicted=np.nan), style, reached=None),
            "forecast_spark_so_far": charts.forecast_spark_so_far(prediction, style, reached=12),
            "afterwards": charts.afterwards(prediction[70:90], prediction[90:], style),
            "forecast_spark": charts.forecast_spark(prediction, style),
            "residuals": charts.residuals(prediction, style),
            "forecast_film": charts.forecast_film(prediction, films, [0, 1, 3], style),
            "horizon": charts.horizon(prediction, ahead, coming, style),
            "seed_band": charts.seed_band(seeds, style, count=5),
            "walk_forward": charts.walk_forward(*walk, style),
            "walk_so_far": charts.walk_so_far(walk[0], [walk[0][:10], walk[0][10:20]], style),
            "seeds_so_far": charts.seeds_so_far([(7, 1.2), (8, 1.1)], [7, 8, 9], 1.15, style),
            "skills": charts.skills([charts.Skill("ar", 0.1, 0.02, 0.2), charts.Skill("drift", -0.1)], style),
            "earned": charts.earned(bars.index[1:], traded, style, name="LSTM"),
            "losses": charts.losses(runs, runs[::-1], style),
            "errors_over_time": charts.errors_over_time([charts.Errors("A", ratio, 1)], style, window=60),
            "published": charts.published([*rows, charts.Row("mine", 38.0, "ours", 37.9, 38.1)], style),
        }

    def swept(style: Style) -> dict[str, Chart]:
        units, days = charts.Dial("A", ("4", "8", "16")), charts.Dial("B", ("5", "10"))
        places = np.array([(row, column) for row in range(3) for column in range(2) for _ in range(2)])
        skills = np.linspace(-0.2, 0.1, 12)
        return {
            "dial_map": charts.dial_map(days, units, charts.spread_of(places, skills, (3, 2)), "T", style),
            "dial_curve": charts.dial_curve(units, charts.spread_of(places[:, :1], skills, (3,)), "T", style),
            "parallel": charts.parallel([units, days], places, skills, "T", style),
        }

    def inside(style: Style) -> dict[str, Chart]:
        return {
            "gates": charts.gates(matrices, style, step=6, unit=3),
            "gate_film": charts.gate_film(np.stack([matrices["forget"]] * 3), [0, 1, 3], "forget", style),
            "over_epochs": charts.over_epochs(
                [0, 1, 3], {"forget": lags[:3] + 1}, lags[:3], style, kept=("forget", rng.uniform(size=(3, 2, 8)))
            ),
            "gates_to_come": charts.gates_to_come("gru", (10, 8), style),
            "gates_spark_to_come": charts.gates_spark_to_come("lstm", (10, 8), style),
            "gates_spark": charts.gates_spark(matrices, style),
            "gradient_norms": charts.gradient_norms(0.9**lags, style, cell=0.95**lags, others=[("A", 0.4**lags)]),
            "gradient_share": charts.gradient_share(rng.uniform(size=(2, 9)), style),
            "mean_saliency": charts.mean_saliency(0.5 ** lags[:10], style),
            "saliency": charts.saliency(bars.index[:10], np.linspace(-0.3, 0.5, 10), style),
            "half_lives": charts.half_lives(np.array([[1.0, 2.0, np.inf], [3.0, 0.5, 1.5]]), style),
            "saturation": charts.saturation(("forget",), np.array([[0.2, 0.1]]), np.array([[0.3, 0.0]]), style),
            "gates_over_time": charts.gates_over_time(close, over_time, [0, 5], style, split=bars.index[80]),
            "unit_correlations": charts.unit_correlations({"price": rng.uniform(-1, 1, (2, 8))}, style),
            "gate_drives": charts.gate_drives({"forget": rng.uniform(-0.2, 1, (8, 3))}, ["A", "B", "T"], style),
            "input_gains": charts.input_gains(
                [charts.Gain("A", 0.02, "helps"), charts.Gain("B", -0.01, "nothing")], style
            ),
            "input_saliency": charts.input_saliency(rng.normal(size=(10, 2)), ["A", "B"], style, dates=bars.index[:10]),
            "two_days": charts.two_days(matrices["forget"], matrices["input"], "forget", ("A", "B"), style),
            "activations": charts.activations(z, {"tanh": (np.tanh(z), 1 - np.tanh(z) ** 2)}, style),
            "jacobian_norms": charts.jacobian_norms({0.5: 0.5 ** lags[1:], 1.2: 1.2 ** lags[1:]}, style),
            "matrix_powers": charts.matrix_powers(np.array([3.2, 5.0, 4.0]), 0.9, style),
            "cliff": cliff_chart(cliff.scene(10.0), style),
            "unrolled": unrolled(unroll(Unit(), [1.0, 0.0, -1.0]), 0.0, style, 1),
            "adding_problem": charts.adding_problem({"lstm": ([25, 50], [0.17, 0.1])}, 1 / 6, 2000, style),
        }

    return lambda style: market(style) | swept(style) | inside(style)

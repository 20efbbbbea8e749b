"""Real index data where they are beside the project, and finished runs of models that need no training."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.evaluation.evaluate import evaluate
from core.evaluation.task import pairs_of
from core.run import Run
from core.values import Scaler, windows_of

INDEX = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "000001.SH.csv"


@pytest.fixture(scope="session")
def index_bars():
    """Daily bars of the Shanghai Composite, 1990 to 2025."""
    if not INDEX.exists():
        pytest.skip("the real index data are not beside the project")
    return pd.read_csv(INDEX, parse_dates=["date"]).set_index("date")


@pytest.fixture
def walk():
    """A made-up price history: 600 days of a random walk round 100."""
    return 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, 600)))


@pytest.fixture
def make_run():
    """A function that dresses a one-step predictor (scaled windows (n, T, F=1) -> (n,)) as a finished run."""

    def make(values, target, window, predict, **train):
        settings = TrainConfig(target=target, **train)
        series = np.diff(np.log(values)) if target == "return" else np.asarray(values, dtype=float)
        pairs = len(series) - window
        train_pairs = int(0.7 * pairs)
        scaler = _scaler(settings, series, window + train_pairs)
        task = pairs_of(values, window, train_pairs, target, first_value=int(target == "return"))
        scaled = scaler.transform(series)
        windows = windows_of(scaled[:, None], window)[:-1]
        predicted = scaler.inverse(predict(windows))
        predicted = task.previous * np.exp(predicted) if target == "return" else predicted
        metrics, baselines = evaluate(task, predicted)
        dates = pd.bdate_range("2019-01-02", periods=len(series), name="date")
        part = np.where(np.arange(pairs) < train_pairs, "train", "test")
        columns = {"actual": task.actual, "predicted": predicted, "persistence": task.previous, "part": part}
        return Run(
            key="",
            experiment=Experiment(model=ModelConfig(window=window), train=settings),
            history=[],
            prediction=pd.DataFrame({"date": dates[window:], **columns}),
            task=task,
            metrics=metrics,
            baselines=baselines,
            persistence_loss={},
            weights={},
            parameter_count=0,
            series=scaled[:, None],
            series_dates=dates,
            inputs={target: scaler},
            train_pairs=train_pairs,
            started=datetime(2024, 1, 1),
            seconds=0.0,
        )

    return make


def _scaler(settings, series, train_rows):
    seen = series if settings.scale_on == "all" else series[:train_rows]
    if settings.target == "close":
        return Scaler(float(seen.min()), float(np.ptp(seen)), "minmax", settings.scale_on)
    return Scaler(float(seen.mean()), float(seen.std()), "standard", settings.scale_on)

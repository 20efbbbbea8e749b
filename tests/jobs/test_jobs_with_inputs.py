"""Every job, file and verdict with more than one input: seeds, walks, days beyond and after, the arena, exports."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.data.later import later
from core.dataset import build_dataset
from core.errors import DataError
from core.evaluation.afterwards import afterwards
from core.evaluation.report import report
from core.experiment import run_experiment
from core.export import archive
from core.export.notebook import notebook
from core.film import FilmedRun
from core.introspect.predictor import predictions
from core.jobs.runners import run_continuation, run_horizon, run_sweep, run_walk_forward
from core.jobs.tasks import Continuation, Finished, HorizonTask, SeedSweep, WalkForwardTask
from core.unfinished import outset

READ = ("volume", "range", "average5", "column:tone", "other:sample:AAPL")
ASKED = Experiment(
    model=ModelConfig(window=5, hidden_size=4, num_layers=1, inputs=READ),
    train=TrainConfig(target="return", epochs=4, batch_size=64),
)


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    made = sample_bars.iloc[-420:].copy()
    made["column:tone"] = np.random.default_rng(0).normal(size=420)
    made["other:sample:AAPL"] = np.log(made["close"]).diff().shift()
    return made


@pytest.fixture(scope="module")
def run(bars: pd.DataFrame) -> FilmedRun:
    return run_experiment(ASKED, bars)


def test_seeds_side_by_side_are_those_alone_to_the_bit(bars: pd.DataFrame, run: FilmedRun) -> None:
    found = run_sweep(SeedSweep(experiment=ASKED, seeds=2), bars)
    assert found.spreads["rmse"].values[0] == run.metrics["test"].rmse


def test_a_walk_and_a_training_gone_on_with(bars: pd.DataFrame, run: FilmedRun) -> None:
    walked = run_walk_forward(WalkForwardTask(experiment=ASKED, every=20, refits=2), bars)
    assert len(walked.prediction) == 40
    longer = ASKED.replace(train=ASKED.train.replace(epochs=6))
    gone_on = run_continuation(Continuation(experiment=longer, start=Finished(run)), bars)
    whole = run_experiment(longer, bars)
    assert all(np.array_equal(gone_on.weights[name], whole.weights[name]) for name in whole.weights)


def test_days_beyond_say_what_is_held(run: FilmedRun) -> None:
    ahead = run_horizon(HorizonTask(finished=Finished(run), steps=3))
    assert np.isfinite(ahead.path).all()
    assert "every other input stays at its last value" in str(ahead.sentences[0])
    assert ahead.bounds


def test_what_came_after_is_read_as_a_longer_run_would(bars: pd.DataFrame) -> None:
    """The network on the days after its end, by hand: its scalers on the longer history's inputs."""
    early = run_experiment(ASKED, bars.iloc[:-30])
    found = afterwards(early, later(bars.iloc[:-30], bars).bars)
    whole = build_dataset(ASKED, bars)
    raw = np.column_stack([scaler.inverse(whole.series[:, k]) for k, scaler in enumerate(whole.inputs.values())])
    own = np.column_stack([scaler.transform(raw[:, k]) for k, scaler in enumerate(early.inputs.values())])
    windows = np.stack([own[row - 5 : row] for row in range(len(own) - 30, len(own))])
    scaled = early.scaler.inverse(predictions(early.weights, windows, "window"))
    expected = found.prediction["persistence"].to_numpy() * np.exp(scaled)
    np.testing.assert_allclose(found.prediction["predicted"], expected, rtol=1e-6)


def test_later_days_without_a_column_are_refused_by_name(bars: pd.DataFrame) -> None:
    early = run_experiment(ASKED, bars.iloc[:-30])
    joined = later(bars.iloc[:-30], bars.drop(columns="column:tone")).bars
    with pytest.raises(DataError, match="column:tone"):
        afterwards(early, joined)


def test_an_unfinished_run_and_its_verdict(bars: pd.DataFrame, run: FilmedRun) -> None:
    assert list(outset("k", ASKED, bars).inputs) == list(run.inputs) == ["return", *READ]
    assert report(run).verdict.sentences


def test_exports_hold_every_input(bars: pd.DataFrame, run: FilmedRun) -> None:
    packed = archive.pack(run, bars)
    opened = archive.open_archive(packed)
    assert opened.run.key == run.key
    assert opened.bars is not None
    assert {"column:tone", "other:sample:AAPL"} <= set(opened.bars.columns)
    assert "configuration.json" in zipfile.ZipFile(io.BytesIO(packed)).namelist()
    told = notebook(run, lambda text: text).decode()
    assert "inputs=('volume', 'range'" in told
    assert "with_others(load_bars(experiment.data), experiment, load_bars).bars" in told


def test_the_graph_predicts_what_the_run_does(run: FilmedRun) -> None:
    pytest.importorskip("onnx")
    import onnx
    from onnx.reference import ReferenceEvaluator

    from core.export.onnx_graph import graph

    found = ReferenceEvaluator(onnx.load_from_string(graph(run)))
    scaled = found.run(None, {"scaled_window": run.windows[:7].astype(np.float32)})[0][:, 0]
    np.testing.assert_allclose(scaled, predictions(run.weights, run.windows[:7], "window"), atol=1e-5)


def test_the_article_s_layout_says_what_it_reads(bars: pd.DataFrame) -> None:
    article = ASKED.replace(model=ASKED.model.replace(layout="article"))
    data = build_dataset(article, bars)
    assert "here it reads those of all 6, side by side" in str(data.notes[0])
    assert run_experiment(article, bars).weights["weight_ih_l0"].shape == (16, 30)
    assert not build_dataset(article.replace(model=article.model.replace(inputs=())), bars).notes

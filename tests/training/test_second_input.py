"""A second input needs nothing but its name: the whole way from bars to gates runs with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.evaluation.horizon import beyond
from core.evaluation.report import report
from core.experiment import run_experiment
from core.introspect.of_run import trace
from core.introspect.over_run import gradient_profile, saliency
from core.introspect.predictor import network_of
from core.model import Regressor

SMALL = Experiment(
    model=ModelConfig(window=5, hidden_size=3, num_layers=2, inputs=("volume",)),
    train=TrainConfig(epochs=3, target="return"),
)


@pytest.mark.parametrize("layout", ["window", "article"])
def test_the_whole_way_with_two_inputs(sample_bars: pd.DataFrame, layout: str) -> None:
    experiment = SMALL.replace(model=SMALL.model.replace(layout=layout))
    data = build_dataset(experiment, sample_bars)
    assert data.windows.shape == (len(data.targets), 5, 2)
    volume = sample_bars["volume"]
    seen = np.log(volume / volume.rolling(20).mean()).to_numpy()[19:]  # the days begin where both inputs do
    np.testing.assert_allclose(data.inputs["volume"].inverse(data.windows[7, :, 1]), seen[7:12])
    run = run_experiment(experiment, sample_bars)
    assert run.weights["weight_ih_l0"].shape[1] == (2 if layout == "window" else 10)
    traced = trace(run, len(run.windows) - 1)
    scaled = run.scaler.transform(np.log(run.prediction["predicted"] / run.prediction["persistence"]).to_numpy())
    np.testing.assert_allclose(traced.predictions[0], scaled[-1], atol=1e-5)
    assert saliency(run, 40).slopes.shape[1] == gradient_profile(run).saliency.shape[1] == 2
    ahead = beyond(run, network_of(run), 3)
    assert np.isfinite(ahead.path).all()
    assert "every other input stays at its last value" in str(ahead.first(2).sentences[0])
    assert report(run).verdict.kind in ("same", "worse", "better")


def test_each_inputs_answer_is_autograds(sample_bars: pd.DataFrame) -> None:
    run = run_experiment(SMALL, sample_bars)
    module = Regressor(SMALL.model, inputs=2).double()
    names = {name if name.startswith("fc") else f"rnn.{name}": weight for name, weight in run.weights.items()}
    module.load_state_dict({name: torch.from_numpy(weight).double() for name, weight in names.items()})
    x = torch.from_numpy(run.windows[40:41].copy()).requires_grad_()
    module(x)[0][0].backward()
    np.testing.assert_allclose(saliency(run, 40).slopes, x.grad[0].numpy(), rtol=1e-9, atol=1e-14)


def test_no_scaler_has_seen_the_test_part(sample_bars: pd.DataFrame) -> None:
    changed = sample_bars.copy()
    changed.iloc[-100:, :] *= 3
    assert build_dataset(SMALL, sample_bars).inputs == build_dataset(SMALL, changed).inputs

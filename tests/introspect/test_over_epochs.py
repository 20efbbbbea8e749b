"""Through the snapshots of a training: each as if it were alone, norms and distances as PyTorch's tensors give them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.film import FilmedRun
from core.introspect.of_run import gate_matrices, trace
from core.introspect.over_epochs import over_epochs, predictions_through, states_through

ORDER = {
    "lstm": ("input", "forget", "candidate", "output"),
    "gru": ("reset", "update", "candidate"),
    "rnn": ("hidden",),
}


@pytest.fixture
def run(bars: pd.DataFrame, cell: str, layout: str) -> FilmedRun:
    model = ModelConfig(cell=cell, layout=layout, window=6, hidden_size=5, num_layers=2)
    return run_experiment(Experiment(model=model, train=TrainConfig(epochs=4, learning_rate=0.05)), bars)


def test_predictions_are_those_of_the_run_as_it_was(run: FilmedRun) -> None:
    through = predictions_through(run, run.film.frames)
    assert through.shape == (5, len(run.prediction))
    for epoch, predicted in enumerate(through[:-1]):
        np.testing.assert_allclose(predicted, run.at(epoch).prediction["predicted"], rtol=1e-12)
    np.testing.assert_allclose(through[-1], run.prediction["predicted"], rtol=1e-5)


@pytest.mark.parametrize("pair", [0, 40])
@pytest.mark.parametrize("layer", [0, 1])
def test_states_are_those_of_each_snapshot_alone(run: FilmedRun, pair: int, layer: int) -> None:
    through = states_through(run, run.film.frames, pair, layer)
    for place, weights in enumerate(run.film.frames):
        alone = gate_matrices(trace(replace(run, weights=weights), pair), layer)
        assert list(alone) == list(through)
        for name, matrix in alone.items():
            np.testing.assert_allclose(through[name][place], matrix, atol=1e-12)


def test_there_is_no_such_pair(run: FilmedRun) -> None:
    for pair in (-1, len(run.prediction)):
        with pytest.raises(IndexError):
            states_through(run, run.film.frames, pair, 0)


def test_kept_is_the_mean_over_the_test_part(run: FilmedRun, cell: str) -> None:
    found = over_epochs(run, run.film.frames)
    assert found.keeps == {"lstm": "forget", "gru": "update", "rnn": None}[cell]
    assert found.pairs == run.test_pairs
    if found.keeps is None:
        assert found.kept is None
        return
    for place, weights in enumerate(run.film.frames):
        snapshot = replace(run, weights=weights)
        ends = [
            getattr(trace(snapshot, pair).states, found.keeps)[:, 0, -1]
            for pair in range(run.train_pairs, len(run.windows))
        ]
        np.testing.assert_allclose(found.kept[place], np.mean(ends, axis=0), atol=1e-12)


def test_norms_and_distance_are_pytorchs(run: FilmedRun, cell: str) -> None:
    found = over_epochs(run, run.film.frames)
    assert tuple(found.norms) == ORDER[cell]
    for place, weights in enumerate(run.film.frames):
        tensors = {name: torch.from_numpy(weight).double() for name, weight in weights.items()}
        for gate, name in enumerate(ORDER[cell]):
            rows = slice(5 * gate, 5 * gate + 5)
            parts = [tensors[f"weight_{kind}_l{layer}"][rows].flatten() for kind in ("ih", "hh") for layer in (0, 1)]
            assert found.norms[name][place] == pytest.approx(float(torch.cat(parts).norm()), rel=1e-12)
        moved = [
            (tensors[name] - torch.from_numpy(first).double()).flatten() for name, first in run.film.frames[0].items()
        ]
        assert found.distance[place] == pytest.approx(float(torch.cat(moved).norm()), rel=1e-12)
    assert found.distance[0] == 0 < found.distance[1]

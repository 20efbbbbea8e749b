"""The film: which epochs it keeps, and that each snapshot is the network a shorter training ends with."""

from __future__ import annotations

import itertools
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load

from core.charts import Style, loss
from core.config import DEFAULT_PRESET, PRESETS, Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.export import film_safetensors, loss_log
from core.film import MOST_BYTES, FilmedRun, film_epochs
from core.kernel.choice import takes_compiled
from core.values import EpochRecord, FilmedEpoch

ROOT = Path(__file__).parents[2]
WEB = """
import pickle, sys
run, epoch = pickle.loads(sys.stdin.buffer.read())
past = run.at(epoch)
sys.stdout.buffer.write(pickle.dumps((past.prediction, "torch" in sys.modules)))
"""


def small(epochs: int = 13, **changes: object) -> Experiment:
    """A training that takes no time; `layout`, `dropout` and `cell` are the model's."""
    model = {name: changes.pop(name) for name in ("layout", "dropout", "cell") if name in changes}
    return Experiment(
        model=ModelConfig(**{"window": 5, "hidden_size": 4, **model}), train=TrainConfig(epochs=epochs, **changes)
    )


def with_epochs(experiment: Experiment, epochs: int) -> Experiment:
    return experiment.replace(train=experiment.train.replace(epochs=epochs))


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:200]


@pytest.fixture(params=["compiled", "pytorch"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GATESCOPE_COMPILED", "1" if request.param == "compiled" else "0")
    assert takes_compiled(ModelConfig(), None) == (request.param == "compiled")
    return str(request.param)


class TestWhichEpochs:
    @given(epochs=st.integers(1, 1000), parameters=st.integers(3, 2_000_000))
    def test_they_ascend_from_the_untrained_network_to_the_last(self, epochs: int, parameters: int) -> None:
        kept = film_epochs(epochs, parameters)
        assert (kept[0], kept[-1]) == (0, epochs)
        assert all(before < after for before, after in itertools.pairwise(kept))
        assert len(kept) == 2 or len(kept) * parameters * 4 <= MOST_BYTES
        assert len(kept) <= 34

    @given(epochs=st.integers(1, 1000), parameters=st.integers(3, 30_000))
    def test_they_are_dense_at_the_start_and_then_ever_farther_apart(self, epochs: int, parameters: int) -> None:
        kept = film_epochs(epochs, parameters)
        gaps = np.diff(kept[:-1])
        assert kept[:8] == list(range(min(epochs + 1, 8)))
        assert (np.diff(gaps) >= 0).all()
        assert (gaps <= np.maximum(1, np.array(kept[:-2]) / 4)).all()

    @given(epochs=st.integers(1, 1000), more=st.integers(1, 1000), parameters=st.integers(3, 2_000_000))
    def test_all_but_the_last_are_those_of_any_longer_training(self, epochs: int, more: int, parameters: int) -> None:
        longer = film_epochs(max(epochs, more), parameters)
        assert film_epochs(min(epochs, more), parameters)[:-1] == [e for e in longer if e < min(epochs, more)]

    def test_about_two_dozen_of_the_default_and_two_of_the_largest(self) -> None:
        assert 20 <= len(film_epochs(PRESETS[DEFAULT_PRESET].train.epochs, 937)) <= 28
        assert film_epochs(1000, 2_000_000) == [0, 1000]


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("changes", [{}, {"batch_size": 32, "loss": "huber"}, {"dropout": 0.3}])
def test_a_snapshot_is_what_a_shorter_training_ends_with(
    bars: pd.DataFrame, way: str, layout: str, changes: dict[str, object]
) -> None:
    experiment = small(layout=layout, seed=3, **changes)
    run = run_experiment(experiment, bars)
    assert run.film.epochs == (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 13)
    for epoch, weights in zip(run.film.epochs[1:], run.film.frames[1:], strict=True):
        shorter = run_experiment(with_epochs(experiment, epoch), bars)
        assert same(weights, shorter.weights), epoch
        assert same(shorter.film.frames[0], run.film.frames[0])
    assert same(run.film.frames[-1], run.weights)
    assert not same(run.film.frames[-2], run.weights)


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_a_run_as_it_was_is_the_shorter_run(sample_bars: pd.DataFrame, way: str, layout: str, target: str) -> None:
    experiment = small(layout=layout, target=target)
    run = run_experiment(experiment, sample_bars)
    for epoch in (1, 12):
        past, shorter = run.at(epoch=epoch), run_experiment(with_epochs(experiment, epoch), sample_bars)
        scale = np.abs(shorter.prediction["predicted"]).mean()
        np.testing.assert_allclose(past.prediction["predicted"], shorter.prediction["predicted"], atol=1e-6 * scale)
        pd.testing.assert_frame_equal(past.prediction, shorter.prediction, rtol=1e-5)
        for part in ("train", "test"):
            assert past.metrics[part].rmse == pytest.approx(shorter.metrics[part].rmse, rel=1e-4)
            assert past.metrics[part].direction == pytest.approx(shorter.metrics[part].direction, abs=2e-3)
        assert past.baselines == shorter.baselines
        assert [(each.epoch, each.train_loss) for each in past.history] == [
            (each.epoch, each.train_loss) for each in shorter.history
        ]
        assert past.film.epochs == tuple(each for each in run.film.epochs if each <= epoch)


def test_which_past_it_is(bars: pd.DataFrame) -> None:
    run = run_experiment(small(), bars)
    assert run.at(13) is run is run.at(500)
    assert [len(run.at(epoch).history) for epoch in (9, 11, -3)] == [8, 10, 0]  # the nearest; of two the earlier
    assert len({run.at(epoch).key for epoch in range(14)} | {run.key}) == len(run.film.epochs)
    assert run.at(12).at(12).key == run.at(12).key
    untrained = run.at(0)
    assert untrained.seconds == 0.0
    assert loss_log(untrained).startswith(b"The training time took 0.00 seconds.")
    assert loss([], 13, Style()).alt  # what a page draws of it


def test_the_web_process_looks_back_without_pytorch(bars: pd.DataFrame) -> None:
    run = run_experiment(small(layout="article", target="return"), bars)
    found = subprocess.run(
        [sys.executable, "-c", WEB],
        input=pickle.dumps((run, 6)),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    prediction, with_torch = pickle.loads(found.stdout)
    assert not with_torch
    pd.testing.assert_frame_equal(prediction, run.at(6).prediction)


def test_with_patience_the_last_snapshot_is_what_was_put_back(bars: pd.DataFrame, way: str) -> None:
    experiment = small(400, patience=3, learning_rate=0.05)
    run = run_experiment(experiment, bars)
    ended = len(run.history)
    assert 4 < ended < 400
    assert run.film.epochs[-1] == ended
    assert same(run.film.frames[-1], run.weights)
    without = run_experiment(with_epochs(experiment, 2), bars)  # not long enough to wait
    assert same(run.film.frames[2], without.checkpoint.weights)


def test_a_cycle_keeps_its_own_film_and_no_checkpoint(bars: pd.DataFrame) -> None:
    run = run_experiment(small(schedule="onecycle"), bars)
    assert run.checkpoint is None
    assert same(run.film.frames[-1], run.weights)
    assert not same(run.film.frames[5], run_experiment(with_epochs(run.experiment, 5), bars).weights)


def test_the_observer_sees_the_film_in_its_epochs_records(bars: pd.DataFrame, way: str) -> None:
    told: list[EpochRecord] = []
    run = run_experiment(small(), bars, told.append)
    filmed = [each for each in told if isinstance(each, FilmedEpoch)]
    assert [each.epoch for each in told] == list(range(1, 14))
    assert tuple(each.epoch for each in filmed) == run.film.epochs[1:-1]
    assert all(each.weights is frame for each, frame in zip(filmed, run.film.frames[1:], strict=False))
    assert not any(isinstance(each, FilmedEpoch) for each in run.history)
    both, alone = (len(pickle.dumps(each)) for each in ((run, told), (run, [])))
    assert both - alone < 4000  # the observer's weights are the film's, and travel once


def test_large_networks_keep_little(bars: pd.DataFrame) -> None:
    model = ModelConfig(window=2, hidden_size=256, num_layers=2, cell="lstm")
    run = run_experiment(Experiment(model=model, train=TrainConfig(epochs=3)), bars.iloc[:20])
    assert run.film.epochs == (0, 3)
    assert run.checkpoint is None


def test_one_weight_through_the_film(bars: pd.DataFrame) -> None:
    film = run_experiment(small(), bars).film
    stack = film.stack("weight_hh_l1")
    assert stack.shape == (12, 16, 4)
    np.testing.assert_array_equal(stack[3], film.frames[3]["weight_hh_l1"])


def test_the_film_as_a_file(bars: pd.DataFrame) -> None:
    run = run_experiment(small(), bars)
    written = film_safetensors(run)
    read = load(written)
    assert set(read) == {f"epoch_{epoch:03d}/{name}" for epoch in run.film.epochs for name in run.weights}
    for name, weight in run.weights.items():
        np.testing.assert_array_equal(read[f"epoch_013/{name}"], weight)
        np.testing.assert_array_equal(read[f"epoch_012/{name}"], run.at(12).weights[name])
    header = json.loads(written[8 : 8 + int.from_bytes(written[:8], "little")])
    assert json.loads(header["__metadata__"]["gatescope"])["key"] == run.key


def test_a_film_is_part_of_what_a_run_answers(bars: pd.DataFrame) -> None:
    run = run_experiment(small(), bars)
    assert isinstance(run, FilmedRun)
    assert not hasattr(run.unfilmed(), "film")
    assert run.unfilmed().key == run.key

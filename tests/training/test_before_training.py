"""What is known before a training, against what the training itself finds. Oracle: PyTorch's own losses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.experiment import run_experiment
from core.unfinished import FEWEST_DAYS, loss_room, outset, persistence_loss, task_of
from core.values import EpochRecord, FilmedEpoch

LOSSES = {"mse": torch.nn.functional.mse_loss, "huber": torch.nn.functional.huber_loss}


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, 400)))
    spread = 1 + rng.uniform(0.001, 0.03, 400)
    days = pd.bdate_range("2020-01-01", periods=400, name="date")
    return pd.DataFrame({"open": close, "high": close * spread, "low": close / spread, "close": close}, index=days)


@pytest.mark.parametrize("loss", ["mse", "huber"])
@pytest.mark.parametrize("target", ["close", "return", "volatility"])
def test_the_level_to_beat_is_pytorch_s_loss_of_same_as_yesterday(bars: pd.DataFrame, target: str, loss: str) -> None:
    experiment = Experiment(train=TrainConfig(target=target, loss=loss))
    data = build_dataset(experiment, bars)
    found = persistence_loss(experiment, data, task_of(experiment, data))
    same = np.full(len(data.targets), -data.scaler.offset / data.scaler.scale)
    same = same if target == "return" else data.windows[:, -1, 0].copy()
    for part, pairs in {"train": slice(data.train_pairs), "test": slice(data.train_pairs, None)}.items():
        expected = LOSSES[loss](torch.from_numpy(same[pairs]), torch.from_numpy(data.targets[pairs]))
        assert found[part] == pytest.approx(float(expected), rel=1e-12)


@pytest.mark.parametrize("name", sorted(PRESETS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_first_epoch_lies_on_the_loss_axis(bars: pd.DataFrame, name: str, seed: int) -> None:
    preset = PRESETS[name]
    experiment = preset.replace(train=preset.train.replace(epochs=2, seed=seed))
    run = run_experiment(experiment, bars)
    begun = outset(run.key, experiment, bars)
    low, high = loss_room(begun)
    assert begun.persistence_loss == run.persistence_loss
    assert low < min(run.persistence_loss.values())
    first = run.history[0]
    assert first.test_loss is not None
    assert low < min(first.train_loss, first.test_loss) <= max(first.train_loss, first.test_loss) < high
    assert loss_room(run, run.history) == (low, high)


def test_a_finished_line_that_has_left_the_axis_widens_it(bars: pd.DataFrame) -> None:
    begun = outset("key", Experiment(), bars)
    low, high = loss_room(begun)
    wild = [EpochRecord(1, 10 * high, 11 * high, 0.1, 0.01), EpochRecord(2, low / 5, None, 0.2, 0.01)]
    wider = loss_room(begun, wild)
    assert wider[0] < low / 5
    assert wider[1] > 11 * high


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_snapshot_predicts_what_the_film_says_of_it(bars: pd.DataFrame, name: str) -> None:
    experiment = PRESETS[name].replace(train=PRESETS[name].train.replace(epochs=6))
    seen: list[EpochRecord] = []
    run = run_experiment(experiment, bars, observe=seen.append)
    filmed = [record for record in seen if isinstance(record, FilmedEpoch)]
    now = outset(run.key, experiment, bars).learned(filmed[2])
    past = run.at(filmed[2].epoch)
    assert now.reached == filmed[2].epoch
    assert now.key == past.key
    pd.testing.assert_frame_equal(now.prediction, past.prediction, rtol=1e-9)


def test_of_a_large_network_days_at_even_distances_are_predicted(bars: pd.DataFrame) -> None:
    model = ModelConfig(hidden_size=128, window=60, num_layers=2)
    experiment = Experiment(model=model, train=TrainConfig(epochs=9))
    seen: list[EpochRecord] = []
    run = run_experiment(experiment, bars, observe=seen.append)
    record = next(record for record in seen if isinstance(record, FilmedEpoch))
    now = outset(run.key, experiment, bars).learned(record)
    known = np.flatnonzero(now.prediction["predicted"].notna())
    assert now.every > 1
    assert set(np.diff(known)) == {now.every}
    assert known[-1] == len(now.prediction) - 1
    assert FEWEST_DAYS / 2 < len(known) <= FEWEST_DAYS
    expected = run.at(record.epoch).prediction["predicted"].to_numpy()
    np.testing.assert_allclose(now.prediction["predicted"].to_numpy()[known], expected[known], rtol=1e-9)

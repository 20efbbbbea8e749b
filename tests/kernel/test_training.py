"""A whole training on the compiled path against the same training by PyTorch."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest
import torch
from two_ways import WAYS, agree, by_pytorch, losses

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.errors import TrainingError
from core.experiment import run_experiment
from core.kernel.choice import MOST_UNITS, MOST_UNITS_OF_ONE, takes_compiled
from core.kernel.schedule import pace_of
from core.kernel.vector import BLOCK, LANES
from core.model import Regressor
from core.training import fit
from core.values import Cancelled, EpochRecord

CELLS = ["lstm", "gru", "rnn"]


@pytest.mark.parametrize("cell", CELLS)
def test_200_epochs_of_losses_are_pytorch_s(sample_bars: pd.DataFrame, cell: str) -> None:
    asked = PRESETS["corrected"].replace(model=ModelConfig(cell=cell))
    agree(asked, sample_bars, weights=False)  # 200 steps on, the last bits have grown


@pytest.mark.parametrize("changes", WAYS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_way_to_train_is_pytorch_s(sample_bars: pd.DataFrame, cell: str, changes: dict[str, object]) -> None:
    train = TrainConfig(**{"epochs": 12, "seed": 2, **changes})
    asked = Experiment(model=ModelConfig(cell=cell, hidden_size=11, num_layers=3, window=7), train=train)
    bars = sample_bars.iloc[:400]
    agree(asked, bars)


@pytest.mark.parametrize("preset", ["returns", "volatility"])
def test_presets_score_the_same_without_it(sample_bars: pd.DataFrame, preset: str) -> None:
    one, other = run_experiment(PRESETS[preset], sample_bars), by_pytorch(PRESETS[preset], sample_bars)
    assert one.metrics["test"].rmse == pytest.approx(other.metrics["test"].rmse, rel=1e-3)
    assert one.key == other.key


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 220])
def test_the_cycle_is_pytorch_s(steps: int) -> None:
    config = TrainConfig(schedule="onecycle", learning_rate=0.03)
    optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=config.learning_rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=config.learning_rate, total_steps=max(steps, 2))
    for step in range(steps):
        (group,) = optimizer.param_groups
        assert pace_of(config, step, steps) == pytest.approx((group["lr"], group["betas"][0]), rel=1e-9)
        optimizer.step()
        cycle.step()


@pytest.mark.parametrize("cell", CELLS)
def test_same_seed_same_bits(sample_bars: pd.DataFrame, cell: str) -> None:
    asked = Experiment(model=ModelConfig(cell=cell), train=TrainConfig(epochs=4, batch_size=48, seed=9))
    one, same = (run_experiment(asked, sample_bars) for _ in range(2))
    other = run_experiment(asked.replace(train=asked.train.replace(seed=10)), sample_bars)
    assert losses(one).tolist() == losses(same).tolist()
    assert all(np.array_equal(one.weights[name], same.weights[name]) for name in one.weights)
    assert not np.array_equal(one.weights["fc.weight"], other.weights["fc.weight"])


def test_it_stops_before_the_mini_batch_after_the_word(sample_bars: pd.DataFrame) -> None:
    asked, records = itertools.count(1), list[EpochRecord]()
    experiment = Experiment(model=ModelConfig(window=5), train=TrainConfig(epochs=9, batch_size=16))
    with pytest.raises(Cancelled):  # 200 days, window 5: 136 training pairs, 9 batches an epoch
        run_experiment(experiment, sample_bars.iloc[:200], records.append, lambda: next(asked) > 20)
    assert (len(records), next(asked)) == (2, 22)


@pytest.mark.parametrize("batch_size", [None, 16])
@pytest.mark.parametrize(("what", "value"), [("targets", np.inf), ("targets", 1e25), ("windows", np.nan)])
def test_a_loss_that_is_no_number_is_the_same_sentence(
    sample_bars: pd.DataFrame, what: str, value: float, batch_size: int | None
) -> None:
    experiment = Experiment(train=TrainConfig(epochs=3, batch_size=batch_size))
    data = build_dataset(experiment, sample_bars.iloc[:100])
    spoilt = getattr(data, what).copy()
    spoilt[20] = value
    for switch in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GATESCOPE_COMPILED", switch)
            with pytest.raises(TrainingError, match=r"stopped being a number in epoch 1; lower .* from 0\.01\."):
                next(fit(Regressor(experiment.model), dataclasses.replace(data, **{what: spoilt}), experiment.train))


def test_weights_that_run_away_end_the_epoch_they_do_for_pytorch(sample_bars: pd.DataFrame) -> None:
    experiment = Experiment(train=TrainConfig(epochs=5, batch_size=32))
    data = build_dataset(experiment, sample_bars.iloc[:150])
    for switch in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GATESCOPE_COMPILED", switch)
            model = Regressor(experiment.model)
            epochs = fit(model, data, experiment.train)
            assert [next(epochs).epoch, next(epochs).epoch] == [1, 2]
            model.rnn.weight_hh_l0.data[0, 0] = float("nan")
            with pytest.raises(TrainingError, match="in epoch 3"):
                next(epochs)


def test_several_inputs_a_day(sample_bars: pd.DataFrame) -> None:
    experiment = Experiment(train=TrainConfig(epochs=6, batch_size=64, patience=3))
    data = build_dataset(experiment, sample_bars.iloc[:300])
    wide = dataclasses.replace(data, windows=np.concatenate([data.windows, data.windows**2, -data.windows], axis=2))
    histories = []
    for switch in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GATESCOPE_COMPILED", switch)
            torch.manual_seed(0)
            found = list(fit(Regressor(experiment.model, 3), wide, experiment.train))
            histories.append([(each.train_loss, each.test_loss, each.validation_loss) for each in found])
    assert np.array(histories[0]) == pytest.approx(np.array(histories[1]), abs=1e-4)


def test_dropout_stays_with_pytorch() -> None:
    assert takes_compiled(ModelConfig(), None)
    assert takes_compiled(ModelConfig(num_layers=1, dropout=0.5), None)  # between layers only: nothing is dropped
    assert not takes_compiled(ModelConfig(dropout=0.5), None)
    assert takes_compiled(ModelConfig(layout="article"), None)
    assert not takes_compiled(ModelConfig(layout="article", dropout=0.5), None)


def test_many_units_and_blocks_left_empty_stay_with_pytorch() -> None:
    most = MOST_UNITS[LANES]["lstm"]
    assert takes_compiled(ModelConfig(hidden_size=most), BLOCK)
    assert not takes_compiled(ModelConfig(hidden_size=most + 1), BLOCK)
    assert not takes_compiled(ModelConfig(hidden_size=most), BLOCK + 1)
    assert takes_compiled(ModelConfig(hidden_size=most // 2), BLOCK + 1)


def test_one_sequence_leaves_no_block_empty() -> None:
    most = MOST_UNITS_OF_ONE[LANES]["lstm"]
    assert takes_compiled(ModelConfig(layout="article", hidden_size=most), 1)
    assert not takes_compiled(ModelConfig(layout="article", hidden_size=most + 1), None)


def test_the_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_COMPILED", "0")
    assert not takes_compiled(ModelConfig(), None)

"""Laws of training: no leak, same seed same weights, and the ways to stop."""

from __future__ import annotations

import dataclasses
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from core.config import Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.errors import ConfigError, DataError, TooShortError, TrainingError
from core.experiment import run_experiment
from core.model import Regressor
from core.run import Run
from core.training import fit, predict, reproducible
from core.values import Cancelled, EpochRecord


def quick(**changes: object) -> Experiment:
    model = {
        name: changes.pop(name) for name in ("cell", "layout", "window", "num_layers", "dropout") if name in changes
    }
    return Experiment(
        model=ModelConfig(**{"window": 5, "hidden_size": 4, **model}), train=TrainConfig(**{"epochs": 3, **changes})
    )


def same_weights(one: Run, other: Run) -> bool:
    return all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)


@pytest.mark.parametrize("target", ["close", "return", "volatility"])
@pytest.mark.parametrize("layout", ["window", "article"])
def test_no_test_price_reaches_weights_or_scaler(sample_bars: pd.DataFrame, target: str, layout: str) -> None:
    bars = sample_bars.iloc[:300]
    experiment = quick(target=target, layout=layout, patience=2, batch_size=32)
    run = run_experiment(experiment, bars)
    changed = bars.copy()
    changed.loc[run.split_date :, ["open", "high", "low", "close"]] *= np.linspace(1.5, 9.0, run.test_pairs)[:, None]
    other = run_experiment(experiment, changed)
    assert same_weights(run, other)
    assert run.scaler == other.scaler
    assert [record.train_loss for record in run.history] == [record.train_loss for record in other.history]
    assert run.metrics["test"].rmse != other.metrics["test"].rmse


def test_a_scaler_on_all_days_does_leak(sample_bars: pd.DataFrame) -> None:
    """The law above can fail: the article's own scaler breaks it."""
    bars = sample_bars.iloc[:300]
    changed = bars.copy()
    changed.iloc[-50:] *= 5
    leaky = quick(scale_on="all")
    assert run_experiment(leaky, bars).scaler != run_experiment(leaky, changed).scaler


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("more", [{}, {"batch_size": 16, "schedule": "onecycle", "loss": "huber", "dropout": 0.3}])
def test_same_seed_same_weights_to_the_last_bit(sample_bars: pd.DataFrame, cell: str, more: dict[str, object]) -> None:
    bars = sample_bars.iloc[:200]
    first, second = (run_experiment(quick(cell=cell, seed=3, **more), bars) for _ in range(2))
    other = run_experiment(quick(cell=cell, seed=4, **more), bars)
    assert same_weights(first, second)
    assert not same_weights(first, other)
    assert first.key == second.key != other.key


def test_two_trainings_at_once_in_one_process_do_not_draw_each_other_s_numbers(sample_bars: pd.DataFrame) -> None:
    bars = sample_bars.iloc[:200]
    experiments = [quick(seed=seed, dropout=0.3, epochs=40) for seed in range(4)]
    alone = [run_experiment(experiment, bars) for experiment in experiments]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda experiment: run_experiment(experiment, bars), experiments))
    assert all(same_weights(one, other) for one, other in zip(alone, together, strict=True))


def test_stopping_is_looked_for_before_every_mini_batch(sample_bars: pd.DataFrame) -> None:
    asked = itertools.count(1)
    records: list[EpochRecord] = []
    experiment = quick(batch_size=16, epochs=5)  # 200 days, window 5: 136 training pairs, 9 batches an epoch
    with pytest.raises(Cancelled):
        run_experiment(experiment, sample_bars.iloc[:200], records.append, lambda: next(asked) > 20)
    assert len(records) == 2
    assert next(asked) == 22


def test_patience_ends_early_and_puts_the_best_weights_back(sample_bars: pd.DataFrame) -> None:
    run = run_experiment(quick(epochs=400, patience=3, learning_rate=0.05), sample_bars.iloc[:300])
    validation = [record.validation_loss for record in run.history]
    assert len(validation) < 400
    assert int(np.argmin(validation)) == len(validation) - 1 - 3


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("batch_size", [None, 32])
@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_the_weights_put_back_are_those_that_were_measured(
    sample_bars: pd.DataFrame, layout: str, batch_size: int | None, dropout: float
) -> None:
    """Their validation loss, worked out here from the predictions, is the recorded minimum and no other epoch's."""
    experiment = quick(layout=layout, batch_size=batch_size, dropout=dropout, epochs=150, patience=4, learning_rate=0.1)
    data = build_dataset(experiment, sample_bars.iloc[:300])
    with reproducible(0):
        model = Regressor(experiment.model)
        recorded = [record.validation_loss for record in fit(model, data, experiment.train)]
    held_out = slice(data.train_pairs - int(0.15 * data.train_pairs), data.train_pairs)
    errors = predict(model, data.windows)[held_out] - data.targets[held_out]
    lowest, others = min(recorded), sorted(recorded)[1]
    assert len(recorded) == 1 + 4 + int(np.argmin(recorded))  # the last epoch is not the best one
    assert np.mean(errors**2) == pytest.approx(lowest, rel=1e-5)
    assert abs(np.mean(errors**2) - others) > 1e-4 * lowest


def test_a_loss_that_is_no_number_is_a_sentence(sample_bars: pd.DataFrame) -> None:
    experiment = quick()
    data = build_dataset(experiment, sample_bars.iloc[:100])
    broken = dataclasses.replace(data, targets=np.full_like(data.targets, np.inf))
    with pytest.raises(TrainingError, match="epoch 1; lower the learning rate from 0.01"):
        next(fit(Regressor(experiment.model), broken, experiment.train))


def test_forget_bias_is_the_sum_of_both_biases(sample_bars: pd.DataFrame) -> None:
    weights = Regressor(ModelConfig(forget_bias=1.0, hidden_size=4)).arrays()
    for layer in range(2):
        total = weights[f"bias_ih_l{layer}"] + weights[f"bias_hh_l{layer}"]
        assert np.array_equal(total[4:8], np.ones(4, dtype=np.float32))
        assert not np.array_equal(total[:4], np.ones(4, dtype=np.float32))


class TestSplit:
    def test_a_date_is_the_first_test_target(self, sample_bars: pd.DataFrame) -> None:
        data = build_dataset(quick(test_start="2023-03-18"), sample_bars)  # a Saturday: the Monday after it
        assert str(data.target_dates[data.train_pairs].date()) == "2023-03-20"

    def test_a_date_outside_says_what_is_allowed(self, sample_bars: pd.DataFrame) -> None:
        with pytest.raises(ConfigError, match="must start between 2019-01-11 and 2024-12-27"):
            build_dataset(quick(test_start="2018-01-01"), sample_bars)

    def test_a_window_longer_than_the_history(self, sample_bars: pd.DataFrame) -> None:
        with pytest.raises(
            TooShortError, match="A window of 120 days needs at least 124 trading days, but there are 100"
        ):
            build_dataset(quick(window=120), sample_bars.iloc[:100])

    def test_pairs_are_the_days_before_and_the_day_after(self, sample_bars: pd.DataFrame) -> None:
        data = build_dataset(quick(), sample_bars)
        closes = sample_bars["close"].to_numpy()
        assert np.allclose(data.scaler.inverse(data.windows[7, :, 0]), closes[7:12])
        assert data.scaler.inverse(data.targets)[7] == pytest.approx(closes[12])
        assert data.target_dates[7] == sample_bars.index[12]


class TestOddPrices:
    def test_prices_that_never_move(self, sample_bars: pd.DataFrame) -> None:
        flat = sample_bars.iloc[:100].copy()
        flat[["open", "high", "low", "close"]] = 7.0
        with pytest.raises(DataError, match="never move"):
            build_dataset(quick(), flat)

    def test_volatility_needs_highs_and_lows(self, sample_bars: pd.DataFrame) -> None:
        only_closes = sample_bars.iloc[:100].assign(high=np.nan, low=np.nan)
        with pytest.raises(DataError, match="high and low"):
            build_dataset(quick(target="volatility"), only_closes)

    def test_a_day_without_a_range_stays_finite_and_small(self, sample_bars: pd.DataFrame) -> None:
        bars = sample_bars.iloc[:100].copy()
        bars.loc[bars.index[40], ["high", "low"]] = bars["close"].iloc[40]
        data = build_dataset(quick(target="volatility"), bars)
        assert np.isfinite(data.values).all()
        assert data.values[40] == pytest.approx(data.values[:40].min() - np.log(2))

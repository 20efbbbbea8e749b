"""The article's layout on the compiled path, one sequence through all days, against PyTorch's."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn
from two_ways import WAYS, agree, losses

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.kernel.layout import Part
from core.kernel.network import Networks
from core.kernel.prepared import prepared
from core.kernel.vector import LANES, SIDE
from core.model import Regressor
from core.values import Cancelled, EpochRecord

CELLS = ["lstm", "gru", "rnn"]
LOSSES: dict[str, nn.Module] = {"mse": nn.MSELoss(), "huber": nn.HuberLoss()}


def article(cell: str = "lstm", window: int = 10, units: int = 8, layers: int = 2) -> ModelConfig:
    return ModelConfig(cell=cell, layout="article", window=window, hidden_size=units, num_layers=layers)


def drawn(days: int, window: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (days, 1, T), and targets (days,) far enough away for both halves of Huber's loss."""
    random = np.random.default_rng(5)
    return random.normal(size=(days, 1, window)).astype(np.float32), 2 * random.normal(size=days).astype(np.float32)


def both(config: ModelConfig, loss: str, x: np.ndarray, y: np.ndarray, cuts: Sequence[int]) -> tuple[Regressor, ...]:
    """The same network twice, and the parts between the cuts."""
    torch.manual_seed(7)
    model = Regressor(config)
    network, parts = prepared(
        model, loss, model.in_one_array(), [(x[first:end], y[first:end]) for first, end in itertools.pairwise(cuts)]
    )
    return model, network, parts


def by_autograd(model: Regressor, loss: str, days: tuple[np.ndarray, np.ndarray], state: object = None) -> tuple:
    """Loss, gradient and the last state, from a state that is a plain value."""
    model.zero_grad()
    predicted, state = model(torch.tensor(days[0]), state)
    found = LOSSES[loss](predicted, torch.tensor(days[1]))
    found.backward()
    detached = state.detach() if isinstance(state, Tensor) else tuple(each.detach() for each in state)
    return found.item(), torch.cat([w.grad.reshape(-1) for w in model.parameters()]).numpy(), detached


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_loss_and_gradient_are_autograd_s(cell: str, layers: int, loss: str) -> None:
    for units, window, days in ((8, 10, 33), (5, 3, 70), (LANES + 3, 2, 9), (SIDE + 6, 4, 6), (1, 2, 1)):
        x, y = drawn(days, window)
        model, network, (whole,) = both(article(cell, window, units, layers), loss, x, y, (0, days))
        expected_loss, expected, _ = by_autograd(model, loss, (x, y))
        assert network.learn(whole) == pytest.approx(expected_loss, abs=1e-5)
        assert network.gradient() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_many_units_through_many_days(cell: str) -> None:
    x, y = drawn(700, 10)
    model, network, (whole,) = both(article(cell, units=64), "mse", x, y, (0, 700))
    loss, expected, _ = by_autograd(model, "mse", (x, y))
    assert network.learn(whole) == pytest.approx(loss, abs=1e-5)
    assert network.gradient() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_batch_goes_on_from_the_one_before_and_its_gradient_does_not(cell: str) -> None:
    x, y = drawn(50, 4)
    model, network, (whole,) = both(article(cell, 4, 11, 3), "mse", x, y, (0, 50))
    state = None
    for first, end in ((0, 16), (16, 32), (32, 49), (49, 50)):
        loss, expected, state = by_autograd(model, "mse", (x[first:end], y[first:end]), state)
        assert network.learn(rows_of(whole, first, end)) == pytest.approx(loss, abs=1e-5)
        assert network.gradient() == pytest.approx(expected, abs=1e-5)


def rows_of(whole: Part, first: int, end: int) -> Part:
    return whole._replace(rows=whole.rows[first:end])


@pytest.mark.parametrize("cell", CELLS)
def test_losses_are_those_of_the_present_weights_from_the_first_day_on(cell: str) -> None:
    """Whatever was gone through before: all training days, some of them, or a step taken since."""
    x, y = drawn(60, 5)
    model, network, (train, validation, test) = both(article(cell, 5, 9), "huber", x, y, (0, 30, 40, 60))

    def watched() -> list[float]:
        with torch.no_grad():
            predicted = model(torch.tensor(x))[0]
        return [LOSSES["huber"](predicted[part.rows], torch.tensor(y[part.rows])).item() for part in (validation, test)]

    def found(network: Networks) -> list[float]:
        return [float(network.loss(part)[0]) for part in (validation, test)]

    assert found(network) == pytest.approx(watched(), abs=1e-5)
    network.learn(train)
    before = network.gradient()
    assert network.loss(test) == pytest.approx(watched()[1], abs=1e-5)  # the days between are not left out
    assert found(network) == pytest.approx(watched(), abs=1e-5)
    assert np.array_equal(network.gradient(), before)
    network.step(0.05, 0.9)
    assert found(network) == pytest.approx(watched(), abs=1e-5)
    network.learn(rows_of(train, 0, 20))
    network.step(0.05, 0.9)
    network.learn(rows_of(train, 20, 30))
    network.step(0.05, 0.9)
    assert found(network) == pytest.approx(watched(), abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_no_number_stays_none(cell: str) -> None:
    x, y = drawn(20, 4)
    x[13, 0, 2] = np.nan
    _, network, (early, late) = both(article(cell, 4), "mse", x, y, (0, 13, 20))
    assert np.isfinite(network.loss(early))
    assert np.isnan(network.loss(late))


@pytest.mark.parametrize("cell", CELLS)
def test_200_epochs_of_losses_are_pytorch_s(sample_bars: pd.DataFrame, cell: str) -> None:
    asked = PRESETS["article"].replace(model=article(cell))
    asked = asked.replace(train=asked.train.replace(epochs=200))
    bars = sample_bars if cell == "lstm" else sample_bars.iloc[:250]  # PyTorch fuses only the LSTM's steps
    agree(asked, bars, weights=False)  # 200 steps on, the last bits have grown


@pytest.mark.parametrize("changes", WAYS)
@pytest.mark.parametrize("cell", CELLS)
def test_every_way_to_train_is_pytorch_s(sample_bars: pd.DataFrame, cell: str, changes: dict[str, object]) -> None:
    train = TrainConfig(**{"epochs": 8, "seed": 2, **changes})
    asked, bars = Experiment(model=article(cell, 7, 11, 3), train=train), sample_bars.iloc[:250]
    agree(asked, bars)


def test_same_seed_same_bits(sample_bars: pd.DataFrame) -> None:
    asked = Experiment(model=article(), train=TrainConfig(epochs=4, batch_size=48, seed=9))
    one, same = (run_experiment(asked, sample_bars) for _ in range(2))
    assert losses(one).tolist() == losses(same).tolist()
    assert all(np.array_equal(one.weights[name], same.weights[name]) for name in one.weights)


def test_it_stops_before_the_mini_batch_after_the_word(sample_bars: pd.DataFrame) -> None:
    asked, records = itertools.count(1), list[EpochRecord]()
    experiment = Experiment(model=article(window=5), train=TrainConfig(epochs=9, batch_size=16))
    with pytest.raises(Cancelled):  # 200 days, window 5: 136 training pairs, 9 batches an epoch
        run_experiment(experiment, sample_bars.iloc[:200], records.append, lambda: next(asked) > 20)
    assert (len(records), next(asked)) == (2, 22)

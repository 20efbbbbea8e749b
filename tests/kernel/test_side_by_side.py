"""Several networks by one call of compiled code: each as if it were alone, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.config import ModelConfig
from core.kernel.network import Networks
from core.kernel.prepared import Pairs, prepared
from core.model import Regressor

SEEDS, SPOILT = 4, 2


def parts(layout: str, window: int) -> list[Pairs]:
    """A training and a test part; of windows, the last block is not filled."""
    random = np.random.default_rng(5)
    shape = (75, window, 1) if layout == "window" else (75, 1, window)
    x, y = random.normal(size=shape).astype(np.float32), random.normal(size=75).astype(np.float32)
    return [(x[:50], y[:50]), (x[50:], y[50:])]


def networks(config: ModelConfig, seeds: list[int]) -> tuple[Networks, list]:
    models = []
    for seed in seeds:
        torch.manual_seed(seed)
        models.append(Regressor(config))
    values = np.zeros((len(seeds), models[0].count + 1), np.float32)
    for model, room in zip(models, values, strict=True):
        model.in_one_array(room)
    values[[seed == SPOILT for seed in seeds], 0] = np.nan
    return prepared(models[0], "mse", values, parts(config.layout, config.window))


@pytest.mark.parametrize("layout", ["window", "article"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize(("units", "layers"), [(8, 2), (11, 3), (1, 1)])
def test_each_is_as_if_it_were_alone(layout: str, cell: str, units: int, layers: int) -> None:
    """Batches of their own where there are windows; one drops out; one is no number from the start."""
    config = ModelConfig(cell=cell, layout=layout, window=5, hidden_size=units, num_layers=layers)
    several, (train, test) = networks(config, list(range(SEEDS)))
    alone = [networks(config, [seed])[0] for seed in range(SEEDS)]
    left = np.arange(SEEDS)
    for number in range(6):
        left = left[left != 1] if number == 3 else left
        orders = [np.random.default_rng([number, seed]).permutation(50)[:37] for seed in left]
        rows = np.stack(orders) if layout == "window" else train.rows[:37]
        own = list(rows) if layout == "window" else [rows] * len(left)
        part = train._replace(rows=rows)
        if number % 2:
            found = several.train(part, 0.01, 0.9, left)
            expected = [alone[s].train(train._replace(rows=r), 0.01, 0.9)[0] for s, r in zip(left, own, strict=True)]
        else:
            found = several.learn(part, left)
            expected = [alone[s].learn(train._replace(rows=r))[0] for s, r in zip(left, own, strict=True)]
            for place in left:
                np.testing.assert_array_equal(several.gradient(int(place)), alone[place].gradient())
            several.step(0.01, 0.9, left)
            for seed in left:
                alone[seed].step(0.01, 0.9)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(several.loss(test, left), [alone[seed].loss(test)[0] for seed in left])
    for seed in range(SEEDS):
        np.testing.assert_array_equal(several.weights.values[seed], alone[seed].weights.values[0])
        for name in ("mean", "square"):
            np.testing.assert_array_equal(getattr(several.adam(seed), name), getattr(alone[seed].adam(), name))
    assert np.isnan(several.loss(test)).tolist() == [False, False, True, False]

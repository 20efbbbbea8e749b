"""Loss and gradient of the compiled passes against PyTorch's autograd."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.config import ModelConfig
from core.kernel.layout import Part
from core.kernel.network import Networks, Sizes, part_of
from core.kernel.vector import BLOCK
from core.model import Regressor

ROOT = Path(__file__).parents[2]
CELLS = ["lstm", "gru", "rnn"]


def drawn(pairs: int, steps: int, inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Windows (N, T, F), and targets (N,) far enough away for both halves of Huber's loss."""
    random = np.random.default_rng(5)
    return random.normal(size=(pairs, steps, inputs)), 2 * random.normal(size=pairs)


def same_network(cell: str, inputs: int, units: int, layers: int, steps: int) -> tuple[Regressor, Networks]:
    torch.manual_seed(7)
    config = ModelConfig(cell=cell, window=steps, hidden_size=units, num_layers=layers)
    model = Regressor(config, inputs)
    return model, Networks(Sizes(cell, inputs, units, layers, steps), model.in_one_array())


def by_autograd(model: Regressor, loss: nn.Module, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    model.zero_grad()
    found = loss(model(torch.tensor(x, dtype=torch.float32))[0], torch.tensor(y, dtype=torch.float32))
    found.backward()
    return found.item(), torch.cat([weight.grad.reshape(-1) for weight in model.parameters()]).numpy()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3, 4])
@pytest.mark.parametrize("inputs", [1, 2, 5, 12])
def test_loss_and_gradient_are_autograd_s(cell: str, layers: int, inputs: int) -> None:
    for units, pairs, steps in ((8, BLOCK, 6), (5, 2 * BLOCK + 5, 3), (19, 3, 2), (1, BLOCK + 1, 9)):
        x, y = drawn(pairs, steps, inputs)
        model, plain = same_network(cell, inputs, units, layers, steps)
        huber = Networks(Sizes(cell, inputs, units, layers, steps, huber=True), model.in_one_array())
        for network, loss in ((plain, nn.MSELoss()), (huber, nn.HuberLoss())):
            expected_loss, expected = by_autograd(model, loss, x, y)
            assert network.learn(part_of(x, y)) == pytest.approx(expected_loss, abs=1e-5)
            assert network.gradient() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_long_windows_of_many_units(cell: str) -> None:
    x, y = drawn(40, 60, 1)
    model, network = same_network(cell, 1, 64, 2, 60)
    loss, expected = by_autograd(model, nn.MSELoss(), x, y)
    assert network.learn(part_of(x, y)) == pytest.approx(loss, abs=1e-5)
    assert network.gradient() == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_a_batch_is_the_rows_it_names(cell: str) -> None:
    x, y = drawn(90, 4, 2)
    rows = np.random.default_rng(1).permutation(90)[:37]
    model, network = same_network(cell, 2, 6, 2, 4)
    loss, expected = by_autograd(model, nn.MSELoss(), x[rows], y[rows])
    everything = part_of(x, y)
    assert network.learn(Part(everything.x, everything.y, rows)) == pytest.approx(loss, abs=1e-5)
    assert network.gradient() == pytest.approx(expected, abs=1e-5)


def test_watching_a_loss_leaves_the_gradient_alone() -> None:
    x, y = drawn(30, 5, 1)
    model, network = same_network("lstm", 1, 8, 2, 5)
    network.learn(part_of(x, y))
    before = network.gradient()
    watched = network.loss(part_of(x[:11], y[:11]))
    assert watched == pytest.approx(by_autograd(model, nn.MSELoss(), x[:11], y[:11])[0], abs=1e-5)
    assert np.array_equal(network.gradient(), before)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_no_number_stays_none(cell: str) -> None:
    """Squashing clamps its argument; a comparison with "not a number" must not make one of it."""
    x, y = drawn(20, 4, 1)
    x[13, 0, 0] = np.nan  # seen by the loss through every step after it
    assert np.isnan(same_network(cell, 1, 8, 2, 4)[1].learn(part_of(x, y)))


def test_extreme_inputs_saturate() -> None:
    x, y = drawn(20, 4, 1)
    model, network = same_network("lstm", 1, 8, 2, 4)
    loss, expected = by_autograd(model, nn.MSELoss(), 1e4 * x, y)
    assert network.learn(part_of(1e4 * x, y)) == pytest.approx(loss, abs=1e-5)
    assert network.gradient() == pytest.approx(
        expected, abs=1e-3
    )  # where nothing saturates, slopes are 1e4 times larger


def test_eight_lanes_do_the_same() -> None:
    """A processor without registers for sixteen, as a process is told to expect."""
    files = ["tests/kernel/test_gradients.py", "tests/kernel/test_one_sequence.py"]
    code = f"import pytest; raise SystemExit(pytest.main(['-q', '-k', 'autograd', *{files}]))"
    environment = {**os.environ, "NUMBA_CPU_NAME": "generic"}
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout

"""The explicit backward pass against autograd in float64: every state, gate, input and weight, one to four layers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.config import ModelConfig
from core.introspect.backward import backward, loss_slope, prediction_slope
from core.introspect.forward import forward, network
from core.model import Regressor


def agree(ours: np.ndarray, autograd: Tensor | None) -> None:
    """Equal to 1e-9 of the largest entry; what autograd never reached has no gradient."""
    expected = np.zeros_like(ours) if autograd is None else autograd.numpy()
    np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-12 + 1e-11 * np.abs(expected).max())


@pytest.fixture
def x(inputs) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(4, 8, inputs))  # (N, T, F)


@pytest.fixture
def module(cell, num_layers, inputs) -> Regressor:
    torch.manual_seed(num_layers)
    return Regressor(ModelConfig(cell=cell, hidden_size=5, num_layers=num_layers), inputs).double()


def lstm_step(into: Tensor, past: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    pre_input, pre_forget, pre_candidate, pre_output = (into + past).chunk(4, -1)
    kept = {"pre_input": pre_input, "pre_forget": pre_forget, "pre_candidate": pre_candidate, "pre_output": pre_output}
    i, f, g, o = pre_input.sigmoid(), pre_forget.sigmoid(), pre_candidate.tanh(), pre_output.sigmoid()
    cell = f * c + i * g
    return kept | {"input": i, "forget": f, "candidate": g, "output": o, "cell": cell, "hidden": o * cell.tanh()}


def gru_step(into: Tensor, past: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    (ir, iz, ic), (hr, hz, recalled) = into.chunk(3, -1), past.chunk(3, -1)
    kept = {"pre_reset": ir + hr, "pre_update": iz + hz, "recalled": recalled}
    r, z = kept["pre_reset"].sigmoid(), kept["pre_update"].sigmoid()
    pre = ic + r * recalled
    n = pre.tanh()
    return kept | {"reset": r, "update": z, "pre_candidate": pre, "candidate": n, "hidden": (1 - z) * n + z * h}


def rnn_step(into: Tensor, past: Tensor, h: Tensor, c: Tensor) -> dict[str, Tensor]:
    pre = into + past
    return {"pre_hidden": pre, "hidden": pre.tanh()}


STEPS = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step}


def recorded(cell: str, module: Regressor, x: np.ndarray) -> tuple[list[list[dict[str, Tensor]]], Tensor]:
    """Torch's graph by steps, each value kept with its gradient: [layer][step] -> {name: (N, H)}; outputs (N, T)."""
    below, kept = torch.from_numpy(x), []
    for k in range(module.rnn.num_layers):
        w_ih, w_hh, b_ih, b_hh = (
            getattr(module.rnn, f"{kind}_l{k}") for kind in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        h = c = torch.zeros(len(x), module.rnn.hidden_size, dtype=torch.float64)
        row = []
        for t in range(x.shape[1]):
            into, past = nn.functional.linear(below[:, t], w_ih, b_ih), nn.functional.linear(h, w_hh, b_hh)
            values = STEPS[cell](into, past, h, c)
            for value in values.values():
                value.retain_grad()
            h, c = values["hidden"], values.get("cell", c)
            row.append(values)
        kept.append(row)
        below = torch.stack([values["hidden"] for values in row], dim=1)
    return kept, module.fc(below)[..., 0]


@pytest.mark.parametrize("of", ["prediction", "mse", "huber", "every step"])
def test_gradients_of_all_states_and_gates_equal_autograd(cell, num_layers, module, x, of):
    kept, outputs = recorded(cell, module, x)
    assert torch.allclose(outputs[:, -1], module(torch.from_numpy(x))[0], atol=1e-12)  # the graph is nn.LSTM's
    traced = forward(network(module.arrays()), x)
    y = 3 * np.random.default_rng(1).normal(size=outputs.shape)  # some errors beyond Huber's bend
    if of == "prediction":
        outputs[:, -1].sum().backward()
        slope = prediction_slope(traced)
    elif of == "every step":
        nn.functional.mse_loss(outputs, torch.from_numpy(y)).backward()
        slope = loss_slope(traced, y)
    else:
        loss_of = {"mse": nn.MSELoss(), "huber": nn.HuberLoss()}[of]
        loss_of(outputs[:, -1], torch.from_numpy(y[:, -1])).backward()
        slope = loss_slope(traced, y[:, -1], of)
    found = backward(traced, slope)
    for k in range(num_layers):
        for t in range(x.shape[1]):
            for name, value in kept[k][t].items():
                agree(getattr(found.states, name)[k, :, t], value.grad)


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_gradients_of_weights_inputs_and_first_memory_equal_autograd(cell, module, x, loss):
    given, y = torch.from_numpy(x).requires_grad_(), np.random.default_rng(2).normal(size=len(x))
    start = [torch.randn(module.rnn.num_layers, 4, 5, dtype=torch.float64, requires_grad=True) for _ in "hc"]
    state = tuple(start) if cell == "lstm" else start[0]
    predicted, _ = module(given, state)
    {"mse": nn.MSELoss(), "huber": nn.HuberLoss()}[loss](predicted, torch.from_numpy(y)).backward()
    used = start if cell == "lstm" else start[:1]
    traced = forward(network(module.arrays()), x, tuple(part.detach().numpy() for part in used))
    found = backward(traced, loss_slope(traced, y, loss))
    agree(found.x, given.grad)
    for ours, theirs in zip(found.memory, used, strict=True):
        agree(ours, theirs.grad)
    parameters = {name.removeprefix("rnn."): weight for name, weight in module.named_parameters()}
    assert set(found.weights) == set(parameters)
    for name, weight in parameters.items():
        agree(found.weights[name], weight.grad)


def test_article_layout_trains_on_every_day(cell):
    """Days as steps, one sample, a target a day: the published loop's gradient."""
    torch.manual_seed(0)
    module = Regressor(ModelConfig(cell=cell, layout="article", window=6, hidden_size=4)).double()
    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(25, 6)), rng.normal(size=25)
    nn.functional.mse_loss(module(torch.from_numpy(windows)[:, None])[0], torch.from_numpy(y)).backward()
    traced = forward(network(module.arrays()), windows[None])
    found = backward(traced, loss_slope(traced, y[None]))
    for name, weight in module.named_parameters():
        agree(found.weights[name.removeprefix("rnn.")], weight.grad)


def test_gradients_predict_a_small_change(cell):
    """Without autograd: moving every weight a little along its gradient changes the prediction by its squared norm."""
    torch.manual_seed(0)
    weights = Regressor(ModelConfig(cell=cell, hidden_size=4)).double().arrays()
    x, step = np.random.default_rng(0).normal(size=(1, 10, 1)), 1e-5
    traced = forward(network(weights), x)
    slopes = backward(traced, prediction_slope(traced)).weights
    up, down = (
        forward(network({name: w + sign * step * slopes[name] for name, w in weights.items()}), x).predictions[0]
        for sign in (1, -1)
    )
    assert (up - down) / (2 * step) == pytest.approx(sum((slope**2).sum() for slope in slopes.values()), rel=1e-7)

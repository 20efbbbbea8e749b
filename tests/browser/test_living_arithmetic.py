"""The arithmetic of the living cell: its JavaScript computes what core.introspect computes, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from core.config import PRESETS
from core.experiment import run_experiment
from core.introspect.backward import Gradients, backward, prediction_slope
from core.introspect.forward import forward, network
from core.introspect.of_run import trace
from core.introspect.over_run import saliency
from core.values import Array, as_days, windows_of
from core.web.living.mount import script
from core.web.living.packing import packed_days, packed_network, packed_target

pytestmark = pytest.mark.browser

ARITHMETIC = (Path(__file__).parents[2] / "core" / "web" / "living" / "arithmetic.js").read_text(encoding="utf-8")
CLOSE = 1e-6
GATES = {"lstm": 4, "gru": 3, "rnn": 1}
KINDS = [(cell, layers, features) for cell in GATES for layers in (1, 2, 3) for features in (1, 2)]
WINDOWS = 60  # of each of the 18 kinds: 1,080 random inputs, on 108 random networks
PER_NETWORK = 10

ANSWERS = """cases => cases.map(({spec, windows}) => {
    const net = networkOf(spec)
    return windows.map(({days, read, memory, held, target}) => {
        const view = {read, memory, target: target || {kind: "close", scale: 1, offset: 0}}
        const found = answerOf(net, view, days, held || [])
        const plain = states => Object.fromEntries(Object.entries(states).map(([name, all]) => [name, [...all]]))
        return {
            scaled: found.scaled, forecast: found.forecast, slopes: found.slopes.map(row => [...row]),
            steps: found.steps.map(column => column.map(plain)),
        }
    })
})"""


@pytest.fixture(scope="module")
def arithmetic(chromium: Browser) -> Iterator[Page]:
    """An empty page with the component's own arithmetic in it."""
    page = chromium.new_page()
    page.add_script_tag(content=ARITHMETIC)
    yield page
    page.close()


def drawn(rng: np.random.Generator, cell: str, layers: int, features: int) -> dict[str, Array]:
    """Random weights under PyTorch's names, float32 as a run keeps them."""
    units, gates, weights = int(rng.integers(1, 9)), GATES[cell], {}
    for layer in range(layers):
        shapes = {
            "weight_ih": (gates * units, features if layer == 0 else units),
            "weight_hh": (gates * units, units),
            "bias_ih": (gates * units,),
            "bias_hh": (gates * units,),
        }
        weights |= {f"{name}_l{layer}": rng.normal(size=shape) for name, shape in shapes.items()}
    weights |= {"fc.weight": rng.normal(size=(1, units)), "fc.bias": rng.normal(size=1)}
    return {name: weight.astype(np.float32) for name, weight in weights.items()}


def same(found: dict[str, Any], oracle: Gradients) -> None:
    """Forecast, every gate and state of every layer and step, and the answer to each input."""
    states = oracle.trace.states
    assert found["scaled"] == pytest.approx(float(oracle.trace.predictions[0]), abs=CLOSE)
    for name in (
        *states.gates,
        "hidden",
        "hidden_before",
        *(("cell", "cell_before") if hasattr(states, "cell") else ()),
    ):
        values = np.array([[layer[name] for layer in column] for column in found["steps"]])  # (T, L, H)
        np.testing.assert_allclose(values, getattr(states, name)[:, 0].swapaxes(0, 1), atol=CLOSE, rtol=0)
    np.testing.assert_allclose(found["slopes"], oracle.x[0], atol=CLOSE, rtol=CLOSE)


def answers(page: Page, spec: dict[str, Any], *windows: dict[str, Any]) -> list[dict[str, Any]]:
    return page.evaluate(ANSWERS, [{"spec": spec, "windows": list(windows)}])[0]


def numpys(weights: dict[str, Array], x: Array, memory: Any = None) -> Gradients:
    traced = forward(network(weights), x, memory)
    return backward(traced, prediction_slope(traced))


@pytest.mark.parametrize(("cell", "layers", "features"), KINDS)
def test_the_browser_computes_what_numpy_computes(arithmetic: Page, cell: str, layers: int, features: int) -> None:
    rng = np.random.default_rng([layers, features, len(cell), GATES[cell]])
    for _ in range(WINDOWS // PER_NETWORK):
        weights, steps = drawn(rng, cell, layers, features), int(rng.integers(1, 16))
        windows = rng.normal(scale=2, size=(PER_NETWORK, steps, features))
        asked = [{"days": window.tolist(), "read": 1, "memory": None} for window in windows]
        found = answers(arithmetic, packed_network(network(weights)), *asked)
        for answer, window in zip(found, windows, strict=True):
            same(answer, numpys(weights, window[None]))


@pytest.mark.parametrize("cell", GATES)
def test_a_state_that_runs_on_and_steps_of_many_days(arithmetic: Page, cell: str) -> None:
    """As in the article's layout: each step reads five days in a row, and the first starts from a state."""
    rng, read = np.random.default_rng(5), 5
    weights = drawn(rng, cell, 2, read)
    net, days = network(weights), rng.normal(size=(12, 1))
    memory = tuple(rng.normal(size=part.shape) for part in net.no_memory(1))
    carried = dict(zip(("hidden", "cell"), (part[:, 0].tolist() for part in memory), strict=False))
    (found,) = answers(
        arithmetic, packed_network(network(weights)), {"days": days.tolist(), "read": read, "memory": carried}
    )
    oracle = numpys(weights, as_days(windows_of(days, read)), memory)
    assert found["scaled"] == pytest.approx(float(oracle.trace.predictions[0]), abs=CLOSE)
    by_day = np.zeros(len(days))
    for step, slopes in enumerate(oracle.x[0]):
        by_day[step : step + read] += slopes
    np.testing.assert_allclose(np.array(found["slopes"])[:, 0], by_day, atol=CLOSE)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_a_gate_held_at_every_step_is_a_gate_that_reads_nothing(arithmetic: Page, cell: str) -> None:
    """With its weights at nought a gate is sigmoid(bias), whatever it meets: numpy's own way to hold it."""
    rng = np.random.default_rng(11)
    for gate in network(drawn(rng, cell, 1, 1)).cell.sigmoid_gates:
        weights = drawn(rng, cell, 2, 2)
        net, window, value = network(weights), rng.normal(size=(7, 2)), float(rng.uniform(0.05, 0.95))
        layer, unit = int(rng.integers(2)), int(rng.integers(net.hidden_size))
        held = {"what": gate, "layer": layer, "step": None, "unit": unit, "value": value}
        asked = {"days": window.tolist(), "read": 1, "memory": None, "held": [held]}
        (found,) = answers(arithmetic, packed_network(network(weights)), asked)
        row = net.cell.gates.index(gate) * net.hidden_size + unit
        fixed = {name: weight.astype(np.float64) for name, weight in weights.items()}
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            fixed[f"{name}_l{layer}"][row] = 0
        fixed[f"bias_ih_l{layer}"][row] = np.log(value / (1 - value))
        same(found, numpys(fixed, window[None]))


@pytest.mark.parametrize("cell", GATES)
def test_a_state_put_in_by_hand_is_the_state_the_rest_starts_from(arithmetic: Page, cell: str) -> None:
    rng, step = np.random.default_rng(13), 3
    weights = drawn(rng, cell, 1, 1)
    net, window = network(weights), rng.normal(size=(8, 1))
    before = forward(net, window[None, :step]).memory
    changed = tuple(part.copy() for part in before)
    held = []
    for what, part in zip(("hidden_before", "cell_before"), changed, strict=False):
        part[0, 0, 0] = 0.7
        held.append({"what": what, "layer": 0, "step": step, "unit": 0, "value": 0.7})
    asked = {"days": window.tolist(), "read": 1, "memory": None, "held": held}
    (found,) = answers(arithmetic, packed_network(network(weights)), asked)
    oracle = numpys(weights, window[None, step:], changed)
    assert found["scaled"] == pytest.approx(float(oracle.trace.predictions[0]), abs=CLOSE)
    np.testing.assert_allclose(found["slopes"][step:], oracle.x[0], atol=CLOSE)


@pytest.mark.parametrize("cell", GATES)
def test_the_answer_to_a_day_is_the_slope_whatever_is_held(arithmetic: Page, cell: str) -> None:
    """Central differences through the browser's own forward pass, with a gate and a state held at one step each."""
    rng, nudge = np.random.default_rng(17), 1e-5
    weights, window = drawn(rng, cell, 2, 1), rng.normal(size=(6, 1))
    gate = network(weights).cell.gates[0]
    held = [
        {"what": gate, "layer": 0, "step": 2, "unit": 0, "value": 0.3},
        {"what": "hidden_before", "layer": 1, "step": 4, "unit": 0, "value": -0.5},
    ]
    nudged = [window + by * np.eye(6)[:, [day]] for day in range(6) for by in (nudge, -nudge)]
    asked = [{"days": each.tolist(), "read": 1, "memory": None, "held": held} for each in (window, *nudged)]
    found, *moved = answers(arithmetic, packed_network(network(weights)), *asked)
    slopes = [(up["scaled"] - down["scaled"]) / (2 * nudge) for up, down in zip(moved[::2], moved[1::2], strict=True)]
    np.testing.assert_allclose(np.array(found["slopes"])[:, 0], slopes, atol=1e-7)


@pytest.mark.parametrize("preset", ["article", "corrected", "returns", "volatility"])
def test_a_runs_own_forecast_and_answers(arithmetic: Page, sample_bars: Any, preset: str) -> None:
    from core.charts import Style

    train = PRESETS[preset].train.replace(epochs=2)
    run = run_experiment(PRESETS[preset].replace(train=train), sample_bars)
    asked = []
    pairs = (0, 40, len(run.prediction) - 1)
    for pair in pairs:
        asked.append({**packed_days(run, pair, trace(run, pair)), "target": packed_target(run, pair, Style())})
    for pair, found in zip(pairs, answers(arithmetic, packed_network(network(run.weights)), *asked), strict=True):
        traced = trace(run, pair)
        scaled = float(traced.predictions[0])
        assert found["scaled"] == pytest.approx(scaled, abs=CLOSE)
        value = run.scaler.inverse(scaled)
        value = run.task.previous[pair] * np.exp(value) if preset == "returns" else value
        assert found["forecast"] == pytest.approx(float(value), rel=CLOSE)
        assert found["forecast"] == pytest.approx(float(run.prediction["predicted"].iloc[pair]), rel=1e-4)
        np.testing.assert_allclose(found["slopes"], saliency(run, pair).slopes, atol=CLOSE)


def test_what_is_tested_is_what_the_page_runs() -> None:
    assert ARITHMETIC in script()

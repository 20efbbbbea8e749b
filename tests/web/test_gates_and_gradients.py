"""Gates and gradients on screen: the numbers are core.introspect's, the choices stay, nothing undefined is shown."""

from __future__ import annotations

import base64
import json
import re
from datetime import date
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from web_app import QUICK, Open, charts, said, settle

from core.charts.heat import two_digits
from core.config import Experiment, ModelConfig
from core.introspect.measures import GateLevels, lag_norms
from core.introspect.of_run import trace, trace_series
from core.introspect.over_run import GradientProfile, gate_profile, gradient_profile, gradients, saliency
from core.introspect.terms import terms
from core.run import Run
from core.web import readings, session
from core.web.introspect import choices, twin, wording
from core.web.living import packing

pytestmark = pytest.mark.slow

CHINESE = re.compile(r"[\u4e00-\u9fff]")
UNDEFINED = re.compile(r"\b(nan|inf|None)\b", re.IGNORECASE)
SMALL = {**QUICK, "hidden": "3", "window": "5"}
NETWORKS = [{"cell": "lstm"}, {"cell": "gru"}, {"cell": "rnn"}, {"preset": "article"}]
VIEWS = ["window", "series", "days", "cell"]


def with_twin(app: AppTest) -> AppTest:
    """Wait for the network to compare with, too."""
    for _ in range(600):
        app = settle(app)
        if any(button.key == "twin_start" for button in app.button):
            app.button(key="twin_start").click().run()
        if not any(button.key == "twin_cancel" for button in app.button):
            return app
        app.run()
    raise AssertionError("the network to compare with did not come")


def run_of(app: AppTest) -> Run:
    return app.session_state["_visit"]["_done_training"].result


def twin_run(app: AppTest) -> Run:
    return app.session_state["_visit"]["_done_twin"].result


def spec(app: AppTest, key: str) -> dict[str, Any]:
    return json.loads(next(chart.proto.spec for chart in charts(app) if key in chart.proto.id))


def numbers(values: Any) -> np.ndarray:
    """An array of a figure's JSON, plain or packed."""
    if isinstance(values, dict):
        found = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
        return found.reshape([int(size) for size in str(values.get("shape", len(found))).split(",")])
    return np.array(values, dtype=float)


def written(app: AppTest) -> str:
    """All text, the words that stand for the charts included."""
    return "\n".join([said(app), *(latex.value for latex in app.latex), *(chart.proto.alt for chart in charts(app))])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda dials: "-".join(dials.values()))
def test_gradients_of_every_network(open_app: Open, network: dict[str, str], language: str) -> None:
    app = with_twin(open_app("lab/gradients.py", lang=language, **SMALL, **network))
    for over in ("test", "day"):
        app.segmented_control(key="gradient_over").set_value(over).run()
        assert not app.exception
        assert not app.error
        assert len(charts(app)) == (2 if network.get("cell") == "rnn" else 5)
        assert not UNDEFINED.search(written(app))
        assert bool(CHINESE.search(said(app))) == (language == "zh")
        assert ("LSTM" if network.get("cell") == "rnn" else "RNN") in said(app)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda dials: "-".join(dials.values()))
def test_gates_of_every_network_in_every_view(open_app: Open, network: dict[str, str], language: str) -> None:
    app = settle(open_app("lab/gates.py", lang=language, **SMALL, **network))
    for view in VIEWS:
        app.segmented_control(key="gate_view").set_value(view).run()
        assert not app.exception
        assert not app.error
        assert len(charts(app)) == {"series": 2, "cell": 0}.get(view, 1)
        assert not UNDEFINED.search(written(app))
        assert bool(CHINESE.search(said(app))) == (language == "zh")


def test_drawn_norms_are_those_of_the_run_and_of_its_twin(open_app: Open) -> None:
    app = with_twin(open_app("lab/gradients.py", **SMALL))
    run, other = run_of(app), twin_run(app)
    assert other.experiment.model == run.experiment.model.replace(cell="rnn")
    assert other.experiment.train == run.experiment.train
    np.testing.assert_array_equal(other.series, run.series)
    own, theirs = (gradient_profile(each, of="loss") for each in (run, other))
    lines = [numbers(line["y"]) for line in spec(app, "gradient-norms")["data"]]
    for line, norms in zip(lines, [own.hidden[0], own.cell[0], theirs.hidden[0]], strict=True):
        np.testing.assert_allclose(line, norms)
    left = [norms[-1] / norms[0] for norms in (own.hidden[0], own.cell[0], theirs.hidden[0])]
    told = next(text.value for text in app.markdown if "gradient is left" in text.value)
    assert re.findall(r"[\d.e−]+%", told) == [wording.percent(share) for share in left]


def test_the_twin_starts_as_pytorch_starts_it() -> None:
    experiment = Experiment(model=ModelConfig(forget_bias=2.0, hidden_size=5))
    assert twin.twin_of(experiment) == Experiment(model=ModelConfig(cell="rnn", hidden_size=5))
    assert twin.twin_of(twin.twin_of(experiment)).model.forget_bias is None


def test_one_day_is_that_day(open_app: Open) -> None:
    app = with_twin(open_app("lab/gradients.py", **SMALL))
    run = run_of(app)
    app.segmented_control(key="gradient_over").set_value("day").run()
    day = run.prediction["date"].dt.date.iloc[7]
    app.select_slider(key="gradient_day").set_value(day).run()
    norms = lag_norms(gradients(run, 7, of="loss"))
    lines = [numbers(line["y"]) for line in spec(app, "gradient-norms")["data"]]
    np.testing.assert_allclose(lines[0], norms.hidden[0, 0])
    np.testing.assert_allclose(lines[1], norms.cell[0, 0])
    answer = saliency(run, 7)
    bars = spec(app, "saliency")["data"][0]
    np.testing.assert_allclose(numbers(bars["y"]), answer.slopes[:, 0])
    assert bars["x"][-1] == f"{answer.dates[-1]:%Y-%m-%d}"


def test_half_lives_and_saturation_are_the_test_parts(open_app: Open) -> None:
    app = with_twin(open_app("lab/gradients.py", **SMALL))
    levels = gate_profile(run_of(app))
    drawn = spec(app, "half-lives")["data"]
    for layer, line in enumerate(drawn):
        np.testing.assert_allclose(numbers(line["y"]), np.sort(levels.half_lives[layer])[::-1])
    shut = numbers(spec(app, "saturation")["data"][0]["x"])
    np.testing.assert_allclose(shut, 100 * levels.below.ravel())


def test_the_twin_can_be_stopped_and_begun_again(open_app: Open) -> None:
    app = settle(open_app("lab/gradients.py", preset="article", dropout="0.1", epochs="600", hidden="2"))
    if any(button.key == "twin_start" for button in app.button):
        app.button(key="twin_start").click().run()
    app.button(key="twin_cancel").click().run()
    assert "Training of the RNN was cancelled." in said(app)
    assert len(spec(app, "gradient-norms")["data"]) == 2  # the run's own two lines stay
    app.button(key="twin_again").click().run()
    app = with_twin(app)
    assert len(spec(app, "gradient-norms")["data"]) == 3


def living(app: AppTest) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the browser is given: the network, and the view of it."""
    given = [json.loads(component.proto.json) for component in app.get("bidi_component")]
    (net,), (view,) = ([each for each in given if part in each] for part in ("network", "days"))
    return net, view


def test_the_living_cell_opens_with_what_is_chosen_and_its_weights_stay_the_same(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **SMALL))
    app.segmented_control(key="gate_view").set_value("cell").run()
    run, (net, view) = run_of(app), living(app)
    pair, unit = len(run.prediction) - 1, app.select_slider(key="gate_unit").value - 1
    assert (view["run"], view["layer"], view["step"], view["unit"]) == (run.key, 0, 4, unit)
    np.testing.assert_array_equal(view["days"], run.windows[pair])
    assert view["target"]["date"] == f"{run.prediction['date'].iloc[pair]:%Y-%m-%d}"
    weights = np.frombuffer(base64.b64decode(net["network"]["weights"]), dtype="<f4")
    assert len(weights) == run.parameter_count
    np.testing.assert_array_equal(weights[:12], run.weights["weight_ih_l0"].ravel())
    app.segmented_control(key="gate_layer").set_value(2)
    app.button(key="gate_step_back").click().run()
    again, moved = living(app)
    assert again == net  # so the browser keeps it
    assert (moved["layer"], moved["step"]) == (1, 3)
    assert moved["place"] == view["place"]  # what was changed by hand stays


def test_a_network_too_large_for_the_browser_is_told_in_numbers(
    open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "MOST_WEIGHTS", 100)
    app = settle(open_app("lab/gates.py", **SMALL))
    app.segmented_control(key="gate_view").set_value("cell").run()
    run = run_of(app)
    values = terms(trace(run, len(run.prediction) - 1), 0, 4, app.select_slider(key="gate_unit").value - 1).values
    assert "networks of up to 100 weights" in said(app)
    assert f"= {float(values.cell):.3f}".replace("-0.000", "0.000") in app.latex[0].value
    assert not [each for each in app.get("bidi_component") if "days" in each.proto.json]


def test_play_walks_to_the_last_step_and_ends(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "PACE", 0.0)  # every run of the script is a tick
    app = settle(open_app("lab/gates.py", **SMALL))
    assert app.select_slider(key="gate_step").value == 5
    app.button(key="gate_play").click().run()
    seen = [app.select_slider(key="gate_step").value]
    while app.session_state[session.PLACE][session.PLAYING.name]:
        assert len(seen) < 10
        seen.append(app.run().select_slider(key="gate_step").value)
    assert seen[-1] == 5
    assert seen == sorted(seen)
    assert set(seen) >= {3, 4, 5}


def test_choices_stay_over_pages(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **SMALL))
    day = run_of(app).prediction["date"].dt.date.iloc[11]
    app.select_slider(key="gate_day").set_value(day)
    app.segmented_control(key="gate_layer").set_value(2)
    app.segmented_control(key="gate_view").set_value("cell").run()
    app.button(key="gate_step_back").click().run()
    app.switch_page("lab/gradients.py").run()
    app.segmented_control(key="gradient_over").set_value("day").run()
    assert app.select_slider(key="gradient_day").value == day
    assert app.segmented_control(key="gradient_layer").value == 2
    app.segmented_control(key="gradient_layer").set_value(1).run()
    app.switch_page("lab/market.py").run()
    app.switch_page("lab/gates.py").run()
    assert app.segmented_control(key="gate_view").value == "cell"
    assert app.segmented_control(key="gate_layer").value == 1
    assert app.select_slider(key="gate_day").value == day
    assert app.select_slider(key="gate_step").value == 4


def test_units_over_the_series(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **QUICK))
    app.segmented_control(key="gate_view").set_value("series").run()
    run = run_of(app)
    series = trace_series(run)
    restless = np.argsort(-series.hidden[0].std(axis=0))[:3]
    assert app.multiselect(key="gate_units").value == [unit + 1 for unit in restless]
    app.multiselect(key="gate_units").set_value([5]).run()
    price, *lines = spec(app, "over-time")["data"]
    np.testing.assert_allclose(numbers(price["y"]), run.task.previous)
    for line, name in zip(lines, ("forget", "input", "output", "hidden"), strict=True):
        np.testing.assert_allclose(numbers(line["y"]), getattr(series, name)[0, :, 4])
    app.segmented_control(key="gate_layer").set_value(2).run()
    assert app.multiselect(key="gate_units").value == [5]  # chosen by the visitor, so it stays


def test_two_days_beside_each_other(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", preset="article", **SMALL))
    app.segmented_control(key="gate_view").set_value("days").run()
    run = run_of(app)
    days = run.prediction["date"].dt.date
    app.select_slider(key="gate_other_day").set_value(days.iloc[3])  # has only three days before it
    app.selectbox(key="gate_state").set_value("cell").run()
    one, other = (trace(run, pair).states.cell[0, 0] for pair in (3, len(days) - 1))
    change = other[-4:] - one
    step, unit = np.unravel_index(np.abs(change).argmax(), change.shape)
    assert f"unit {unit + 1}, {3 - step} day" in said(app)
    assert f"{two_digits(one[step, unit])} and {two_digits(other[-4:][step, unit])}" in said(app)


def test_a_shorter_window_brings_the_step_back_into_bounds(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **SMALL))
    app.slider(key="window").set_value(3).run()
    app = settle(app)
    assert not app.exception
    assert app.select_slider(key="gate_step").value <= 3


def test_an_earlier_run_on_other_prices_says_what_it_lacks(open_app: Open) -> None:
    app = settle(open_app("lab/gates.py", **SMALL))
    app.segmented_control(key="gate_view").set_value("series").run()
    app.slider(key="window").set_value(120)
    app.date_input(key="start").set_value(date(2024, 10, 1)).run()
    app = settle(app)
    assert not app.exception
    assert "no longer at hand" in said(app)


def test_a_gate_that_is_never_at_an_end_and_a_prediction_without_answer() -> None:
    levels = GateLevels(("forget",), np.zeros((1, 2)), np.zeros((1, 2)), np.full((2, 3), 0.5))
    assert "in between" in wording.saturation_line(levels)
    profile = GradientProfile(1, np.zeros((1, 3)), None, np.full((1, 2), np.nan), np.zeros((3, 1)))
    way = readings.Way(profile, np.zeros((3, 1)), None, levels)
    assert "none of the days" in wording.saliency_line(way)
    assert wording.percent(wording.left_over(profile.hidden[0])) == "–"
    assert wording.percent(float(profile.kept_share[0, 0])) == "–"

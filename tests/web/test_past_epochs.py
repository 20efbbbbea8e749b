"""A past epoch on screen: the pages show what a training that ended there shows, and the address keeps it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from test_gates_and_gradients import CHINESE, UNDEFINED, numbers, run_of, spec, with_twin, written
from web_app import Open, charts, said, settle

from core.experiment import run_experiment
from core.film import FilmedRun
from core.introspect.of_run import gate_matrices, trace
from core.introspect.over_epochs import over_epochs
from core.introspect.over_run import gradient_profile
from core.run import Run
from core.web import readings, session
from core.web.introspect.choices import LAST

pytestmark = pytest.mark.slow

ROUTER = Path(__file__).parents[2] / "pages" / "router.py"
SMALL = {"epochs": "4", "hidden": "3", "window": "5", "layers": "2"}


@pytest.fixture
def open_at() -> Open:
    """Begin a visit at a page's own address, so that what is looked at is taken from it."""

    def opened(page: str, **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROUTER), default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        return app.switch_page(page).run()

    return opened


def shorter(app: AppTest, epochs: int) -> Run:
    """What the same training gives when it is told to end earlier."""
    experiment, bars = run_of(app).experiment, session_bars(app)
    return run_experiment(experiment.replace(train=experiment.train.replace(epochs=epochs)), bars)


def session_bars(app: AppTest):
    return app.session_state[session.PLACE][session.PRICES.name][1]


@pytest.mark.parametrize("layout", ["window", "article"])
def test_the_forecast_is_that_of_a_training_which_ended_there(open_at: Open, layout: str) -> None:
    app = settle(open_at("lab/forecast.py", layout=layout, epoch="2", **SMALL))
    assert app.select_slider(key="forecast_epoch").value == 2
    assert "as it was after epoch 2 of 4" in said(app)
    ended = shorter(app, 2)
    lines = spec(app, "forecast")["data"]
    test = (ended.prediction["part"] == "test").to_numpy()
    for line, rows in ((lines[1], ~test), (lines[2], test)):
        predicted = ended.prediction["predicted"][rows]
        np.testing.assert_allclose(numbers(line["y"]), predicted, atol=1e-6 * predicted.abs().mean(), rtol=0)
    skill = readings.report(ended).against["persistence"].skill
    assert skill is not None
    shown = app.table[0].value.loc["Same as yesterday", "skill of the model"]
    assert float(shown.replace("−", "-")) == pytest.approx(skill, abs=1.1e-3)
    assert "Of the finished run:" in said(app)


def test_gates_are_those_of_a_training_which_ended_there(open_at: Open) -> None:
    app = settle(open_at("lab/gates.py", epoch="3", **SMALL))
    ended = shorter(app, 3)
    expected = gate_matrices(trace(ended, len(ended.prediction) - 1), 0)
    drawn = spec(app, "gates")["data"]
    for name, place in (("forget", ""), ("input", "2"), ("hidden", "6")):
        parts = [numbers(heat["z"]) for heat in drawn if "z" in heat and heat["xaxis"] == f"x{place}"]
        shown = np.nanmax(np.where(np.isnan(parts), -9, parts), axis=0)  # two traces by the colour of their numbers
        np.testing.assert_allclose(shown, expected[name].T, atol=1e-6)


def test_gradients_are_those_of_trainings_which_ended_there(open_at: Open) -> None:
    app = with_twin(open_at("lab/gradients.py", epoch="1", **SMALL))
    own, model = shorter(app, 1), run_of(app).experiment.model
    profile = gradient_profile(own, of="loss")
    lines = [numbers(line["y"]) for line in spec(app, "gradient-norms")["data"]]
    np.testing.assert_allclose(lines[0], profile.hidden[0], rtol=1e-5)
    np.testing.assert_allclose(lines[1], profile.cell[0], rtol=1e-5)
    twin = own.experiment.replace(model=model.replace(cell="rnn"))
    np.testing.assert_allclose(
        lines[2], gradient_profile(run_experiment(twin, session_bars(app)), of="loss").hidden[0], rtol=1e-5
    )


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_page_shows_the_untrained_network(open_at: Open, cell: str, language: str) -> None:
    app = with_twin(open_at("lab/gradients.py", epoch="0", lang=language, cell=cell, **SMALL))
    for page in ("gradients", "training", "forecast", "gates"):
        app = settle(app.switch_page(f"lab/{page}.py").run())
        assert not app.exception, page
        assert not app.error, page
        assert not UNDEFINED.search(written(app)), page
        assert re.search("第 0 轮之后|after epoch 0", said(app)), page
        assert bool(CHINESE.search(said(app))) == (language == "zh")
    for view in ("series", "days", "cell"):
        app.segmented_control(key="gate_view").set_value(view).run()
        assert not app.exception, view
        assert not app.error, view


def test_the_pages_share_the_epoch_and_the_address_keeps_it(open_at: Open) -> None:
    app = settle(open_at("lab/training.py", **SMALL))
    assert "epoch" not in app.query_params
    assert "as it was" not in said(app)
    app.select_slider(key="training_epoch").set_value(1).run()
    app.run()
    assert app.query_params["epoch"] == "1"
    for page, room in (("forecast", "forecast"), ("gates", "gate"), ("gradients", "gradient")):
        app = settle(app.switch_page(f"lab/{page}.py").run())
        assert app.select_slider(key=f"{room}_epoch").value == 1
        app.run()
        assert app.query_params["epoch"] == "1"
    app.select_slider(key="gradient_epoch").set_value(LAST).run()
    app.run()
    assert "epoch" not in app.query_params
    assert "as it was" not in said(app)


@pytest.mark.parametrize("epoch", ["99", "-7", "two", "4"])
def test_an_epoch_that_was_not_filmed_is_the_last(open_at: Open, epoch: str) -> None:
    app = settle(open_at("lab/forecast.py", epoch=epoch, **SMALL))
    assert not app.exception
    assert app.select_slider(key="forecast_epoch").value == LAST
    assert "as it was" not in said(app)
    drawn = numbers(spec(app, "forecast")["data"][2]["y"])
    np.testing.assert_allclose(drawn, run_of(app).prediction["predicted"].tail(run_of(app).test_pairs))


def test_the_last_stays_the_last_when_more_epochs_are_trained(open_at: Open) -> None:
    app = settle(open_at("lab/forecast.py", **SMALL))
    app.session_state["epochs"] = 6
    app = settle(app.run())
    assert run_of(app).film.epochs[-1] == 6
    assert app.select_slider(key="forecast_epoch").value == LAST


def test_a_training_of_one_epoch_has_no_film(open_at: Open) -> None:
    for page in ("forecast", "gates", "training"):
        app = settle(open_at(f"lab/{page}.py", **{**SMALL, "epochs": "1"}))
        assert not [slider for slider in app.select_slider if str(slider.key).endswith("_epoch")]
        assert not [room for room in app.expander if room.label == "Film of the training"]


def test_films_and_panels_are_those_of_the_run(open_at: Open) -> None:
    app = settle(open_at("lab/training.py", epoch="2", **SMALL))
    run = run_of(app)
    assert isinstance(run, FilmedRun)
    found = over_epochs(run, run.film.frames)
    named = {line.get("name"): line for line in spec(app, "over-epochs")["data"]}
    np.testing.assert_allclose(numbers(named["Mean of layer 1"]["y"]), found.kept[:, 0].mean(axis=1))
    np.testing.assert_allclose(numbers(named["Output gate o"]["y"]), found.norms["output"])
    assert len(charts(app)) == 2
    app.session_state["forecast_film_shown"] = app.session_state["gate_film_shown"] = True
    app = settle(app.switch_page("lab/forecast.py").run())
    frames = spec(app, "forecast-film")["frames"]
    assert [frame["name"] for frame in frames] == ["0", "1", "2", "3", "4"]
    assert app.session_state["forecast_film_shown"]
    np.testing.assert_allclose(
        numbers(frames[2]["data"][1]["y"]), run.at(2).prediction["predicted"].tail(run.test_pairs), rtol=1e-6
    )
    app.session_state["gate_film_shown"] = True
    app = settle(app.switch_page("lab/gates.py").run())
    frames = spec(app, "gate-film")["frames"]
    for epoch, weights in enumerate(run.film.frames):
        alone = trace(replace(run, weights=weights), len(run.prediction) - 1).states.forget[0, 0]
        np.testing.assert_allclose(numbers(frames[epoch]["data"][0]["z"]), alone.T, rtol=1e-5)

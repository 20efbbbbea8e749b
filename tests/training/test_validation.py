"""The validation part: never trained on, never scaled by, scored by itself, and no older key moves because of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, Experiment, ModelConfig, TrainConfig
from core.dataset import build_dataset
from core.digest import digest
from core.errors import ConfigError, TooShortError
from core.evaluation.measures import scores
from core.experiment import run_experiment
from core.kernel import choice
from core.run import Run

WAYS = [
    {},
    {"batch_size": 32, "schedule": "onecycle"},
    {"layout": "article"},
    {"layout": "article", "batch_size": 64},
    {"cell": "gru", "target": "return", "loss": "huber"},
    {"target": "volatility", "scale_on": "all"},
    {"dropout": 0.3},
]


def experiment_of(**dials: object) -> Experiment:
    model = {name: dials.pop(name) for name in ("cell", "layout", "dropout") if name in dials}
    return Experiment(
        model=ModelConfig(**{"window": 5, "hidden_size": 4, **model}), train=TrainConfig(**{"epochs": 5, **dials})
    )


def with_validation(experiment: Experiment, share: float) -> Experiment:
    return experiment.replace(train=experiment.train.replace(validation=share))


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:300]


@pytest.fixture(params=["compiled", "torch"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "torch":
        monkeypatch.setenv("GATESCOPE_COMPILED", "0")
    return str(request.param)


def same_weights(one: Run, other: Run) -> bool:
    return all(np.array_equal(one.weights[name], other.weights[name]) for name in one.weights)


@pytest.mark.parametrize("dials", WAYS, ids=str)
@pytest.mark.parametrize("share", [0.1, 0.33, 0.5])
def test_it_trains_as_on_the_days_before_it(
    bars: pd.DataFrame, way: str, dials: dict[str, object], share: float
) -> None:
    experiment = experiment_of(**dials)
    held = run_experiment(with_validation(experiment, share), bars)
    first = held.prediction["date"][held.fitted_pairs].date()
    cut = run_experiment(experiment.replace(train=experiment.train.replace(test_start=first)), bars)
    assert cut.train_pairs == held.fitted_pairs < held.train_pairs
    assert same_weights(held, cut)
    assert held.scaler == cut.scaler
    assert [each.train_loss for each in held.history] == [each.train_loss for each in cut.history]


@pytest.mark.parametrize("layout", ["window", "article"])
def test_no_later_price_reaches_weights_scaler_or_baselines(bars: pd.DataFrame, way: str, layout: str) -> None:
    experiment = experiment_of(layout=layout, validation=0.3)
    run = run_experiment(experiment, bars)
    changed = bars.copy()
    days = len(bars) - run.experiment.model.window - run.fitted_pairs
    changed.iloc[-days:, :4] *= np.linspace(1.5, 9.0, days)[:, None]
    other = run_experiment(experiment, changed)
    assert same_weights(run, other)
    assert run.scaler == other.scaler
    for name in run.baselines:
        assert run.baselines[name]["train"] == other.baselines[name]["train"]
    assert run.metrics["validation"].rmse != other.metrics["validation"].rmse


def test_the_parts_follow_each_other_and_are_scored_as_their_rows(bars: pd.DataFrame) -> None:
    run = run_experiment(experiment_of(validation=0.25), bars)
    rows = run.prediction
    counts = {name: int((rows["part"] == name).sum()) for name in ("train", "validation", "test")}
    assert rows["part"].tolist() == [name for name, count in counts.items() for _ in range(count)]
    assert counts["validation"] == int(0.25 * run.train_pairs)
    assert counts["train"] + counts["validation"] == run.train_pairs == int(0.7 * len(rows))
    assert len(run.tested) == counts["test"] == run.test_pairs
    for name, found in run.metrics.items():
        part = rows[rows["part"] == name]
        actual, predicted, previous = (part[each].to_numpy() for each in ("actual", "predicted", "persistence"))
        own = scores(actual, predicted, previous)
        assert (found.n, found.rmse, found.skill) == (len(part), own.rmse, own.skill)
        assert run.baselines["persistence"][name].rmse == scores(actual, previous, previous).rmse
    assert set(run.metrics) == set(run.persistence_loss) == set(counts)


def test_its_loss_is_that_of_its_rows(bars: pd.DataFrame, way: str) -> None:
    """With mini-batches the last record's losses are those of the weights that predict."""
    run = run_experiment(experiment_of(validation=0.25, batch_size=32), bars)
    rows = run.prediction[run.prediction["part"] == "validation"]
    scaled = run.scaler.transform(rows["predicted"].to_numpy()) - run.scaler.transform(rows["actual"].to_numpy())
    assert run.history[-1].validation_loss == pytest.approx(np.square(scaled).mean(), rel=1e-4)


def test_patience_watches_it(bars: pd.DataFrame, way: str) -> None:
    run = run_experiment(experiment_of(validation=0.4, epochs=400, patience=3, learning_rate=0.05), bars)
    losses = [record.validation_loss for record in run.history]
    rows = run.prediction[run.prediction["part"] == "validation"]
    scaled = run.scaler.transform(rows["predicted"].to_numpy()) - run.scaler.transform(rows["actual"].to_numpy())
    assert np.square(scaled).mean() == pytest.approx(min(losses), rel=1e-4)
    assert len(rows) == int(0.4 * run.train_pairs)


def test_patience_without_one_watches_the_last_15_per_cent(bars: pd.DataFrame) -> None:
    experiment = experiment_of(patience=3, epochs=30)
    run = run_experiment(experiment, bars)
    own = run_experiment(with_validation(experiment, 0.15), bars)
    assert "validation" not in run.metrics
    assert set(run.prediction["part"]) == {"train", "test"}
    # the same pairs are watched, only the scaler differs: it has seen them where they count as training
    assert run.scaler.fitted_on == own.scaler.fitted_on == "train"
    unscaled = experiment_of(patience=3, epochs=30, scale_on="all")
    assert same_weights(run_experiment(unscaled, bars), run_experiment(with_validation(unscaled, 0.15), bars))


def test_a_past_epoch_is_scored_on_it_too(bars: pd.DataFrame) -> None:
    run = run_experiment(experiment_of(validation=0.25), bars)
    assert set(run.at(2).metrics) == {"train", "validation", "test"}


def test_bounds_and_too_few_days(bars: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="validation"):
        TrainConfig(validation=0.6)
    few = experiment_of(validation=0.5, test_start=bars.index[8].date())  # three pairs before it
    with pytest.raises(TooShortError, match="validation part"):
        build_dataset(few, bars)
    four = build_dataset(experiment_of(validation=0.1, test_start=bars.index[9].date()), bars)
    assert (four.train_pairs, four.validation_pairs) == (4, 2)


# Worked out before the dial came: what is kept under these keys, and named by links, stays found.
KEYS = {
    "article": "27753b00e45cb9331f138acd",
    "corrected": "05b04159fc1218474066afe1",
    "returns": "957b70b643eaa88db1953405",
    "volatility": "9565d52d1b8b2eeabe5470a1",
}


@pytest.mark.parametrize("preset", KEYS)
def test_no_older_key_has_moved(preset: str) -> None:
    days = pd.bdate_range("2020-01-01", periods=60, name="date")
    some = pd.DataFrame({"close": 100.0 + np.arange(60.0)}, index=days)
    assert digest(PRESETS[preset], some) == KEYS[preset]
    keys = {digest(with_validation(PRESETS[preset], share), some) for share in (0.0, 0.1, 0.2)}
    assert len(keys) == 3
    assert KEYS[preset] in keys


def test_both_ways_are_tried(way: str) -> None:
    """The laws above would say nothing twice if the compiled path never ran."""
    assert choice.takes_compiled(experiment_of().model, None) == (way == "compiled")

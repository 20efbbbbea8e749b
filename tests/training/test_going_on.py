"""A training that goes on leaves what one that never paused leaves, to the last bit."""

from __future__ import annotations

import dataclasses
import itertools
import pickle
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.config import Experiment, ModelConfig, TrainConfig
from core.experiment import run_experiment
from core.film import FilmedRun, continues
from core.kernel.choice import takes_compiled
from core.values import Cancelled, EpochRecord, FilmedEpoch

KINDS = {
    "plain": {},
    "batches": {"batch_size": 32, "seed": 5},
    "huber and GRU": {"batch_size": 64, "loss": "huber", "cell": "gru"},
    "dropout": {"dropout": 0.4, "batch_size": 32},
    "patience": {"patience": 2, "learning_rate": 0.1},
    "patience in batches": {"patience": 3, "learning_rate": 0.1, "batch_size": 32},
    "the article's": {"layout": "article"},
    "the article's in batches": {"layout": "article", "batch_size": 32},
    "the article's with dropout": {"layout": "article", "batch_size": 32, "dropout": 0.2},
    "the article's with patience": {"layout": "article", "patience": 2, "learning_rate": 0.1},
}


def asked(epochs: int, **changes: object) -> Experiment:
    model = {name: changes.pop(name) for name in ("layout", "dropout", "cell", "hidden_size") if name in changes}
    return Experiment(
        model=ModelConfig(**{"window": 5, "hidden_size": 4, **model}), train=TrainConfig(epochs=epochs, **changes)
    )


@pytest.fixture(scope="module")
def bars(sample_bars: pd.DataFrame) -> pd.DataFrame:
    return sample_bars.iloc[:150]


@pytest.fixture(params=["compiled", "pytorch"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("GATESCOPE_COMPILED", "1" if request.param == "compiled" else "0")
    assert takes_compiled(ModelConfig(), None) == (request.param == "compiled")
    return str(request.param)


def timeless(value: object) -> object:
    """All that a run answers, without what a clock told, as what can be compared."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [timeless(each) for each in value]
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.name not in ("seconds", "started")]
        return {name: timeless(getattr(value, name)) for name in names}
    return repr(value)


def in_stages(stages: list[int], bars: pd.DataFrame, **changes: object) -> FilmedRun:
    """Trained to each of these epochs in turn, each time from where the last one ended."""
    run: FilmedRun | None = None
    for epochs in stages:
        wanted = asked(epochs, **changes)
        assert run is None or continues(run, wanted, bars)
        kept = pickle.dumps(run)  # as it comes from another process
        start = pickle.loads(kept)
        run = run_experiment(wanted, bars, start=start)
        assert timeless(start) == timeless(pickle.loads(kept))  # nothing of it was changed
    assert run is not None
    return run


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stages=st.lists(st.integers(1, 14), min_size=2, max_size=4, unique=True).map(sorted))
def test_the_same_bits_as_without_a_pause(bars: pd.DataFrame, way: str, kind: str, stages: list[int]) -> None:
    assert timeless(in_stages(stages, bars, **KINDS[kind])) == timeless(
        run_experiment(asked(stages[-1], **KINDS[kind]), bars)
    )


def test_nothing_is_trained_twice(bars: pd.DataFrame, way: str) -> None:
    count = itertools.count()
    run = run_experiment(asked(6), bars)
    run_experiment(asked(10), bars, None, lambda: next(count) < 0, start=run)
    assert next(count) == 4  # asked before each of four steps


def test_the_epochs_before_are_told_at_once(bars: pd.DataFrame, way: str) -> None:
    told: list[EpochRecord] = []
    run = run_experiment(asked(9), bars)
    with pytest.raises(Cancelled):
        run_experiment(asked(14), bars, told.append, lambda: True, start=run)
    assert timeless([each for each in told if not isinstance(each, FilmedEpoch)]) == timeless([run.history[-1]])
    assert [each.epoch for each in told] == list(range(1, 10))
    assert [each.train_loss for each in told] == [each.train_loss for each in run.history]
    whole: list[EpochRecord] = []
    run_experiment(asked(14), bars, whole.append)
    assert timeless(told) == timeless(whole[:9])


def test_times_add_up(bars: pd.DataFrame) -> None:
    run = run_experiment(asked(5), bars)
    longer = run_experiment(asked(9), bars, start=run)
    seconds = [each.seconds for each in longer.history]
    assert seconds == sorted(seconds)
    assert seconds[:5] == [each.seconds for each in run.history]
    assert longer.seconds > seconds[-1] > run.history[-1].seconds
    assert longer.seconds > run.seconds
    assert longer.started + timedelta(seconds=longer.seconds) > run.started + timedelta(seconds=run.seconds)


def test_a_patience_that_has_ended_trains_no_more(bars: pd.DataFrame, way: str) -> None:
    changes = {"patience": 1, "learning_rate": 0.3}
    run = run_experiment(asked(300, **changes), bars)
    assert len(run.history) < 300
    longer = run_experiment(asked(500, **changes), bars, None, lambda: True, start=run)  # no step is asked for
    assert timeless(longer.weights) == timeless(run.weights)
    assert timeless(longer) == timeless(run_experiment(asked(500, **changes), bars))


@pytest.mark.parametrize("batch_size", [None, 32])
def test_far_beyond_400_epochs_the_records_are_those_of_one_training(
    bars: pd.DataFrame, way: str, batch_size: int | None
) -> None:
    stages = [398, 402, 403, 411]
    found = in_stages(stages, bars.iloc[:60], batch_size=batch_size)
    assert timeless(found) == timeless(run_experiment(asked(411, batch_size=batch_size), bars.iloc[:60]))
    watched = [each.epoch for each in found.history if each.test_loss is not None]
    assert watched == [*range(1, 401), 405, 410, 411]


def test_what_goes_on_and_what_does_not(bars: pd.DataFrame) -> None:
    run = run_experiment(asked(5), bars)
    assert continues(run, asked(6), bars)
    assert continues(run, asked(6), bars.copy())
    assert not continues(run, asked(5), bars)
    assert not continues(run, asked(4), bars)
    assert not continues(run, asked(6), bars.iloc[1:])
    assert not continues(run.at(3), asked(6), bars)
    assert not continues(run.unfilmed(), asked(6), bars)
    for changes in ({"seed": 1}, {"hidden_size": 5}, {"batch_size": 8}, {"patience": 3}, {"schedule": "onecycle"}):
        assert not continues(run, asked(6, **changes), bars), changes
    cycle = run_experiment(asked(5, schedule="onecycle"), bars)
    assert not continues(cycle, asked(6, schedule="onecycle"), bars)


def test_what_may_not_go_on_begins_anew(bars: pd.DataFrame) -> None:
    run = run_experiment(asked(5), bars)
    for wanted in (asked(3), asked(7, seed=1), asked(7, schedule="onecycle")):
        assert timeless(run_experiment(wanted, bars, start=run)) == timeless(run_experiment(wanted, bars))


def test_the_other_way_of_training_begins_anew(bars: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_experiment(asked(5), bars)
    assert run.checkpoint.compiled
    monkeypatch.setenv("GATESCOPE_COMPILED", "0")
    assert timeless(run_experiment(asked(7), bars, start=run)) == timeless(run_experiment(asked(7), bars))

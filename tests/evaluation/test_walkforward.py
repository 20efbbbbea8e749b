"""Walk-forward: what is trained on what, and whether the intervals hold on the real index."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.config import Experiment, TrainConfig
from core.dataset import build_dataset
from core.errors import ConfigError
from core.evaluation.baselines import ar, baselines
from core.evaluation.conformal import radius, residuals
from core.evaluation.measures import scores
from core.evaluation.task import pairs_of
from core.evaluation.walkforward import assemble, fold_experiments, folds, refitted
from core.sentence import Sentence


@given(pairs=st.integers(51, 3000), every=st.integers(1, 100), refits=st.integers(1, 30))
def test_folds_cover_the_end_once_and_train_on_everything_before(pairs, every, refits):
    if every < 2 or pairs - every * refits < 50:
        with pytest.raises(ConfigError):
            folds(pairs, every, refits)
        return
    plan = folds(pairs, every, refits)
    assert [pair for fold in plan for pair in fold.test] == list(range(pairs - every * refits, pairs))
    assert all(fold.train == range(fold.test.start) and len(fold.test) == every for fold in plan)
    assert len(plan) == refits


@pytest.mark.parametrize(("every", "refits"), [(0, 5), (1, 5), (5, 0), (-3, -4)])
def test_folds_of_nothing_are_refused(every, refits):
    with pytest.raises(ConfigError):
        folds(1000, every, refits)


def test_a_fold_is_the_experiment_that_trains_and_forecasts_its_pairs(walk):
    """Cutting the bars at its end and splitting at its start gives exactly the fold's two parts."""
    bars = pd.DataFrame({"close": walk}, index=pd.bdate_range("2019-01-02", periods=600, name="date"))
    for target in ("close", "return"):
        whole = Experiment(train=TrainConfig(target=target))
        dates = build_dataset(whole, bars).target_dates
        plan = folds(len(dates), every=30, refits=4)
        for fold, experiment in zip(plan, fold_experiments(whole, dates, plan), strict=True):
            data = build_dataset(experiment, bars.loc[: pd.Timestamp(experiment.data.end)])
            assert (data.train_pairs, len(data.targets)) == (len(fold.train), fold.test.stop)


def refitted_by_fold(task, plan):
    """The autoregression, fitted anew for each fold on what came before it."""
    found = [baselines(replace(task, train_pairs=fold.test.start))["ar"][: fold.test.stop] for fold in plan]
    assert not any(isinstance(predicted, Sentence) for predicted in found)
    return found


def test_assembled_forecasts_are_each_folds_own(walk):
    task = pairs_of(walk, window=5, train_pairs=100, target="close")
    plan = folds(len(task.targets), every=40, refits=3)
    predictions = refitted_by_fold(task, plan)
    found = assemble(task, plan, predictions)
    assert found.pairs == range(len(task.targets) - 120, len(task.targets))
    for number, (fold, own) in enumerate(zip(plan, predictions, strict=True)):
        np.testing.assert_array_equal(found.predicted[40 * number : 40 * number + 40], own[fold.test.start :])
    days = slice(found.pairs.start, found.pairs.stop)
    assert found.scores.rmse == scores(task.actual[days], found.predicted, task.previous[days]).rmse
    assert found.persistence.skill == 0
    tail = slice(days.start - 250, days.start)  # the first day's interval rests on the first model's latest errors
    half = radius(residuals(task.actual[tail], predictions[0][tail], "close"), 0.8)
    assert found.band(0.8, "split").high[0] == pytest.approx(found.predicted[0] * np.exp(half), rel=1e-12)


def test_a_rival_is_fitted_anew_for_each_fold(walk):
    task = pairs_of(walk, window=5, train_pairs=100, target="close")
    plan = folds(len(task.targets), every=40, refits=3)
    alone = [found[fold.test.start :] for fold, found in zip(plan, refitted_by_fold(task, plan), strict=True)]
    np.testing.assert_array_equal(refitted(task, plan, ar), np.concatenate(alone))
    assert isinstance(refitted(task, plan, lambda part: Sentence("none")), Sentence)


@pytest.mark.parametrize("target", ["close", "return"])
def test_a_forecast_below_zero_still_has_an_interval_the_right_way_round(walk, target):
    for unit in (1e-9, 1.0):
        task = pairs_of(unit * walk, window=5, train_pairs=100, target=target, first_value=int(target == "return"))
        plan = folds(len(task.targets), every=40, refits=3)
        found = assemble(task, plan, [-task.previous[: fold.test.stop] for fold in plan])
        for band in found.bands:
            assert ((band.low > 0) & (band.low <= band.high)).all()
            assert band.high.max() < 1e3 * unit * walk.max()


@pytest.mark.parametrize("end", ["2016-06-30", "2020-08-31", "2025-05-06"])
def test_intervals_hold_over_the_last_500_days_of_the_index(index_bars, end):
    """In June 2016 the 500 days hold the crash of 2015, where plain split conformal covers 67 % for 80 %."""
    close = index_bars.loc["2000-01-01":end, "close"].to_numpy()
    task = pairs_of(close, window=10, train_pairs=100, target="return", first_value=1)
    plan = folds(len(task.targets), every=50, refits=10)
    found = assemble(task, plan, refitted_by_fold(task, plan))
    assert found.scores.n == 500
    for level, tolerance in ((0.80, 0.04), (0.95, 0.025)):
        band, actual = found.band(level), task.actual[-500:]
        assert abs(band.held - level) <= tolerance
        assert band.held == pytest.approx(((band.low <= actual) & (actual <= band.high)).mean())
        assert abs(found.band(level, "adaptive").held - level) <= tolerance

"""The days after a run's end: forecast by its frozen network, as a run that ends later would, and never trained on."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, DataQuery
from core.data import load_bars
from core.data.adjust import adjusted
from core.data.later import later
from core.errors import DataError
from core.evaluation.afterwards import afterwards
from core.evaluation.comparable import FEWEST
from core.evaluation.tries import among, has_seen, same_part, try_of
from core.evaluation.verdict import UNKNOWN
from core.experiment import run_experiment

END, SPLIT = date(2023, 6, 30), date(2022, 9, 1)


@pytest.fixture(scope="module")
def whole():
    return load_bars(DataQuery(ticker="AAPL", source="sample"))


def judged(run, found):
    return afterwards(run, found.bars, found.factor)


def small(preset, cell="lstm"):
    """With the test part at a fixed day, more days after the end change neither training nor scaler."""
    chosen = PRESETS[preset]
    return chosen.replace(
        model=chosen.model.replace(cell=cell, hidden_size=3),
        train=chosen.train.replace(epochs=3, test_start=SPLIT, scale_on="train"),
    )


@pytest.fixture(scope="module", params=["corrected", "returns", "volatility", "article"])
def pair(request, whole):
    """A run that ends in June 2023, and the same experiment with all days, whose training part is the same."""
    own = whole.loc[: pd.Timestamp(END)]
    return run_experiment(small(request.param), own), own, run_experiment(small(request.param), whole)


def test_the_forecasts_are_those_of_a_run_that_ends_later(pair, whole):
    run, own, longer = pair
    for name, weight in run.weights.items():
        assert np.array_equal(weight, longer.weights[name]), "the same training part gives the same network"
    found = later(own, whole)
    after = judged(run, found)
    there = longer.prediction[longer.prediction["date"] > pd.Timestamp(END)]
    assert found.count == len(there) == len(whole) - len(own)
    assert list(after.prediction["date"]) == list(there["date"])
    for column in ("actual", "persistence"):
        assert np.array_equal(after.prediction[column], there[column])
    np.testing.assert_allclose(after.prediction["predicted"], there["predicted"], rtol=2e-6)


def test_scores_and_baselines_are_those_of_these_days_alone(pair, whole):
    run, own, longer = pair
    after = judged(run, later(own, whole))
    errors = after.prediction["predicted"] - after.prediction["actual"]
    same = after.prediction["persistence"] - after.prediction["actual"]
    assert after.scores.n == len(errors)
    assert after.scores.rmse == pytest.approx(np.sqrt(np.mean(errors**2)))
    assert after.scores.skill == pytest.approx(1 - np.sqrt(np.mean(errors**2) / np.mean(same**2)))
    assert after.verdict.against.skill == pytest.approx(after.scores.skill)
    assert np.array_equal(after.task.known, run.task.known), "baselines are fitted on the training part alone"
    assert np.array_equal(after.task.values, longer.task.values)


def test_no_value_after_the_end_enters_training(whole):
    """Other prices after the end, the same weights to the bit and the same run."""
    experiment = small("returns").replace(data=DataQuery(ticker="AAPL", source="sample", end=END))
    other = whole.copy()
    other.loc[other.index > pd.Timestamp(END), ["open", "high", "low", "close"]] *= 3.0
    runs = [run_experiment(experiment, bars.loc[: pd.Timestamp(END)]) for bars in (whole, other)]
    for name, weight in runs[0].weights.items():
        assert np.array_equal(weight, runs[1].weights[name])
    assert runs[0].key == runs[1].key
    own = whole.loc[: pd.Timestamp(END)]
    found = [judged(runs[0], later(own, bars)) for bars in (whole, other)]
    assert not np.array_equal(found[0].prediction["actual"], found[1].prediction["actual"])


def test_front_adjusted_prices_are_joined_in_the_unit_of_the_run(whole):
    """Adjusted to another last day all prices differ by one factor; it is taken out, and the run's own stay."""
    factor = np.where(whole.index < pd.Timestamp("2024-02-01"), 1.0, 1.25)  # a dividend after the end
    traded = whole.assign(factor=factor)
    own = adjusted(traded.loc[: pd.Timestamp(END)], "qfq")
    found = later(own, adjusted(traded, "qfq"))
    assert found.factor == pytest.approx(1.25)
    pd.testing.assert_frame_equal(found.bars.loc[: pd.Timestamp(END)], own)
    hfq = adjusted(traded, "hfq")  # the first day keeps its price: here the same unit as the run's
    np.testing.assert_allclose(found.bars["close"], hfq["close"], rtol=1e-12)


def test_a_factor_changes_neither_forecast_nor_what_is_kept_of_the_look(whole):
    own = whole.loc[: pd.Timestamp(END)]
    run = run_experiment(small("corrected"), own)
    prices = ["open", "high", "low", "close"]
    plain, scaled = (judged(run, later(own, bars)) for bars in (whole, whole.assign(**whole[prices] / 4)))
    np.testing.assert_allclose(plain.prediction["predicted"], scaled.prediction["predicted"], rtol=1e-6)
    np.testing.assert_allclose(scaled.tried.losses, plain.tried.losses / 16, rtol=1e-4)


def test_a_history_that_is_another_one_is_refused(whole):
    own = whole.loc[: pd.Timestamp(END)]
    changed = whole.copy()
    changed.iloc[5, changed.columns.get_loc("close")] *= 1.01
    with pytest.raises(DataError, match="not by one factor"):
        later(own, changed)
    with pytest.raises(DataError, match="cannot be joined"):
        later(own, whole.drop(whole.index[7]))
    assert later(own, own).count == 0


def test_too_few_days_are_forecast_and_not_judged(whole):
    own = whole.iloc[: -(FEWEST - 1)]
    after = judged(run_experiment(small("corrected"), own), later(own, whole))
    assert len(after.prediction) == FEWEST - 1
    assert after.verdict.kind == UNKNOWN
    assert "at least 30 are needed" in str(after.verdict.sentence)


def test_looks_at_the_same_days_are_counted_together(whole):
    """A look that began earlier has seen the days of a later one; not the other way round."""
    ends = [END, date(2024, 3, 28)]
    cut = [whole.loc[: pd.Timestamp(end)] for end in ends]
    wide, narrow = (judged(run_experiment(small("returns"), own), later(own, whole)).tried for own in cut)
    assert has_seen(wide, narrow)
    assert not has_seen(narrow, wide)
    assert not same_part(wide, narrow)
    counted = among(narrow, [wide], belongs=has_seen)
    assert [each.key for each in counted.tries] == [wide.key, narrow.key]
    assert counted.snooping.days == len(narrow.days)
    assert among(wide, [narrow], belongs=has_seen).snooping is None


def test_test_days_of_a_run_that_ended_later_have_been_seen(whole):
    own = whole.loc[: pd.Timestamp(END)]
    after = judged(run_experiment(small("returns"), own), later(own, whole)).tried
    assert has_seen(try_of(run_experiment(small("returns"), whole)), after)

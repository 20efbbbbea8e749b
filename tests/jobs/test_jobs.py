"""Sweeps and walks: what they train is what single runs train, and no fold knows what comes after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, DataQuery, Experiment, ModelConfig, TrainConfig
from core.costs import FIXED_SECONDS
from core.data import read_bars
from core.digest import digest
from core.errors import ConfigError, TrainingError
from core.evaluation.horizon import beyond
from core.evaluation.report import report
from core.experiment import run_experiment
from core.introspect.predictor import network_of
from core.jobs.runners import run_continuation, run_horizon, run_sweep, run_walk_forward
from core.jobs.tasks import (
    TICKS,
    Continuation,
    Finished,
    FoldLanded,
    HorizonTask,
    SeedLanded,
    SeedSweep,
    Tick,
    WalkForwardTask,
)
from core.service import Service
from core.values import Cancelled

INDEX = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "000001.SH.csv"
SMALL = Experiment(
    data=DataQuery(source="sample"),
    model=ModelConfig(window=4, hidden_size=2, num_layers=1),
    train=TrainConfig(target="return", epochs=3, batch_size=64, learning_rate=5e-3, seed=7),
)
WALK = WalkForwardTask(experiment=SMALL, every=20, refits=3)


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    """300 days of a random walk round 100 with highs and lows."""
    rng = np.random.default_rng(3)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, 300)))
    spread = np.abs(rng.normal(0, 0.01, 300)) + 1e-3
    columns = {"open": close, "high": close * (1 + spread), "low": close * (1 - spread), "close": close}
    return pd.DataFrame({**columns, "volume": 1.0}, index=pd.bdate_range("2019-01-02", periods=300, name="date"))


def test_a_sweep_holds_the_runs_of_its_seeds(bars: pd.DataFrame) -> None:
    found = run_sweep(SeedSweep(experiment=SMALL, seeds=3), bars)
    single = [run_experiment(SMALL.replace(train=SMALL.train.replace(seed=seed)), bars) for seed in (7, 8, 9)]
    assert found.seeds == (7, 8, 9)
    assert found.spreads["rmse"].values == tuple(run.metrics["test"].rmse for run in single)
    predicted = np.stack([run.prediction["predicted"].to_numpy() for run in single])
    np.testing.assert_array_equal(found.band["median"], np.median(predicted, axis=0))
    np.testing.assert_array_equal(found.band["high"], predicted.max(axis=0))


def test_seeds_go_round_at_the_largest() -> None:
    last = SMALL.replace(train=SMALL.train.replace(seed=2**31 - 1))
    assert [each.train.seed for each in SeedSweep(experiment=last, seeds=3).experiments] == [2**31 - 1, 0, 1]


@pytest.mark.parametrize(("target", "layout"), [("return", "window"), ("close", "article"), ("volatility", "window")])
def test_no_fold_knows_what_comes_after_it(bars: pd.DataFrame, target: str, layout: str) -> None:
    """Changing every price after the second fold's end changes no forecast of the first two folds."""
    experiment = SMALL.replace(model=SMALL.model.replace(layout=layout), train=SMALL.train.replace(target=target))
    task = WALK.replace(experiment=experiment)
    found = run_walk_forward(task, bars)
    later = bars.copy()
    later.iloc[-20:] *= np.linspace(1.5, 3, 20)[:, None]
    later.iloc[-20:, later.columns.get_loc("high")] *= 1.1
    changed = run_walk_forward(task, later)
    np.testing.assert_array_equal(found.prediction["predicted"][:40], changed.prediction["predicted"][:40])
    assert not np.array_equal(found.prediction["predicted"][40:], changed.prediction["predicted"][40:])
    assert list(found.prediction["date"]) == list(bars.index[-60:])


def test_a_fold_is_an_ordinary_run_on_the_days_up_to_its_end(bars: pd.DataFrame) -> None:
    found = run_walk_forward(WALK, bars)
    second = SMALL.replace(
        data=SMALL.data.replace(end=bars.index[-21].date()),
        train=SMALL.train.replace(test_start=bars.index[-40].date()),
    )
    alone = run_experiment(second, bars.iloc[:-20])
    assert alone.test_pairs == 20
    np.testing.assert_array_equal(found.prediction["predicted"][20:40], alone.prediction["predicted"][-20:])
    actual = bars["close"].to_numpy()[-60:]
    np.testing.assert_allclose(found.prediction["actual"], actual)
    assert found.walk_forward.scores.mae == pytest.approx(np.abs(found.prediction["predicted"] - actual).mean())


@pytest.mark.parametrize("epochs", [3, 10, 37])
def test_progress_counts_tenths_of_each_training(bars: pd.DataFrame, epochs: int) -> None:
    ticks: list[Tick] = []
    task = SeedSweep(experiment=SMALL.replace(train=SMALL.train.replace(epochs=epochs)), seeds=2)
    run_sweep(task, bars, ticks.append)
    assert {tick.trainings for tick in ticks} == {2}
    for training in (1, 2):  # side by side or one after the other
        own = [tick for tick in ticks if tick.training == training]
        assert [isinstance(tick, SeedLanded) for tick in own] == [False] * (TICKS - 1) + [True]
    assert len(ticks) == task.estimate(len(bars)).steps


def test_a_seed_that_runs_away_lands_without_scores_and_is_named(
    bars: pd.DataFrame, spoil_seed: Callable[[int], None]
) -> None:
    task, told = SeedSweep(experiment=SMALL, seeds=4), list[Tick]()
    whole = run_sweep(task, bars)
    spoil_seed(9)
    found = run_sweep(task, bars, told.append)
    assert (found.seeds, found.failed) == ((7, 8, 10), (9,))
    assert found.spreads["rmse"].values == tuple(np.delete(whole.spreads["rmse"].values, 2))
    landed = [record for record in told if isinstance(record, SeedLanded)]
    assert [(record.seed, record.rmse is None) for record in landed] == [(7, False), (8, False), (9, True), (10, False)]
    assert len(told) == task.estimate(len(bars)).steps


def test_a_sweep_of_which_nothing_is_left_is_the_error(bars: pd.DataFrame, spoil_seed: Callable[[int], None]) -> None:
    spoil_seed(7)
    spoil_seed(8)
    with pytest.raises(TrainingError, match="stopped being a number in epoch 1"):
        run_sweep(SeedSweep(experiment=SMALL, seeds=2), bars)


def test_each_seed_is_told_as_it_lands(bars: pd.DataFrame) -> None:
    told: list[Tick] = []
    task = SeedSweep(experiment=SMALL, seeds=3)
    found = run_sweep(task, bars, told.append)
    landed = [record for record in told if isinstance(record, SeedLanded)]
    assert tuple(record.seed for record in landed) == found.seeds
    assert tuple(record.rmse for record in landed) == found.spreads["rmse"].values
    assert tuple(record.skill for record in landed) == found.spreads["skill"].values


@pytest.mark.parametrize(("target", "layout"), [("return", "window"), ("close", "article"), ("volatility", "window")])
def test_the_folds_told_one_by_one_are_the_walk(bars: pd.DataFrame, target: str, layout: str) -> None:
    """Their days follow each other without a gap, and each one's error is that of its own rows, by definition."""
    experiment = SMALL.replace(model=SMALL.model.replace(layout=layout), train=SMALL.train.replace(target=target))
    told: list[Tick] = []
    found = run_walk_forward(WALK.replace(experiment=experiment), bars, told.append)
    landed = [record for record in told if isinstance(record, FoldLanded)]
    assert [record.training for record in landed] == [1, 2, 3]
    assert [len(record.rows) for record in landed] == [WALK.every] * 3
    together = pd.concat([record.rows for record in landed], ignore_index=True)
    pd.testing.assert_frame_equal(together, found.prediction, rtol=1e-9)
    for record in landed:
        errors, same = (record.rows[name] - record.rows["actual"] for name in ("predicted", "persistence"))
        assert record.rmse == pytest.approx(np.sqrt((errors**2).mean()))
        assert record.skill == pytest.approx(1 - np.sqrt((errors**2).mean() / (same**2).mean()))


def test_a_fold_is_told_before_the_next_one_is_trained(bars: pd.DataFrame) -> None:
    told: list[Tick] = []
    with pytest.raises(Cancelled):
        run_walk_forward(WALK, bars, told.append, lambda: any(isinstance(each, FoldLanded) for each in told))
    assert len(told) == TICKS


def test_patience_does_not_leave_progress_behind(bars: pd.DataFrame) -> None:
    ticks: list[Tick] = []
    impatient = SMALL.replace(train=SMALL.train.replace(epochs=200, patience=1, learning_rate=0.5))
    run_walk_forward(WALK.replace(experiment=impatient), bars, ticks.append)
    assert len(ticks) == WALK.estimate(len(bars)).steps == 3 * TICKS


def test_a_stop_ends_the_training_that_is_running(bars: pd.DataFrame) -> None:
    ticks: list[Tick] = []
    with pytest.raises(Cancelled):
        run_sweep(SeedSweep(experiment=SMALL, seeds=5), bars, ticks.append, lambda: len(ticks) > TICKS)
    assert TICKS < len(ticks) < 5 * TICKS
    assert not {tick.training for tick in ticks if isinstance(tick, SeedLanded)} & {3, 4, 5}


@pytest.mark.parametrize(("field", "value"), [("every", 1), ("every", 251), ("refits", 0), ("refits", 101)])
def test_walks_out_of_bounds_are_refused(field: str, value: int) -> None:
    with pytest.raises(ConfigError, match=f"{field} is {value}"):
        WALK.replace(**{field: value})


@pytest.mark.parametrize("seeds", [1, 21, 2.5, True])
def test_sweeps_out_of_bounds_are_refused(seeds: float) -> None:
    with pytest.raises(ConfigError, match="seeds is"):
        SeedSweep(experiment=SMALL, seeds=seeds)


def test_too_few_days_for_the_plan_is_a_sentence(bars: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="leave -6 days for the first training"):
        run_walk_forward(WalkForwardTask(experiment=SMALL, every=100, refits=3), bars.iloc[:-1])


def test_an_estimate_grows_with_every_training() -> None:
    one = SMALL.estimate(300).seconds
    assert SeedSweep(experiment=SMALL, seeds=4).estimate(300).seconds == pytest.approx(4 * one)
    walks = [WALK.replace(refits=refits).estimate(300).seconds for refits in (1, 2, 3)]
    assert walks[0] < walks[1] < walks[2] < 4 * one


def test_each_job_has_a_key_of_its_own(bars: pd.DataFrame) -> None:
    tasks = [SMALL, SeedSweep(experiment=SMALL), SeedSweep(experiment=SMALL, seeds=6), WALK, WALK.replace(every=21)]
    assert len({digest(task, bars) for task in tasks}) == len(tasks)


def test_a_horizon_is_the_runs_own_and_its_key_the_runs_key(bars: pd.DataFrame) -> None:
    run, other = (run_experiment(each, bars) for each in SeedSweep(experiment=SMALL, seeds=2).experiments)
    task, told = HorizonTask(finished=Finished(run), steps=4), []
    found = run_horizon(task, observe=told.append)
    np.testing.assert_array_equal(found.path, beyond(run, network_of(run), 4).path)
    assert set(found.bounds) == {0.8, 0.95}
    assert len(told) == task.estimate(0).steps
    again = HorizonTask(finished=Finished(run_experiment(SMALL, bars)), steps=4)
    assert digest(task, None) == digest(again, None)
    assert digest(task, None) != digest(HorizonTask(finished=Finished(other), steps=4), None)


class TestContinuation:
    constant = SMALL.replace(train=SMALL.train.replace(epochs=12, patience=500))
    longer = constant.replace(train=constant.train.replace(epochs=30))

    def test_its_key_is_the_experiments_own_and_only_what_is_left_takes_time(self, bars: pd.DataFrame) -> None:
        run = run_experiment(self.constant, bars)
        task = Continuation(experiment=self.longer, start=Finished(run))
        assert digest(task, bars) == digest(self.longer, bars) != digest(self.constant, bars)
        assert digest(task, None) != digest(task, bars)
        whole, left = self.longer.estimate(300), task.estimate(300)
        assert (left.steps, left.at_once) == (whole.steps, 12)
        assert left.seconds - FIXED_SECONDS == pytest.approx((whole.seconds - FIXED_SECONDS) * 18 / 30)

    def test_it_gives_what_the_experiment_gives(self, bars: pd.DataFrame) -> None:
        task, told = Continuation(experiment=self.longer, start=Finished(run_experiment(self.constant, bars))), []
        found, whole = run_continuation(task, bars, told.append), run_experiment(self.longer, bars)
        assert found.key == whole.key == digest(task, bars)
        assert found.metrics == whole.metrics
        pd.testing.assert_frame_equal(found.prediction, whole.prediction, check_exact=True)
        assert [each.epoch for each in told] == list(range(1, 31))

    def test_who_asks_for_the_experiment_joins_it(self, service: Service, bars: pd.DataFrame) -> None:
        task = Continuation(experiment=self.longer, start=Finished(run_experiment(self.constant, bars)))
        while (state := service.ask(task, bars, "one")).live:
            time.sleep(0.02)
        assert state.state == "done"
        assert len(state.records) == state.steps == 30
        assert service.ask(self.longer, bars, "two").result is state.result
        assert service.ask(task, bars, "three").result is state.result


def test_a_horizon_can_be_stopped(bars: pd.DataFrame) -> None:
    told: list[int] = []
    task = HorizonTask(finished=Finished(run_experiment(SMALL, bars)))
    with pytest.raises(Cancelled):
        run_horizon(task, None, told.append, lambda: len(told) == 3)
    assert len(told) == 3


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_WORKERS", "0")
        service = Service(grace=0.5)
        yield service
        service.stop()


def test_the_service_runs_it_and_keeps_little(service: Service, bars: pd.DataFrame) -> None:
    task = SeedSweep(experiment=SMALL, seeds=2)
    while (state := service.ask(task, bars, "one")).live:
        pass
    assert state.state == "done"
    assert len(state.records) == state.steps == 2 * TICKS
    assert service.ask(task, bars, "another").result is state.result  # joined, not trained again
    assert service.status().result_bytes < 100_000


@pytest.fixture(scope="module")
def index_bars() -> pd.DataFrame:
    if not INDEX.exists():
        pytest.skip("the real index data are not beside the project")
    return read_bars(INDEX)


def test_intervals_of_a_walked_network_hold_over_the_last_500_days_of_the_index(index_bars: pd.DataFrame) -> None:
    asked = PRESETS["returns"].replace(data=DataQuery(ticker="000001.SH", start=date(2019, 1, 1)))
    asked = asked.replace(train=asked.train.replace(epochs=5))
    found = run_walk_forward(WalkForwardTask(experiment=asked, every=100, refits=5), index_bars.loc["2019-01-01":])
    assert found.walk_forward.scores.n == 500
    assert found.prediction["date"].iloc[-1] == index_bars.index[-1]
    assert abs(found.walk_forward.band(0.80).held - 0.80) <= 0.04
    assert abs(found.walk_forward.band(0.95).held - 0.95) <= 0.025
    assert found.verdict.kind == "same"


def test_volatility_has_skill(index_bars: pd.DataFrame) -> None:
    asked = PRESETS["volatility"].replace(data=DataQuery(ticker="000001.SH", start=date(2018, 1, 2)))
    run = run_experiment(asked, index_bars.loc["2018-01-02":])
    own, har = run.metrics["test"], run.baselines["har"]["test"]
    assert own.skill is not None
    assert own.skill >= 0.15
    assert own.rmse == pytest.approx(har.rmse, rel=0.02)
    assert report(run).verdict.kind == "better"

"""The service on real worker processes: shared, replaced, cancelled, killed, bit for bit the same."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from service_helpers import GRACE, PATIENCE, lies_with_the_scheduler, set_to_the_end, to_the_end, until
from service_runners import Steps, notes

from core.config import PRESETS, Experiment, ModelConfig
from core.digest import digest
from core.errors import JobError, TrainingError
from core.experiment import run_experiment

pytestmark = pytest.mark.cluster


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    """A random walk of 300 trading days."""
    close = 100 * np.exp(np.cumsum(np.random.default_rng(7).normal(0, 0.01, 300)))
    days = pd.bdate_range("2020-01-01", periods=300, name="date")
    columns = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": close * 0 + 1e6}
    return pd.DataFrame(columns, index=days)


def test_two_visitors_asking_at_once_train_once_and_read_the_same(embedded, folder, bars):
    task = Steps(folder, steps=20)
    ends = {}
    threads = [
        threading.Thread(target=lambda who=who: ends.update({who: to_the_end(embedded, task, who, bars)}))
        for who in ("one", "two", "three")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notes(task, "attempts")) == 1
    assert len({end.result["pid"] for end in ends.values()}) == 1
    for end in ends.values():
        assert (end.state, end.records, end.result["sum"]) == ("done", tuple(range(20)), bars["close"].sum())
    assert embedded.ask(task, bars, "four").state == "done"  # and a later visitor reads it


def test_records_arrive_while_it_runs(embedded, folder):
    task = Steps(folder, steps=200, gated=True)
    embedded.ask(task, None, "v")
    until(lambda: embedded.ask(task, None, "v").state == "running")
    assert embedded.ask(task, None, "v").records == ()
    (Path(folder) / "go").touch()
    until(lambda: 0 < len(embedded.ask(task, None, "v").records) < 200)
    state = embedded.ask(task, None, "v")
    assert state.records == tuple(range(len(state.records)))
    assert state.steps == 200
    assert to_the_end(embedded, task, "v").records == tuple(range(200))


def test_five_asks_of_one_visitor_leave_one_live_job_the_last(embedded, folder, bars):
    tasks = [Steps(folder, name, gated=True) for name in "abcde"]
    for task in tasks:
        embedded.ask(task, bars, "mover")
        until(lambda task=task: embedded.ask(task, bars, "mover").state == "running")
    until(lambda: embedded.status().running == 1)
    for task in tasks[:-1]:
        until(lambda task=task: len(notes(task, "stopped")) == 1)
    (Path(folder) / "go").touch()
    assert to_the_end(embedded, tasks[-1], "mover", bars).state == "done"
    assert all(notes(task, "batches") == [] for task in tasks[:-1])


def test_jobs_on_the_same_bars_run_side_by_side_and_the_third_waits_its_turn(embedded, folder, bars):
    """Bars that are already on a worker must not draw every job to that worker."""
    to_the_end(embedded, Steps(folder, "earlier", steps=1), "v", bars)
    tasks = [Steps(folder, name, gated=True) for name in "abc"]
    for task in tasks:
        embedded.ask(task, bars, task.name)
    until(lambda: embedded.status().running == 2)
    assert all(notes(task, "attempts") for task in tasks[:2])
    waiting = embedded.ask(tasks[2], bars, "c")
    assert (waiting.state, waiting.position) == ("queued", 1)
    (Path(folder) / "go").touch()
    ends = [to_the_end(embedded, task, task.name, bars) for task in tasks]
    assert ends[0].result["pid"] != ends[1].result["pid"]
    assert ends[2].state == "done"


def test_cancel_ends_the_job_before_its_next_mini_batch(embedded, folder):
    """Its mini-batches take a second: cancelled within the first, the second is never begun."""
    task = Steps(folder, steps=30, pause=1.0)
    key = embedded.ask(task, None, "v").key
    until(lambda: notes(task, "batches") == ["0"])
    embedded.cancel(key, "v")
    until(lambda: notes(task, "stopped") == ["1"])
    assert notes(task, "batches") == ["0"]
    assert embedded.ask(task, None, "v").state == "cancelled"


def test_asking_again_right_after_a_cancel_trains_anew(embedded, folder):
    """The first attempt may still be ending on its worker; the second must not be drawn into that."""
    task = Steps(folder, steps=10, pause=0.2)
    key = embedded.ask(task, None, "v").key
    until(lambda: bool(notes(task, "batches")))
    embedded.cancel(key, "v")
    assert embedded.ask(task, None, "v", restart=True).live
    end = to_the_end(embedded, task, "v")
    assert (end.state, end.records) == ("done", tuple(range(10)))
    assert len(notes(task, "attempts")) == 2


def test_leaving(embedded, folder):
    """One's leaving does not stop what another wants, nor does a short absence; the last one's leaving does."""
    task = Steps(folder, gated=True)
    for visitor in ("one", "two"):
        embedded.ask(task, None, visitor)
    until(lambda: bool(notes(task, "attempts")))
    embedded.visitor_left("two")
    embedded.visitor_left("one")
    embedded.ask(task, None, "one")
    time.sleep(2 * GRACE)
    assert notes(task, "stopped") == []
    assert embedded.status().visitors == 1
    embedded.visitor_left("one")
    until(lambda: notes(task, "stopped") == ["0"])


@pytest.mark.fault("worker-killed")
def test_a_killed_worker_costs_time_but_not_the_run(embedded, folder, bars, fault):
    earlier = to_the_end(embedded, Steps(folder, "earlier", steps=1), "v")
    task, shown = Steps(folder, steps=12, pause=0.1, kill_at=6), fault("worker-killed")
    until(lambda: embedded.ask(task, bars, "v").note is not None)
    shown.reads(embedded.ask(task, bars, "v").note)
    shown.keeps(embedded.finished(earlier.key).result == earlier.result)
    end = to_the_end(embedded, task, "v", bars)
    assert (end.state, end.records, end.result["sum"]) == ("done", tuple(range(12)), bars["close"].sum())
    first, second = notes(task, "attempts")
    assert first != second
    assert end.result["pid"] == int(second)
    until(lambda: embedded.status().workers == 2)  # and its successor comes up
    shown.goes_on(to_the_end(embedded, Steps(folder, "next", steps=1), "v").state == "done")


@pytest.mark.parametrize(("fault", "kind", "says"), [("ours", TrainingError, "nan"), ("foreign", JobError, "Unicode")])
def test_a_failure_is_a_sentence_until_restarted(embedded, folder, fault, kind, says):
    task = Steps(folder, fault=fault)
    end = to_the_end(embedded, task, "v")
    assert (end.state, end.records, type(end.error)) == ("error", tuple(range(5)), kind)
    assert says in str(end.error)
    assert embedded.ask(task, None, "v").state == "error"
    assert len(notes(task, "attempts")) == 1
    assert embedded.ask(task, None, "v", restart=True).state == "queued"
    until(lambda: len(notes(task, "attempts")) == 2)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_same_weights_to_the_last_bit_with_and_without_the_service(embedded, bars, cell):
    experiment = PRESETS["returns"].replace(model=ModelConfig(cell=cell))
    experiment = experiment.replace(train=experiment.train.replace(epochs=3))
    end = to_the_end(embedded, experiment, "v", bars)
    assert end.error is None
    assert isinstance(end.result.experiment, Experiment)
    alone = run_experiment(experiment, bars)
    assert end.key == end.result.key == alone.key
    assert len(end.records) == end.steps == 3
    for name, weight in alone.weights.items():
        np.testing.assert_array_equal(end.result.weights[name], weight, strict=True)


def test_too_many_bars_and_an_unknown_task_are_refused_in_words(embedded, folder, bars):
    long = pd.DataFrame({"close": np.ones(50_001)}, index=pd.date_range("1800-01-01", periods=50_001))
    assert "50001" in str(embedded.ask(Steps(folder), long, "v").error)
    assert "ModelConfig" in str(embedded.ask(ModelConfig(), bars, "v").error)


def test_an_answer_may_be_waited_for(embedded, folder):
    task = Steps(folder, "waited", steps=3)
    assert embedded.ask(task, None, "v", wait=PATIENCE).state == "done"
    gated = Steps(folder, "gated", gated=True)
    assert embedded.ask(gated, None, "v", wait=0.2).live  # not longer than that
    embedded.cancel(embedded.ask(gated, None, "v").key, "v")


def test_idle_workers_do_what_may_be_asked_next(embedded, folder, monkeypatch):
    task = Steps(folder, "ahead", steps=2)
    monkeypatch.setenv("GATESCOPE_AHEAD", "0")
    embedded.think_ahead([(task, None)], "v")
    assert not embedded._jobs.thinks()
    monkeypatch.delenv("GATESCOPE_AHEAD")
    embedded.think_ahead([(task, None)], "v")
    until(lambda: embedded.finished(digest(task, None)) is not None)
    assert embedded.ask(task, None, "v").state == "done"
    assert len(notes(task, "attempts")) == 1


def test_what_is_asked_for_by_itself_passes_the_parts_that_lie_ready(embedded, folder, bars):
    """Both workers are at a part each, and the next ones are with the scheduler: the single job still goes first."""
    parts = [(Steps(folder, f"part{number}", steps=1, gated=True), bars) for number in range(8)]
    until(lambda: embedded.ask_set(parts, "sweeper", steps_of).running == 2)
    alone = Steps(folder, "alone", steps=1)
    asked = embedded.ask(alone, bars, "visitor")
    assert asked.position == 1
    lies_with_the_scheduler(embedded, asked.key)
    (Path(folder) / "go").touch()
    assert to_the_end(embedded, alone, "visitor", bars).state == "done"
    end = set_to_the_end(embedded, parts, "sweeper", steps_of)
    assert end.read == dict.fromkeys(range(8), 1)
    began = {path.stem: path.stat().st_mtime_ns for path in Path(folder).glob("*.attempts")}
    assert sum(at < began["alone"] for at in began.values()) == 2
    assert all(len(notes(task, "attempts")) == 1 for task, _ in parts)


def steps_of(task, bars, result) -> int:
    return result["steps"]


def test_each_worker_says_how_it_trains(embedded):
    until(lambda: len(embedded.status().said) == 2)
    assert set(embedded.status().said) <= {"ready", "unavailable", "off"}

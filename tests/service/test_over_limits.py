"""A job that takes too much memory, or too much time: it ends with a sentence, and its worker takes the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service_helpers import Clock, ask, begin, served, to_the_end
from service_runners import Steps, notes

from core.errors import ConfigError
from core.service import Service
from core.service.backends import worker_bytes
from core.service.job import BEYOND_LONGEST, LEAST_SECONDS, OVERTIME, most_running
from core.service.service import GRACE_SECONDS
from core.service.state_machine import StateMachine

MEMORY = 1_400_000_000  # bytes of a worker; a warm one takes some 500 MB


@pytest.fixture(scope="module")
def small(worker_path: str) -> Iterator[Service]:
    """One worker with little memory."""
    yield from served(PYTHONPATH=worker_path, GATESCOPE_WORKERS="1", GATESCOPE_WORKER_BYTES=str(MEMORY))


@pytest.fixture
def hasty(monkeypatch):
    """A job may run on for two seconds, not for ten minutes."""
    monkeypatch.setattr("core.service.job.LEAST_SECONDS", 2.0)


def shows(service, folder, task, shown) -> None:
    """What is left of a job that was finished before, and that the next one ends."""
    earlier = to_the_end(service, Steps(folder, "earlier", steps=1), "v")
    end = to_the_end(service, task, "v")
    assert end.state == "error"
    shown.reads(end.error, varies=bool(end.error.values))
    shown.keeps(service.finished(earlier.key).result == earlier.result)
    shown.goes_on(to_the_end(service, Steps(folder, "next", steps=1), "v").state == "done")


@pytest.mark.cluster
@pytest.mark.fault("over-memory")
def test_over_its_memory(small, folder, fault):
    task = Steps(folder, "hoarder", steps=300, pause=0.01, hoard=50)
    shows(small, folder, task, fault("over-memory"))
    assert len(notes(task, "attempts")) == 3


@pytest.mark.cluster
@pytest.mark.fault("over-time")
def test_over_its_time(small, folder, fault, hasty):
    task = Steps(folder, "endless", gated=True)
    shows(small, folder, task, fault("over-time"))
    assert len(notes(task, "attempts")) == 1


@pytest.mark.cluster
@pytest.mark.fault("over-time-deaf")
def test_over_its_time_and_deaf(small, folder, fault, hasty):
    shows(small, folder, Steps(folder, "deaf", deaf=True), fault("over-time-deaf"))


def test_how_long_a_job_may_run() -> None:
    assert most_running(0.1, 1800) == LEAST_SECONDS  # a guess of a blink says little
    assert most_running(90, 1800) == OVERTIME * 90
    assert most_running(1700, 1800) == BEYOND_LONGEST * 1800  # whatever its estimate
    assert most_running(0.1, 10) == BEYOND_LONGEST * 10  # whatever the least


def test_only_what_runs_on_is_ended(jobs: StateMachine, clock: Clock) -> None:
    ask(jobs, "a", "v")  # of ten seconds
    ask(jobs, "b", "w")
    token = begin(jobs)
    clock.now += max(LEAST_SECONDS, OVERTIME * 10) - 1
    assert jobs.end_overdue() == []
    clock.now += 2
    assert jobs.end_overdue() == [token]
    assert jobs.end_overdue() == []
    assert ask(jobs, "a", "v").state == "error"
    assert ask(jobs, "b", "w").state == "queued"  # waiting is not running
    jobs.slots, again = 2, ask(jobs, "a", "v", restart=True)
    assert again.state == "queued"
    assert {begin(jobs), begin(jobs)}.isdisjoint({token})


def test_waiting_for_a_worker_after_one_was_lost_is_not_running(jobs: StateMachine, clock: Clock) -> None:
    ask(jobs, "a", "v")
    token = begin(jobs)
    jobs.suspend()
    clock.now += 10_000
    assert jobs.end_overdue() == []
    assert jobs.next_job().token != token


@pytest.mark.fault("reconnect-60")
def test_a_visitor_who_is_back_within_the_grace_finds_the_job_where_it_stands(jobs, clock, fault):
    shown = fault("reconnect-60")
    ask(jobs, "a", "v")
    begin(jobs)
    clock.now += 3
    jobs.leave("v", GRACE_SECONDS)
    clock.now += 60
    jobs.drop_departed()
    back = ask(jobs, "a", "v")
    shown.unnoticed()
    shown.keeps(back.state == "running" and back.seconds == 63)
    clock.now += GRACE_SECONDS
    jobs.drop_departed()
    shown.goes_on(ask(jobs, "a", "v").state == "running" and jobs.take_dropped() == [])
    jobs.leave("v", GRACE_SECONDS)
    clock.now += 91
    jobs.drop_departed()
    assert len(jobs.take_dropped()) == 1


@pytest.mark.parametrize("given", ["much", "-1", "1000", "4GB"])
def test_a_wrong_amount_of_memory_is_said(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATESCOPE_WORKER_BYTES", given)
    with pytest.raises(ConfigError, match=f"GATESCOPE_WORKER_BYTES is {given}"):
        worker_bytes()

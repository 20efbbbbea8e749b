"""What has become of what was asked, counted; and the bounds of the queue."""

from __future__ import annotations

import pytest
from service_helpers import ask, begin
from service_runners import Steps

from core.service import Service
from core.service.state_machine import StateMachine
from core.service.worker import Outcome


def test_each_ending_is_counted_once(jobs, clock):
    for name in "abc":
        ask(jobs, name, f"visitor {name}")
    jobs.ended(begin(jobs), Outcome((), 2.0, "found", 5))
    jobs.cancel("b", "visitor b")
    jobs.leave("visitor c", 1.0)
    clock.now += 2
    jobs.drop_departed()
    assert jobs.tally.counts().ended == {"finished": 1, "failed": 0, "cancelled": 1, "dropped": 1}


def test_polling_is_no_joining(jobs):
    for _ in range(3):
        ask(jobs, "a", "one")
    ask(jobs, "a", "two")
    ask(jobs, "a", "two")
    assert jobs.tally.counts().answered == {"joined": 1, "memory": 0, "disk": 0}


def test_a_result_in_memory_is_counted_when_it_is_read(jobs):
    ask(jobs, "a", "one")
    jobs.ended(begin(jobs), Outcome((), 0.0, "found", 5))
    ask(jobs, "a", "two")
    assert jobs.tally.counts().answered["memory"] == 1


def test_refusals_are_counted_by_their_reason():
    jobs = StateMachine(most_bytes=1000, most_queued=1, most_seconds=50.0)
    ask(jobs, "a", "one")
    assert ask(jobs, "b", "two").error is not None
    jobs.ask("c", Steps("", "c", steps=100, pause=1.0), None, "three", False)
    assert jobs.tally.counts().refused == {"too_slow": 1, "queue_full": 1, "too_long": 0, "not_a_task": 0}


@pytest.mark.parametrize("most", [1, 3])
def test_an_operator_says_how_many_may_wait(monkeypatch, most):
    monkeypatch.setenv("GATESCOPE_MAX_QUEUED", str(most))
    jobs = Service()._jobs
    told = [ask(jobs, str(number), str(number)) for number in range(most + 1)]
    assert [state.position for state in told[:-1]] == list(range(1, most + 1))
    assert str(most) in str(told[-1].error)


def test_one_that_gives_up_a_shared_job_drops_nothing(jobs, clock):
    ask(jobs, "a", "one")
    ask(jobs, "a", "two")
    jobs.leave("one", 1.0)
    clock.now += 2
    jobs.drop_departed()
    assert jobs.tally.counts().ended["dropped"] == 0

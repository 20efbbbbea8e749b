"""The state machine alone: who wants what, positions, waits, endings; a clock that the test turns."""

from __future__ import annotations

import pytest
from service_helpers import ask, begin
from service_runners import Steps

from core.config import Experiment, ModelConfig, TrainConfig
from core.errors import JobError, TrainingError
from core.service.ahead import MOST_SECONDS, Idea
from core.service.job import MOST_SPARED, Job
from core.service.job_book import BUSY_SECONDS, MOST_TRIES, NOBODY, QUIET_SECONDS
from core.service.state_machine import StateMachine
from core.service.worker import Outcome, Progress
from core.values import Estimate


def test_positions_follow_the_order_of_asking(jobs):
    begin_first = ask(jobs, "a", "v1")
    assert (begin_first.state, begin_first.position) == ("queued", 1)
    begin(jobs)
    assert [ask(jobs, name, name).position for name in "bcd"] == [1, 2, 3]
    jobs.cancel("c", "c")
    assert ask(jobs, "d", "d").position == 2
    assert ask(jobs, "a", "v1").state == "running"


def test_wait_is_what_the_jobs_before_leave_of_the_slots(jobs, clock):
    """Two slots, jobs of 10 s. Two began 4 s ago: both are free in 6 s, again in 16 s."""
    jobs.slots = 2
    for name in "ab":
        ask(jobs, name, name)
        begin(jobs)
    clock.now += 4
    waits = [ask(jobs, name, name).wait for name in "cdef"]
    assert waits == [6, 6, 16, 16]
    assert ask(jobs, "e", "e").seconds_left == 26


def test_seconds_left_follow_the_jobs_own_pace(jobs, clock):
    ask(jobs, "a", "v")
    token = begin(jobs)
    clock.now += 6
    jobs.progress(Progress(token, token, 0, (0, 1, 2)))
    state = ask(jobs, "a", "v")
    assert (state.seconds, state.seconds_left, state.share) == (6, 14, 0.3)


def test_the_pace_is_that_of_what_is_left(clock):
    """Four of ten records came at once; two more in 6 s: the last four take 12 s."""
    job = Job("a", Steps("", "a"), None, Estimate(10, 30.0, at_once=4), began=clock.now)
    job.records = [0, 1, 2, 3]
    assert job.seconds_left(clock.now + 6) == 24  # nothing of its own yet: the estimate's
    job.records += [4, 5]
    assert job.seconds_left(clock.now + 6) == 12


def test_a_newer_wish_replaces_the_older_and_frees_its_worker(jobs):
    ask(jobs, "a", "v")
    token = begin(jobs)
    for name in "bcdef":
        ask(jobs, name, "v")
    assert list(jobs.jobs) == ["f"]
    assert jobs.take_dropped() == [token]
    assert jobs.take_dropped() == []


def test_a_shared_job_ends_with_its_last_visitor(jobs, clock):
    ask(jobs, "a", "v1")
    ask(jobs, "a", "v2")
    begin(jobs)
    for visitor in ("v1", "v2"):
        jobs.leave(visitor, grace=5)
        clock.now += 4
        jobs.drop_departed()
    assert jobs.jobs["a"].wanted == {"v2"}
    ask(jobs, "a", "v2")  # came back within the grace
    clock.now += 10
    jobs.drop_departed()
    assert "a" in jobs.jobs
    jobs.leave("v2", grace=5)
    clock.now += 5
    jobs.drop_departed()
    assert not jobs.jobs


@pytest.mark.parametrize("ending", ["cancelled", "error"])
def test_an_ending_is_read_until_restarted_and_by_its_visitor_only(jobs, ending):
    ask(jobs, "a", "v")
    token = begin(jobs)
    jobs.progress(Progress(token, token, 0, (1, 2)))
    if ending == "cancelled":
        jobs.cancel("a", "v")
    else:
        jobs.failed(token, TrainingError("The loss is {value}.", value="nan"))
    again = ask(jobs, "a", "v")
    assert (again.state, again.records, again.seconds_left) == (ending, (1, 2), 0)
    assert ask(jobs, "a", "other").state == "queued"
    assert ask(jobs, "a", "v").state == ending
    assert ask(jobs, "a", "v", restart=True).state == "queued"


def test_a_new_attempt_starts_the_records_anew_and_late_reports_of_the_old_one_do_not_mix_in(jobs):
    ask(jobs, "a", "v")
    token = begin(jobs)
    jobs.progress(Progress(token, token, 0, (0, 1, 2)))
    assert jobs.progress(Progress(token, "second", 0, ()))
    assert ask(jobs, "a", "v").records == ()
    assert not jobs.progress(Progress(token, token, 3, (3,)))
    assert jobs.progress(Progress(token, "second", 0, (0,)))
    assert not jobs.progress(Progress(token, "second", 2, (2,)))  # one is missing
    assert ask(jobs, "a", "v").records == (0,)


def test_a_job_stopped_although_wanted_is_tried_again_first_and_under_a_new_name(jobs):
    for name in "ab":
        ask(jobs, name, name)
    tokens = []
    for _ in range(MOST_TRIES):
        tokens.append(begin(jobs))
        assert ask(jobs, "a", "a").state == "running"
        jobs.ended(tokens[-1], Outcome((), 1.0, stopped=True))
    assert len(set(tokens)) == MOST_TRIES
    state = ask(jobs, "a", "a")
    assert state.state == "error"
    assert isinstance(state.error, JobError)


def test_a_job_tried_again_goes_before_those_asked_for_later(jobs):
    jobs.slots = 3
    for name in "abc":
        ask(jobs, name, name)
    _a, lost = begin(jobs), begin(jobs)
    jobs.retry(lost, JobError("lost"))
    assert jobs.next_job().key == "b"
    assert jobs.next_job().key == "c"


def test_a_name_given_up_is_not_used_again_while_it_may_still_be_ending(jobs):
    ask(jobs, "a", "v")
    first = begin(jobs)
    jobs.cancel("a", "v")
    ask(jobs, "a", "v", restart=True)
    assert begin(jobs) != first


def test_results_are_bounded_by_bytes_the_least_recently_read_going_first(jobs):
    for name in "abc":
        ask(jobs, name, "v")
        token = begin(jobs)
        jobs.ended(token, Outcome((), 1.0, result=name, size=400))
        if name == "b":
            assert ask(jobs, "a", "v").result == "a"  # read again, so "b" goes when "c" comes
    assert [bool(jobs.results.get(name)) for name in "abc"] == [True, False, True]
    assert jobs.results.total_weight == 800


def test_a_full_queue_says_so_and_remembers_nothing(jobs):
    for name in "abcde":
        ask(jobs, name, name)
    refused = ask(jobs, "f", "f")
    assert refused.state == "error"
    assert "5" in str(refused.error)
    jobs.cancel("a", "a")
    assert ask(jobs, "f", "f").state == "queued"


def test_a_job_that_would_hold_a_worker_too_long_is_refused_in_words(clock):
    jobs = StateMachine(most_bytes=1000, most_queued=5, most_seconds=600, clock=clock)
    assert jobs.ask("a", Steps("", steps=600, pause=1.0), None, "v", False).state == "queued"
    refused = jobs.ask("b", Steps("", steps=1200, pause=1.0), None, "v", False)
    assert "20 minutes; at most 10" in str(refused.error)
    assert refused.key not in jobs.jobs


@pytest.mark.parametrize(
    "more",
    [
        {"hidden_size": 16},
        {"num_layers": 3},
        {"window": 20},
        {"layout": "article"},
        {"dropout": 0.5},
        {"train": {"epochs": 400}},
    ],
    ids=str,
)
def test_a_first_guess_grows_with_every_dial_that_makes_work(more):
    changes = dict(more)
    train = TrainConfig(**changes.pop("train", {}))
    larger = Experiment(model=ModelConfig(**changes), train=train)
    assert larger.estimate(1000).seconds > Experiment().estimate(1000).seconds
    assert larger.estimate(2000).seconds > larger.estimate(1000).seconds


def test_estimates_follow_what_jobs_really_take(jobs):
    for name in "abc":
        ask(jobs, name, "v")
        jobs.ended(begin(jobs), Outcome((), 30.0))
    assert jobs.costs.estimate(Steps("", steps=20, pause=1.0), 0) == Estimate(20, 60.0)


def idea(name: str, seconds: float = 1.0) -> Idea:
    return Idea(name, Steps("", name, steps=1, pause=seconds), None)


def end(jobs: StateMachine, token: str, size: int = 1) -> None:
    jobs.ended(token, Outcome((), 1.0, result=token, size=size))


def test_ahead_one_at_a_time_likeliest_first_and_only_while_nobody_wants_anything(jobs, clock):
    jobs.ideas.think("v", [idea("a"), idea("b")])
    assert jobs.next_job(warm=False) is None
    ask(jobs, "x", "v")
    token = begin(jobs)
    assert jobs.next_job() is None  # a wanted job is running, though a slot may be free
    end(jobs, token)
    assert jobs.next_job() is None  # the page is drawn first
    clock.now += 2 * QUIET_SECONDS
    first = begin(jobs)
    assert list(jobs.jobs) == ["a"]
    assert jobs.waiting() == 0
    assert jobs.next_job() is None
    end(jobs, first)
    end(jobs, begin(jobs))
    assert [jobs.finished(key) is not None for key in "ab"] == [True, True]
    assert jobs.next_job() is None
    assert not jobs.thinks()


def test_what_is_done_ahead_makes_room_at_once_and_is_done_later(jobs, clock):
    jobs.ideas.think("v", [idea("a")])
    token = begin(jobs)
    ask(jobs, "x", "w")
    assert list(jobs.jobs) == ["x"]
    assert jobs.take_dropped() == [token]
    end(jobs, begin(jobs))
    clock.now += 2 * QUIET_SECONDS
    again = jobs.next_job()
    assert (again.key, again.token == token) == ("a", False)  # the first may still be ending


def test_what_is_known_is_read_without_anything_beside_it(jobs, clock):
    ask(jobs, "known", "v")
    end(jobs, begin(jobs))
    jobs.ideas.think("v", [idea("a")])
    clock.now += 2 * QUIET_SECONDS
    token = begin(jobs)
    assert ask(jobs, "known", "w").state == "done"
    assert jobs.take_dropped() == [token]
    assert jobs.next_job() is None  # the page is drawn first
    clock.now += 2 * QUIET_SECONDS
    assert begin(jobs) != token


def test_who_asks_for_what_is_being_done_ahead_joins_it(jobs):
    jobs.ideas.think("v", [idea("a")])
    token = begin(jobs)
    assert ask(jobs, "a", "w").state == "running"
    assert jobs.jobs["a"].wanted == {"w"}
    assert jobs.take_dropped() == []
    jobs.cancel("a", "w")  # now it is theirs alone to give up
    assert jobs.take_dropped() == [token]


def test_ahead_nothing_long_nothing_twice_and_nothing_that_failed(jobs, clock):
    jobs.ideas.think("v", [idea("long", MOST_SECONDS * 1.01), idea("bad"), idea("large"), idea("good")])
    jobs.failed(begin(jobs), TrainingError("The loss is {value}.", value="nan"))
    end(jobs, begin(jobs), size=900)
    end(jobs, begin(jobs), size=900)  # takes the place of the one before, which is not begun again for that
    assert jobs.finished("large") is None
    assert jobs.next_job() is None
    assert ask(jobs, "bad", "v").state == "queued"  # nobody saw it fail
    assert NOBODY not in jobs.jobs["bad"].wanted


def test_a_visitor_s_ideas_go_with_them(jobs, clock):
    jobs.ideas.think("v", [idea("a")])
    jobs.leave("v", grace=5)
    clock.now += 5
    jobs.drop_departed()
    assert not jobs.thinks()


def test_a_cluster_that_is_busy_with_other_work_says_so(jobs, clock):
    jobs.slots, jobs.ahead = 1, 1000
    ask(jobs, "a", "v")
    job = jobs.next_job()
    assert ask(jobs, "a", "v").note is None
    clock.now += 2 * BUSY_SECONDS
    assert "busy" in str(ask(jobs, "a", "v").note)
    jobs.progress(Progress(job.token, "first", 0, ()))
    assert ask(jobs, "a", "v").note is None
    assert ask(jobs, "b", "w").note is None  # waits for our own


def test_lost_before_it_began_costs_no_try_but_not_for_ever(jobs):
    ask(jobs, "a", "v")
    for _ in range(MOST_SPARED):
        assert jobs.next_job() is not None
        jobs.suspend()
    state = ask(jobs, "a", "v")
    assert (state.state, state.note is not None) == ("queued", True)
    for _ in range(MOST_TRIES):
        jobs.next_job()
        jobs.suspend()
    assert ask(jobs, "a", "v").state == "error"

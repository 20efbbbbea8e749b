"""Sets in the state machine alone: whose turn it is, what goes first, how long it takes; the test turns the clock."""

from __future__ import annotations

from service_helpers import ask, begin
from service_runners import Steps

from core.service.job_set import set_of
from core.service.state_machine import StateMachine
from core.service.worker import Outcome, Progress


def members(jobs: StateMachine, name: str, visitor: str, parts: str) -> None:
    asked = [(Steps("", part, steps=10, pause=1.0), None) for part in parts]
    jobs.ask_set(set_of(list(parts), asked, lambda task, bars, result: result, name), visitor, False, there=())


def test_sets_take_turns_and_what_is_asked_for_by_itself_goes_before_them(jobs):
    members(jobs, "first", "v", "abcdef")
    order = run_one(jobs) + run_one(jobs)
    members(jobs, "second", "w", "ghij")
    order += run_one(jobs) + run_one(jobs)
    ask(jobs, "x", "u")
    while jobs.works():
        order += run_one(jobs)
    assert order[:2] + order[4] == "abx"
    both = order.replace("x", "")[2:]
    assert ["".join(key for key in both if key in name) for name in ("cdef", "ghij")] == ["cdef", "ghij"]
    pairs = [both[place : place + 2] for place in range(0, 8, 2)]
    assert all(sum(key in "cdef" for key in pair) == 1 for pair in pairs)  # in turn


def run_one(jobs: StateMachine) -> str:
    token = begin(jobs)
    key = next(job.key for job in jobs.jobs.values() if job.token == token)
    jobs.ended(token, Outcome((), 1.0, result="result", size=1))
    return key


def test_priorities_keep_the_same_order_where_all_is_handed_out_at_once(jobs):
    jobs.ahead = 1000
    members(jobs, "first", "v", "abcdef")
    handed = [jobs.next_job() for _ in range(6)]
    for job in handed[:2]:
        jobs.progress(Progress(job.token, job.token, 0, ()))
    members(jobs, "second", "w", "ghij")
    ask(jobs, "x", "u")
    handed += [jobs.next_job() for _ in range(5)]
    assert jobs.next_job() is None
    waiting = sorted((job for job in handed[2:]), key=lambda job: -job.priority)
    assert waiting[0].key == "x"
    turns = "".join(job.key for job in waiting[1:])
    assert sorted(turns) == list("cdefghij")
    for place in range(1, len(turns) + 1):  # neither set is ever more than two parts ahead of its turn
        assert abs(sum(key in "cdef" for key in turns[:place]) - sum(key in "ghij" for key in turns[:place])) <= 2


def test_a_part_far_back_comes_first_when_it_is_asked_for_by_itself(jobs):
    jobs.ahead = 1000
    members(jobs, "first", "v", "abcdef")
    handed = {job.key: job for job in (jobs.next_job() for _ in range(6))}
    old = handed["f"].token
    assert ask(jobs, "f", "w").position == 1
    assert jobs.take_dropped() == [old]
    again = jobs.next_job()
    assert (again.key, again.token == old) == ("f", False)
    assert again.priority > max(handed[key].priority for key in "abcde")
    jobs.cancel("f", "w")
    assert "f" in jobs.jobs  # the set still wants it


def test_time_left_of_a_set_follows_its_own_pace(jobs, clock):
    """Twelve parts guessed at 10 s that take 20: the eight left on two workers take 80 s."""
    jobs.slots = 2
    members(jobs, "first", "v", "abcdefghijkl")
    assert jobs.read_set("first").seconds_left == 60
    for _ in range(4):
        token = begin(jobs)
        jobs.ended(token, Outcome((), 20.0, result="a", size=1))
    for reading in jobs.sets.take_readings():
        jobs.sets.was_read(reading, 1, None)
    state = jobs.read_set("first")
    assert (state.done, state.seconds_left) == (4, 80)


def test_a_part_that_would_hold_a_worker_too_long_fails_alone(clock):
    jobs = StateMachine(most_bytes=1000, most_queued=5, most_seconds=600, clock=clock)
    asked = [(Steps("", name, steps=steps, pause=1.0), None) for name, steps in (("a", 1200), ("b", 10), ("c", 10))]
    jobs.ask_set(set_of(list("abc"), asked, lambda task, bars, result: result, "set"), "v", False, there=())
    assert run_one(jobs) + run_one(jobs) == "bc"
    for reading in jobs.sets.take_readings():
        jobs.sets.was_read(reading, 1, None)
    state = jobs.read_set("set")
    assert (state.state, state.read) == ("done", {1: 1, 2: 1})
    assert "20 minutes; at most 10" in str(state.failed[0])

"""The book alone: who wants what, positions, waits, endings; a clock that the test turns."""

from __future__ import annotations

import pytest
from service_helpers import Clock, ask
from service_runners import Steps

from core.config import Experiment, ModelConfig, TrainConfig
from core.errors import JobError, TrainingError
from core.service.book import MOST_TRIES, Book
from core.service.cost import experiment_outlook
from core.service.worker import Outcome, Progress


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(clock: Clock) -> Book:
    return Book(most_bytes=1000, most_queued=5, clock=clock)


def begin(book: Book) -> str:
    job = book.next_job()
    assert job is not None
    book.progress(Progress(job.token, job.token, 0, ()))
    return job.token


def test_positions_follow_the_order_of_asking(book):
    begin_first = ask(book, "a", "v1")
    assert (begin_first.state, begin_first.position) == ("queued", 1)
    begin(book)
    assert [ask(book, name, name).position for name in "bcd"] == [1, 2, 3]
    book.cancel("c", "c")
    assert ask(book, "d", "d").position == 2
    assert ask(book, "a", "v1").state == "running"


def test_wait_is_what_the_jobs_before_leave_of_the_slots(book, clock):
    """Two slots, jobs of 10 s. Two began 4 s ago: both are free in 6 s, again in 16 s."""
    book.slots = 2
    for name in "ab":
        ask(book, name, name)
        begin(book)
    clock.now += 4
    waits = [ask(book, name, name).wait for name in "cdef"]
    assert waits == [6, 6, 16, 16]
    assert ask(book, "e", "e").seconds_left == 26


def test_seconds_left_follow_the_jobs_own_pace(book, clock):
    ask(book, "a", "v")
    token = begin(book)
    clock.now += 6
    book.progress(Progress(token, token, 0, (0, 1, 2)))
    state = ask(book, "a", "v")
    assert (state.seconds, state.seconds_left, state.share) == (6, 14, 0.3)


def test_a_newer_wish_replaces_the_older_and_frees_its_worker(book):
    ask(book, "a", "v")
    token = begin(book)
    for name in "bcdef":
        ask(book, name, "v")
    assert list(book.jobs) == ["f"]
    assert book.take_dropped() == [token]
    assert book.take_dropped() == []


def test_a_shared_job_ends_with_its_last_visitor(book, clock):
    ask(book, "a", "v1")
    ask(book, "a", "v2")
    begin(book)
    for visitor in ("v1", "v2"):
        book.leave(visitor, grace=5)
        clock.now += 4
        book.drop_departed()
    assert book.jobs["a"].wanted == {"v2"}
    ask(book, "a", "v2")  # came back within the grace
    clock.now += 10
    book.drop_departed()
    assert "a" in book.jobs
    book.leave("v2", grace=5)
    clock.now += 5
    book.drop_departed()
    assert not book.jobs


@pytest.mark.parametrize("ending", ["cancelled", "error"])
def test_an_ending_is_read_until_restarted_and_by_its_visitor_only(book, ending):
    ask(book, "a", "v")
    token = begin(book)
    book.progress(Progress(token, token, 0, (1, 2)))
    if ending == "cancelled":
        book.cancel("a", "v")
    else:
        book.failed(token, TrainingError("The loss is {value}.", value="nan"))
    again = ask(book, "a", "v")
    assert (again.state, again.records, again.seconds_left) == (ending, (1, 2), 0)
    assert ask(book, "a", "other").state == "queued"
    assert ask(book, "a", "v").state == ending
    assert ask(book, "a", "v", restart=True).state == "queued"


def test_a_new_attempt_starts_the_records_anew_and_late_reports_of_the_old_one_do_not_mix_in(book):
    ask(book, "a", "v")
    token = begin(book)
    book.progress(Progress(token, token, 0, (0, 1, 2)))
    assert book.progress(Progress(token, "second", 0, ()))
    assert ask(book, "a", "v").records == ()
    assert not book.progress(Progress(token, token, 3, (3,)))
    assert book.progress(Progress(token, "second", 0, (0,)))
    assert not book.progress(Progress(token, "second", 2, (2,)))  # one is missing
    assert ask(book, "a", "v").records == (0,)


def test_a_job_stopped_although_wanted_is_tried_again_first_and_under_a_new_name(book):
    for name in "ab":
        ask(book, name, name)
    tokens = []
    for _ in range(MOST_TRIES):
        tokens.append(begin(book))
        assert ask(book, "a", "a").state == "running"
        book.ended(tokens[-1], Outcome((), 1.0, stopped=True))
    assert len(set(tokens)) == MOST_TRIES
    state = ask(book, "a", "a")
    assert state.state == "error"
    assert isinstance(state.error, JobError)


def test_a_name_given_up_is_not_used_again_while_it_may_still_be_ending(book):
    ask(book, "a", "v")
    first = begin(book)
    book.cancel("a", "v")
    ask(book, "a", "v", restart=True)
    assert begin(book) != first


def test_results_are_bounded_by_bytes_the_least_recently_read_going_first(book):
    for name in "abc":
        ask(book, name, "v")
        token = begin(book)
        book.ended(token, Outcome((), 1.0, result=name, size=400))
        if name == "b":
            assert ask(book, "a", "v").result == "a"  # read again, so "b" goes when "c" comes
    assert [bool(book.results.get(name)) for name in "abc"] == [True, False, True]
    assert book.results.size == 800


def test_a_full_queue_says_so_and_remembers_nothing(book):
    for name in "abcde":
        ask(book, name, name)
    refused = ask(book, "f", "f")
    assert refused.state == "error"
    assert "5" in str(refused.error)
    book.cancel("a", "a")
    assert ask(book, "f", "f").state == "queued"


def test_a_job_that_would_hold_a_worker_too_long_is_refused_in_words(clock):
    book = Book(most_bytes=1000, most_queued=5, most_seconds=600, clock=clock)
    assert book.ask("a", Steps("", steps=600, pause=1.0), None, "v", False).state == "queued"
    refused = book.ask("b", Steps("", steps=1200, pause=1.0), None, "v", False)
    assert "20 minutes; at most 10" in str(refused.error)
    assert refused.key not in book.jobs


@pytest.mark.parametrize(
    "more",
    [{"hidden_size": 16}, {"num_layers": 3}, {"window": 20}, {"cell": "gru"}, {"train": {"epochs": 400}}],
    ids=str,
)
def test_a_first_guess_grows_with_every_dial_that_makes_work(more):
    changes = dict(more)
    train = TrainConfig(**changes.pop("train", {}))
    larger = Experiment(model=ModelConfig(**changes), train=train)
    assert experiment_outlook(larger, 1000)[1] > experiment_outlook(Experiment(), 1000)[1]
    assert experiment_outlook(larger, 2000)[1] > experiment_outlook(larger, 1000)[1]


def test_estimates_follow_what_jobs_really_take(book):
    for name in "abc":
        ask(book, name, "v")
        book.ended(begin(book), Outcome((), 30.0))
    assert book.costs.outlook(Steps("", steps=20, pause=1.0), 0) == (20, 60.0)

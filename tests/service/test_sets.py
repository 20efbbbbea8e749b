"""Many jobs as one set, in a thread of this process: shared, in turns, cancelled, failed, kept."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_helpers import GRACE, set_to_the_end, to_the_end, until
from service_runners import Steps, notes

from core.errors import JobError, TrainingError
from core.service import MOST_PARTS, Service


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("GATESCOPE_WORKERS", "0")
    service = Service(grace=GRACE)
    yield service
    service.stop()


def steps_of(task, bars, result) -> int:
    return result["steps"]


def parts(folder: str, names: str, **more) -> list[tuple[Steps, None]]:
    return [(Steps(folder, name, steps=2, pause=0.0, **more), None) for name in names]


def go(folder: str) -> None:
    (Path(folder) / "go").touch()


def test_a_set_holds_what_is_read_of_each_part(service, folder):
    asked = [(Steps(folder, name, steps=number, pause=0.0), None) for number, name in enumerate("abcd", 1)]
    end = set_to_the_end(service, asked, "v", steps_of)
    assert (end.state, end.total, end.done, end.failed) == ("done", 4, 4, {})
    assert end.read == {0: 1, 1: 2, 2: 3, 3: 4}
    assert (end.share, end.seconds_left, end.running) == (1.0, 0.0, 0)
    assert service.read_set(end.key) == end
    assert service.read_set("nothing") is None


def test_parts_are_jobs_like_others(service, folder):
    """A part that a visitor asks for, before or after, is trained once; equal parts are one job."""
    alone, other = Steps(folder, "a", gated=True), Steps(folder, "b", gated=True)
    service.ask(alone, None, "one")
    state = service.ask_set([(alone, None), (other, None), (alone, None)], "two", steps_of)
    assert state.live
    assert service.ask(other, None, "three").live
    go(folder)
    end = set_to_the_end(service, [(alone, None), (other, None), (alone, None)], "two", steps_of)
    assert end.read == {0: 5, 1: 5, 2: 5}
    assert to_the_end(service, other, "three").state == "done"
    assert [len(notes(task, "attempts")) for task in (alone, other)] == [1, 1]
    assert service.ask(alone, None, "four").state == "done"


def test_one_visitor_s_job_goes_before_all_parts_not_begun(service, folder):
    asked = parts(folder, "abcdef", gated=True)
    service.ask_set(asked, "sweeper", steps_of)
    until(lambda: bool(notes(asked[0][0], "attempts")))
    alone = Steps(folder, "alone", steps=1, pause=0.0)
    state = service.ask(alone, None, "visitor")
    assert (state.state, state.position) == ("queued", 1)
    assert service.status().queued == 1  # parts make nobody wait for a word
    go(folder)
    assert to_the_end(service, alone, "visitor").state == "done"
    set_to_the_end(service, asked, "sweeper", steps_of)
    began = [Path(folder, f"{name}.attempts").stat().st_mtime_ns for name in ("alone", "b", "f")]
    assert began == sorted(began)


def test_a_failed_part_keeps_its_sentence_and_the_set_goes_on(service, folder):
    asked = [*parts(folder, "a"), *parts(folder, "b", fault="ours"), *parts(folder, "c")]
    end = set_to_the_end(service, asked, "v", steps_of)
    assert (end.state, end.done, sorted(end.failed), sorted(end.read)) == ("done", 2, [1], [0, 2])
    assert isinstance(end.failed[1], TrainingError)
    again = service.ask_set(asked, "v", steps_of, restart=True)
    assert again.live
    set_to_the_end(service, asked, "v", steps_of)
    assert [len(notes(task, "attempts")) for task, _ in asked] == [1, 2, 1]


def test_what_cannot_be_read_is_a_sentence_of_its_part(service, folder):
    def faulty(task, bars, result):
        return 1 / (result["steps"] - 2)

    asked = [*parts(folder, "a"), (Steps(folder, "b", steps=3, pause=0.0), None)]
    end = set_to_the_end(service, asked, "v", faulty)
    assert end.read == {1: 1.0}
    assert "ZeroDivisionError" in str(end.failed[0])


def test_it_is_read_in_a_thread_of_its_own_off_the_lock(service, folder):
    inside, out = threading.Event(), threading.Event()

    def slow(task, bars, result):
        inside.set()
        assert out.wait(60)

    service.ask_set(parts(folder, "a"), "v", slow)
    assert inside.wait(60)
    alone = Steps(folder, "alone", steps=1, pause=0.0)
    assert to_the_end(service, alone, "w").state == "done"  # asked, trained and told meanwhile
    out.set()
    assert set_to_the_end(service, parts(folder, "a"), "v", slow).done == 1


def test_cancel_stops_what_nobody_else_wants_and_keeps_what_is_done(service, folder):
    first, gated = parts(folder, "a"), parts(folder, "bc", gated=True)
    state = service.ask_set(first + gated, "v", steps_of)
    until(lambda: service.read_set(state.key).done == 1 and bool(notes(gated[0][0], "attempts")))
    service.cancel_set(state.key, "someone else")
    assert service.read_set(state.key).live
    service.cancel_set(state.key, "v")
    for told in (service.read_set(state.key), service.ask_set(first + gated, "v", steps_of)):
        assert (told.state, told.done, told.running, told.seconds_left) == ("cancelled", 1, 0, 0.0)
    until(lambda: notes(gated[0][0], "stopped") == ["0"])
    go(folder)
    assert service.ask_set(first + gated, "v", steps_of, restart=True).live
    assert set_to_the_end(service, first + gated, "v", steps_of).done == 3
    assert [len(notes(task, "attempts")) for task, _ in first + gated] == [1, 2, 1]


def test_a_cancelled_set_leaves_alone_what_others_want(service, folder):
    asked = parts(folder, "ab", gated=True)
    one, two = (service.ask_set(asked, who, steps_of) for who in ("one", "two"))
    assert one.key == two.key
    service.ask(asked[1][0], None, "three")
    service.cancel_set(one.key, "one")
    assert service.ask_set(asked, "one", steps_of).state == "cancelled"
    assert service.ask_set(asked, "two", steps_of).live
    service.cancel_set(one.key, "two")
    go(folder)
    assert to_the_end(service, asked[1][0], "three").state == "done"
    until(lambda: service.status().running == 0)
    assert notes(asked[1][0], "stopped") == []


def test_a_newer_set_of_a_visitor_takes_the_older_one_s_place(service, folder):
    older, newer = parts(folder, "ab", gated=True), parts(folder, "cd")
    key = service.ask_set(older, "v", steps_of).key
    until(lambda: bool(notes(older[0][0], "attempts")))
    assert set_to_the_end(service, newer, "v", steps_of).done == 2
    assert service.read_set(key).state == "cancelled"
    assert notes(older[0][0], "stopped") == ["0"]


def test_who_leaves_gives_the_set_up_after_the_grace(service, folder):
    asked = parts(folder, "ab", gated=True)
    key = service.ask_set(asked, "v", steps_of).key
    until(lambda: bool(notes(asked[0][0], "attempts")))
    service.visitor_left("v")
    assert service.read_set(key).live
    until(lambda: not service.read_set(key).live)
    until(lambda: notes(asked[0][0], "stopped") == ["0"])


def test_too_large_a_set_is_refused_in_words(service, folder, monkeypatch):
    many = [(Steps(folder, str(number)), None) for number in range(MOST_PARTS + 1)]
    refused = service.ask_set(many, "v", steps_of)
    assert (refused.state, refused.live) == ("error", False)
    assert isinstance(refused.error, JobError)
    assert str(MOST_PARTS) in str(refused.error)
    monkeypatch.setenv("GATESCOPE_SET_SECONDS", "600")
    small = Service()
    long = [(Steps(folder, str(number), steps=100, pause=1.0), None) for number in range(12)]
    assert "20 minutes" in str(small.ask_set(long, "v", steps_of).error)
    assert small.status().parts == 0
    small.stop()


def test_an_empty_set_is_done(service):
    assert service.ask_set([], "v", steps_of).state == "done"

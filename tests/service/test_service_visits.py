"""Laws of the book that hold whatever visitors and workers do, in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from service_helpers import Clock, ask
from service_runners import Steps

from core.service.job_set import JobSet, set_of
from core.service.state_machine import StateMachine
from core.service.worker import Outcome


class Visits(RuleBasedStateMachine):
    """Three visitors, four tasks, sets of them, workers that end or are stopped at any moment."""

    visitors, names = st.sampled_from("uvw"), st.sampled_from("abcd")
    several = st.lists(names, min_size=1, max_size=5)

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.book = StateMachine(most_bytes=100, most_queued=3, clock=self.clock)
        self.book.slots = 2
        self.at_work: set[str] = set()

    @rule(name=names, visitor=visitors, restart=st.booleans())
    def ask(self, name, visitor, restart):
        state = ask(self.book, name, visitor, restart)
        assert not (restart and state.state == "cancelled")
        assert (state.position > 0) == (state.state == "queued")

    @rule(name=names, visitor=visitors)
    def cancel(self, name, visitor):
        wished = self.book.wishes.get(visitor) == name
        self.book.cancel(name, visitor)
        if wished:
            assert ask(self.book, name, visitor).state == "cancelled"

    @rule(names=several, visitor=visitors, restart=st.booleans())
    def ask_set(self, names, visitor, restart):
        state = self.book.ask_set(set_of_names(names), visitor, restart, there=())
        assert state.total == len(names)
        assert not (restart and state.state == "cancelled")
        assert state.live == (self.book.sets.wishes.get(visitor) == state.key)

    @rule(visitor=visitors)
    def cancel_set(self, visitor):
        if key := self.book.sets.wishes.get(visitor):
            self.book.cancel_set(key, visitor)
            assert self.book.ask_set(self.book.sets.sets[key], visitor, False, there=()).state == "cancelled"

    @rule()
    def read(self):
        for reading in self.book.sets.take_readings():
            self.book.sets.was_read(reading, reading.key, None)

    @rule(visitor=visitors)
    def leave(self, visitor):
        self.book.leave(visitor, grace=2)

    @rule(seconds=st.integers(1, 3))
    def wait(self, seconds):
        self.clock.now += seconds
        self.book.drop_departed()

    @rule()
    def submit(self):
        singles = [job for job in self.book.jobs.values() if job.wanted and not job.token]
        if job := self.book.next_job():
            assert job.wanted or not singles
            assert job.token not in self.at_work
            self.at_work.add(job.token)

    @rule(data=st.data(), stopped=st.booleans())
    def end(self, data, stopped):
        if self.at_work:
            token = data.draw(st.sampled_from(sorted(self.at_work)))
            self.at_work.discard(token)
            self.book.ended(token, Outcome((), 1.0, result="result", size=40, stopped=stopped))

    @rule()
    def sweep(self):
        self.at_work -= set(self.book.take_dropped())

    @invariant()
    def wishes_and_jobs_agree(self):
        wanted = {(who, job.key) for job in self.book.jobs.values() for who in job.wanted}
        assert wanted == set(self.book.wishes.items())  # so at most one live job a visitor
        assert all(job.wanted or job.sets for job in self.book.jobs.values())

    @invariant()
    def sets_and_their_jobs_agree(self):
        sets, jobs = self.book.sets.sets, self.book.jobs
        of_sets = {(key, job.key) for job in jobs.values() for key in job.sets}
        assert of_sets == {(key, part) for key, each in sets.items() for part in each.at_work}
        assert {(who, key) for key, each in sets.items() for who in each.wanted} == set(self.book.sets.wishes.items())
        assert all(each.live for each in sets.values() if each.waiting or each.at_work)

    @invariant()
    def every_part_of_a_live_set_is_somewhere(self):
        unread = [(reading.owner.key, reading.key) for reading in self.book.sets._readings]
        for key, each in self.book.sets.sets.items():
            read = {
                part for part, numbers in each.numbers.items() if numbers[0] in each.read or numbers[0] in each.failed
            }
            places = read | set(each.waiting) | each.at_work | {part for owner, part in unread if owner == key}
            assert not each.live or places == set(each.numbers)

    @invariant()
    def workers_get_no_more_than_there_is_room_for(self):
        assert sum(bool(job.token) for job in self.book.jobs.values()) <= 2 * (self.book.slots + self.book.ahead)

    @invariant()
    def nothing_is_worked_on_that_nobody_wants(self):
        tokens = {job.token for job in self.book.jobs.values() if job.token}
        dropped = set(self.book.tokens._dropped)
        assert self.at_work - dropped == tokens


def set_of_names(names: list[str]) -> JobSet:
    parts: list[Any] = [(Steps("", name, steps=10, pause=1.0), None) for name in names]
    return set_of(names, parts, lambda task, bars, result: result, "".join(names))


TestVisits = Visits.TestCase

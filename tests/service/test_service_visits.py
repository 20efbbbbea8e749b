"""Laws of the book that hold whatever visitors and workers do, in whatever order."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from service_helpers import Clock, ask

from core.service.state_machine import StateMachine
from core.service.worker import Outcome


class Visits(RuleBasedStateMachine):
    """Three visitors, four tasks, workers that end or are stopped at any moment."""

    visitors, names = st.sampled_from("uvw"), st.sampled_from("abcd")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.book = StateMachine(most_bytes=100, most_queued=3, clock=self.clock)
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

    @rule(visitor=visitors)
    def leave(self, visitor):
        self.book.leave(visitor, grace=2)

    @rule(seconds=st.integers(1, 3))
    def wait(self, seconds):
        self.clock.now += seconds
        self.book.drop_departed()

    @rule()
    def submit(self):
        if job := self.book.next_job():
            assert job.token not in self.at_work
            self.at_work.add(job.token)

    @rule(data=st.data(), stopped=st.booleans())
    def end(self, data, stopped):
        if self.at_work:
            token = data.draw(st.sampled_from(sorted(self.at_work)))
            self.at_work.discard(token)
            self.book.ended(token, Outcome((), 1.0, size=40, stopped=stopped))

    @rule()
    def sweep(self):
        self.at_work -= set(self.book.take_dropped())

    @invariant()
    def wishes_and_jobs_agree(self):
        wanted = {(who, job.key) for job in self.book.jobs.values() for who in job.wanted}
        assert wanted == set(self.book.wishes.items())  # so at most one live job a visitor
        assert all(job.wanted for job in self.book.jobs.values())

    @invariant()
    def nothing_is_worked_on_that_nobody_wants(self):
        tokens = {job.token for job in self.book.jobs.values() if job.token}
        dropped = set(self.book._dropped)
        assert self.at_work - dropped == tokens


TestVisits = Visits.TestCase

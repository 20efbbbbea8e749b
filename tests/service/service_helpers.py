"""Waiting for what has to come, and polling as a page does."""

from __future__ import annotations

import time
from collections.abc import Callable

from service_runners import Steps

from core.service import JobState, Service
from core.service.state_machine import StateMachine

GRACE = 2.0  # seconds a visitor may be away
PATIENCE = 180.0  # seconds; only a failing test waits so long


def until(true: Callable[[], bool]) -> None:
    """Wait for something that has to come."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def to_the_end(service: Service, task, visitor: str, bars=None) -> JobState:
    """Poll as a page does."""
    states: list[JobState] = []

    def ended() -> bool:
        states[:] = [service.ask(task, bars, visitor)]
        return not states[0].live

    until(ended)
    return states[0]


class Clock:
    """A clock that the test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def ask(jobs: StateMachine, name: str, visitor: str, restart: bool = False) -> JobState:
    """Ask the state machine alone for a job of 10 steps of a second."""
    return jobs.ask(name, Steps("", name, steps=10, pause=1.0), None, visitor, restart)

"""Waiting for what has to come, and polling as a page does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from service_runners import Steps

from core.service import JobState, Service, SetState
from core.service.state_machine import StateMachine
from core.service.worker import Progress

GRACE = 2.0  # seconds a visitor may be away
PATIENCE = 180.0  # seconds; only a failing test waits so long


def until(true: Callable[[], bool]) -> None:
    """Wait for something that has to come."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def served(**environment: str) -> Iterator[Service]:
    """A service under these variables, ended at the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        service = Service(grace=GRACE)
        service.start()
        yield service
        service.stop()


S = TypeVar("S", JobState, SetState)


def to_the_end(service: Service, task, visitor: str, bars=None) -> JobState:
    """Poll as a page does."""
    return _polled(lambda: service.ask(task, bars, visitor))


def set_to_the_end(service: Service, parts, visitor: str, read) -> SetState:
    """Poll a set as a page does."""
    return _polled(lambda: service.ask_set(parts, visitor, read))


def _polled(look: Callable[[], S]) -> S:
    states: list[S] = []

    def ended() -> bool:
        states[:] = [look()]
        return not states[0].live

    until(ended)
    return states[0]


def lies_with_the_scheduler(service: Service, key: str) -> None:
    """Wait until dask has the order of this key, begun or not."""
    client, token = service._dispatcher.backend._client, f"gatescope-{key}"
    until(lambda: client.run_on_scheduler(lambda dask_scheduler: token in dask_scheduler.tasks))


class Clock:
    """A clock that the test turns."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def ask(jobs: StateMachine, name: str, visitor: str, restart: bool = False) -> JobState:
    """Ask the state machine alone for a job of 10 steps of a second."""
    return jobs.ask(name, Steps("", name, steps=10, pause=1.0), None, visitor, restart)


def begin(jobs: StateMachine) -> str:
    """The next job is on its worker; its token."""
    job = jobs.next_job()
    assert job is not None
    jobs.progress(Progress(job.token, job.token, 0, ()))
    return job.token

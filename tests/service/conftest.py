"""Services on real workers. Started once a test file where the test does not end them itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from service_runners import Steps

from core.service import JobState, Runner, Service, register

HERE = Path(__file__).parent
GRACE = 1.0
PATIENCE = 60.0  # seconds; only a failing test waits so long

register(Steps, Runner("service_runners:run", "service_runners:outlook"))


@pytest.fixture(scope="session")
def worker_path() -> str:
    """PYTHONPATH with which workers find the project and the runners of these tests."""
    return os.pathsep.join([str(HERE.parents[1]), str(HERE)])


@pytest.fixture(scope="module")
def embedded(worker_path: str) -> Iterator[Service]:
    """Two worker processes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GATESCOPE_WORKERS", "2")
        patch.setenv("PYTHONPATH", worker_path)
        service = Service(grace=GRACE)
        service.start()
        yield service
        service.stop()


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path)


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

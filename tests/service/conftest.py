"""Services on real workers. Started once a test file where the test does not end them itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_helpers import Clock, served

from core.service import Service
from core.service.state_machine import StateMachine

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def worker_path() -> str:
    """PYTHONPATH with which workers find the project and the runners of these tests."""
    return os.pathsep.join([str(HERE.parents[1]), str(HERE)])


@pytest.fixture(scope="module")
def embedded(worker_path: str) -> Iterator[Service]:
    """Two worker processes."""
    yield from served(PYTHONPATH=worker_path, GATESCOPE_WORKERS="2")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jobs(clock: Clock) -> StateMachine:
    return StateMachine(most_bytes=1000, most_queued=5, clock=clock)

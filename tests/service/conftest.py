"""Services on real workers. Started once a test file where the test does not end them itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from service_helpers import GRACE

from core.service import Service

HERE = Path(__file__).parent


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

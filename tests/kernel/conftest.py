"""The compiled path is there in all of these tests: where it is not, they fail and say why."""

from __future__ import annotations

import pytest

from core.kernel import compiling


@pytest.fixture(scope="session", autouse=True)
def _compiled() -> None:
    assert compiling.ready(), "the compiled training does not run here; its warning in the log says why"

"""The real app under AppTest: real data, real trainings, in a thread of this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from web_app import Open

ROUTER = Path(__file__).parents[2] / "pages" / "router.py"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """AppTest shares Streamlit's caches between tests; the service is the process's own."""
    from core import service

    service.stop()
    monkeypatch.setenv("GATESCOPE_WORKERS", "0")
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    service.stop()
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_app() -> Open:
    """Open a page with URL parameters, as a browser would with a link."""

    def opened(page: str = "lab/overview.py", **parameters: str) -> AppTest:
        app = AppTest.from_file(str(ROUTER), default_timeout=60)
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        return app.switch_page(page).run()

    return opened

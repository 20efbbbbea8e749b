"""A real server and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

expect.set_options(timeout=30_000)  # a loaded machine is no fault

Serve = Callable[..., str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start the app as `make run` does, with environment variables; its address once it says it is ready."""
    running: list[subprocess.Popen[bytes]] = []
    log_path = tmp_path / "server.log"

    def started(**environment: str) -> str:
        port = free_port()
        with log_path.open("ab") as log:
            running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)],
                    cwd=ROOT,
                    env={
                        **os.environ,
                        "PYTHONFAULTHANDLER": "1",
                        "GATESCOPE_DATA": str(tmp_path / "prices"),
                        **environment,
                    },
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            )
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 90
        while not is_ready(address):
            assert time.monotonic() < deadline, log_path.read_text()
            time.sleep(0.2)
        return address

    yield started
    died = [code for server in running if (code := server.poll()) not in (None, 0, -signal.SIGTERM)]
    for server in running:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
    if log_path.exists():
        print(log_path.read_text(errors="replace")[-8000:])  # shown by pytest where a test failed
    assert not died, f"a server ended by itself: {died}"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


OPENED = pytest.StashKey[list[Page]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the browser showed where a test failed, beside the trace."""
    report = yield
    if report.when == "call" and report.failed:
        for page in item.stash.get(OPENED, []):
            report.sections.append(("Page", seen(page)))
    return report


def seen(page: Page) -> str:
    try:
        body = page.locator("body")
        app = page.get_by_test_id("stApp")
        state = [app.get_attribute(f"data-test-{name}-state", timeout=1000) for name in ("connection", "script")]
        return f"{page.url}\n{state}\n{body.inner_text(timeout=1000)[:3000]}"
    except PlaywrightError as cause:
        return repr(cause)


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Open an address as a new visitor."""
    contexts: list[BrowserContext] = []
    pages = request.node.stash.setdefault(OPENED, [])

    def opened(address: str, on_page: Callable[[Page], object] = lambda page: None, **options: object) -> Page:
        contexts.append(chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}))
        page = contexts[-1].new_page()
        pages.append(page)
        page.set_default_timeout(60_000)
        on_page(page)
        page.goto(address)
        page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
        return page

    yield opened
    for context in contexts:
        context.close()

"""A real server and a real browser."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import Error as PlaywrightError
from servers import Server

expect.set_options(timeout=60_000)  # a loaded machine is no fault

Serve = Callable[..., str]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start servers for this test alone, with environment variables; each answers with its address."""
    running: list[Server] = []

    def started(**environment: str) -> str:
        running.append(Server(tmp_path, **environment))
        return running[-1].address

    yield started
    died = [server.address for server in running if not server.alive()]
    for server in running:
        server.stop()
    if running:
        print(running[-1].told())  # shown by pytest where a test failed
    assert not died, f"a server ended by itself: {died}"


@pytest.fixture(scope="session")
def standing() -> Iterator[dict[str, Server]]:
    """Servers that many tests visit, as many visitors visit one, by their number of workers."""
    servers: dict[str, Server] = {}
    yield servers
    for server in servers.values():
        server.stop()


def visited(standing: dict[str, Server], factory: pytest.TempPathFactory, workers: str) -> Iterator[str]:
    if workers not in standing:
        standing[workers] = Server(factory.mktemp("standing"), GATESCOPE_WORKERS=workers)
    server = standing[workers]
    begun = server.log.stat().st_size
    yield server.address
    print(server.told(begun))
    if not server.alive():
        del standing[workers]  # the next test gets another one
        raise AssertionError("the server ended by itself")


@pytest.fixture
def site(standing: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with one worker, where others were before."""
    yield from visited(standing, tmp_path_factory, "1")


@pytest.fixture
def light_site(standing: dict[str, Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that trains by itself, where others were before."""
    yield from visited(standing, tmp_path_factory, "0")


# Without a graphics card an animation costs a browser more than all the rest of a page.
USUAL = {"viewport": {"width": 1440, "height": 900}, "bypass_csp": True, "reduced_motion": "reduce"}
CANCEL = ".st-key-training_cancel button"
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
    """Open an address as a new visitor who wants no animations; what a test looks with is not held to the page's own
    policy of scripts."""
    contexts: list[BrowserContext] = []
    pages = request.node.stash.setdefault(OPENED, [])

    def opened(address: str, on_page: Callable[[Page], object] = lambda page: None, **options: object) -> Page:
        contexts.append(chromium.new_context(**{**USUAL, **options}))
        page = contexts[-1].new_page()
        pages.append(page)
        page.set_default_timeout(120_000)
        on_page(page)
        page.goto(address)
        page.wait_for_selector("[data-testid='stApp'][data-test-connection-state='CONNECTED']")
        return page

    yield opened
    for page in pages:
        with suppress(PlaywrightError):  # closed, or its server is gone
            if page.locator(CANCEL).count():  # the next test would wait for a worker until nobody has come back for it
                page.locator(CANCEL).click(timeout=5_000)
                page.locator(CANCEL).wait_for(state="detached", timeout=5_000)
    for context in contexts:
        context.close()

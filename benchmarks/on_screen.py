"""From a visitor's act to the forecast drawn on their screen, in a real Chromium."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.sample import SAMPLE
from benchmarks.server import Served, serving, wait_until_idle
from benchmarks.timing import Row, Spread, figure, ratio, seconds, words
from core.config import PRESETS
from core.data import load_bars

TITLE = "On screen"
HOW = (
    "A headless Chromium opens `/forecast` or moves the slider of the hidden units by one, and looks at each frame "
    "until the caption tells of these settings as trained and the forecast's lines are drawn anew. The same training "
    "in the bare loop is timed in turn, beside the idle browser and server."
)
SECONDS = 60  # patience with a page
# Given what was on screen before (null: nothing) and the words of the settings: what is on screen, once the chart holds
# other values, its lines are drawn otherwise, and the caption says that it belongs to these settings.
SHOWN = """([before, words]) => {
    const plot = document.querySelector('.st-key-forecast .js-plotly-plot');
    const paths = plot ? [...plot.querySelectorAll('.scatterlayer path.js-line')] : [];
    const lines = paths.map(path => path.getAttribute('d'));
    if (!lines.length || !lines.every(line => line)) return false;
    const now = {values: plot.data.map(trace => trace.y.bdata || String(trace.y)).join(), drawn: lines.join()};
    if (before && (now.values === before.values || now.drawn === before.drawn)) return false;
    const captions = [...document.querySelectorAll('[data-testid=stMain] [data-testid=stCaptionContainer]')];
    const told = captions.some(each => each.innerText.includes('trained in') && each.innerText.includes(words));
    return told && now;
}"""
REST = "[data-testid='stApp'][data-test-script-state='notRunning']"


@dataclass(frozen=True)
class Asked:
    """What is measured by name, and the seconds that are allowed."""

    name: str
    most: float | None


FIRST = Asked("first visit after a server's start", 2.5)
WARM = Asked("another visitor's first visit, the server warm", None)
AHEAD = Asked("slider moved to a neighbour that idle workers could train ahead", 0.4)
MOVED = {
    "corrected": Asked("slider moved, default preset, nothing trained ahead", 1.0),
    "returns": Asked("slider moved, returns preset, nothing trained ahead", 0.5),
}
KNOWN = Asked("slider moved back to a run known already", 0.4)


def launched(playwright: Playwright) -> Browser:
    """Debian's Chromium."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    )


class Screen:
    """One visitor's forecast page."""

    def __init__(self, page: Page, preset: str) -> None:
        self.page, self.preset, self.model = page, preset, PRESETS[preset].model
        self.units, self.seen = self.model.hidden_size, None

    def open(self, server: Served) -> None:
        """Go to the page; returns when its forecast is on screen."""
        self.page.goto(f"{server.address}/forecast?preset={self.preset}")
        self._seen()

    def move(self, key: str) -> None:
        """Press an arrow on the slider of hidden units; returns when that network's forecast is on screen."""
        self.units += {"ArrowRight": 1, "ArrowLeft": -1}[key]
        self.page.locator(".st-key-hidden input[type=range]").press(key)
        self._seen()

    def settle(self) -> None:
        """Wait until the page has nothing left to do."""
        self.page.wait_for_selector(REST)
        self.page.wait_for_timeout(300)  # the slider's own pause before it tells the server

    def _seen(self) -> None:
        words = f"{self.model.num_layers} × {self.units} units"
        found: Any = self.page.wait_for_function(SHOWN, arg=[self.seen, words], polling="raf", timeout=1000 * SECONDS)
        self.seen = found.json_value()


@contextmanager
def visitor(browser: Browser, preset: str = "corrected") -> Iterator[Screen]:
    """Somebody who has never been here."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(1000 * SECONDS)
    try:
        yield Screen(context.new_page(), preset)
    finally:
        context.close()


class Stopwatch:
    """Seconds by what was measured, and of the bare training in turn with it."""

    def __init__(self) -> None:
        self.taken: dict[Asked, list[float]] = defaultdict(list)
        self.bare: dict[Asked, list[float]] = defaultdict(list)

    def time(self, asked: Asked, screen: Screen, work: Callable[[], object]) -> None:
        """`work()`, then the bare loop of the settings that are then on screen."""
        self.taken[asked].append(seconds(work))
        self.bare[asked].append(seconds(bare_training(screen.preset, screen.units)))

    def rows(self) -> Iterator[Row]:
        for asked, taken in self.taken.items():
            times, bare = ratio(taken, self.bare[asked]), Spread.of(self.bare[asked])
            told = f"{words(times)} times the bare training, {figure(bare.median)} s"
            yield Row(asked.name, Spread.of(taken), "s", most=asked.most, told=told)


def bare_training(name: str, units: int) -> Callable[[], object]:
    """The bare loop of a preset with so many units, all of its epochs."""
    from benchmarks.bare import bare_loop
    from core.dataset import build_dataset

    preset = PRESETS[name]
    experiment = preset.replace(model=preset.model.replace(hidden_size=units))
    loop = bare_loop(experiment, build_dataset(experiment, load_bars(SAMPLE)))
    return lambda: loop(experiment.train.epochs)


def visits(browser: Browser, watch: Stopwatch) -> None:
    """A server as it is shipped: the first visit, another visitor's, and a move once its workers are idle."""
    with serving() as server:
        with visitor(browser) as screen:
            watch.time(FIRST, screen, lambda: screen.open(server))
        with visitor(browser) as screen:
            watch.time(WARM, screen, lambda: screen.open(server))
            screen.settle()
            wait_until_idle(server.pid)
            watch.time(AHEAD, screen, lambda: screen.move("ArrowRight"))


def moves(browser: Browser, watch: Stopwatch, count: int) -> None:
    """A server that trains nothing unasked: moves to runs nobody has trained, and back."""
    with serving(GATESCOPE_AHEAD="0") as server:
        for preset, asked in MOVED.items():
            with visitor(browser, preset) as screen:
                screen.open(server)
                for key in ["ArrowRight"] * count + ["ArrowLeft"] * (count if preset == "corrected" else 0):
                    screen.settle()
                    watch.time(asked if key == "ArrowRight" else KNOWN, screen, lambda key=key: screen.move(key))


def rows(quick: bool) -> Iterator[Row]:
    """Seconds on screen, beside the bare training of the same settings."""
    if shutil.which("chromium") is None:
        yield Row("on screen", None, told="Chromium is not installed")
        return
    watch = Stopwatch()
    bare_training("corrected", 8)()  # nothing here is the first of its kind when it is timed
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for _ in range(1 if quick else 5):
            visits(browser, watch)
        moves(browser, watch, 1 if quick else 9)
        browser.close()
    yield from watch.rows()

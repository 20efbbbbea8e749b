"""From clone to first chart, the server's time for each page, and what the web process holds.

    python -m benchmarks.first_chart            # clones into a temporary folder and runs `make run` there
    python -m benchmarks.first_chart --here     # this checkout with this Python: leaves the installation out

The server's time of a page is from a browser's request to the message that its script has finished, spoken over the
browser's own protocol with no browser drawing beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import tempfile
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.on_screen import launched
from benchmarks.server import ROOT, Visitor, as_browser, serving
from benchmarks.timing import Spread

PAGES = ["overview", "market", "training", "forecast", "gates", "gradients"]
AIM_MS = 300


MAKE_RUN = ("make", "run", "PORT={port}")


def cloned(folder: Path) -> Path:
    """A clone of this checkout in `folder`."""
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "gatescope")], check=True)
    return folder / "gatescope"


def web_process(port: int) -> psutil.Process:
    """The process that listens on `port`."""
    found = (c.pid for c in psutil.net_connections("tcp") if c.laddr and c.laddr.port == port and c.status == "LISTEN")
    return psutil.Process(next(pid for pid in found if pid))


def visit(page: Page, address: str, began: float) -> None:
    opened = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    now = time.perf_counter()
    print(f"first chart         {now - began:8.1f} s after the start, {now - opened:.1f} s after opening the page")
    page.wait_for_function("document.body.innerText.includes('trained in')", timeout=120_000)
    print(f"first finished run  {time.perf_counter() - opened:8.1f} s after opening the page")


async def time_pages(address: str) -> None:
    print(f"\nserver time a page with a finished run, median of 9 (aim: under {AIM_MS} ms)")
    async with as_browser(address) as socket:
        visitor = Visitor(socket)
        for name in PAGES:  # a first look at each; the run that the browser has trained is there at once
            await visitor.rerun(name, "")
        for name in PAGES:
            took = Spread.of([1000 * await visitor.rerun(name, "") for _round in range(9)])
            print(f"  {name:<12} {took.median:6.0f} ms   (quartiles {took.low:.0f} to {took.high:.0f})")


def run_alone(work: Coroutine[None, None, None]) -> None:
    """Playwright has a loop of its own in this thread, so this one runs in another."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--here", action="store_true")
    here = parser.parse_args().here
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        began = time.perf_counter()
        started = serving() if here else serving(MAKE_RUN, cloned(Path(folder)), patience=1200)
        with started as server:
            print(f"ready               {time.perf_counter() - began:8.1f} s after the start")
            browser = launched(playwright)
            visit(browser.new_page(viewport={"width": 1440, "height": 900}), server.address, began)
            browser.close()
            run_alone(time_pages(server.address))
            web = web_process(server.port)
            print(f"\nweb process: {web.memory_full_info().uss / 2**20:.0f} MB of its own")
            torch = [m.path for m in web.memory_maps() if "libtorch" in m.path]
            print("web process holds torch: " + ("YES: " + torch[0] if torch else "no"))


if __name__ == "__main__":
    main()

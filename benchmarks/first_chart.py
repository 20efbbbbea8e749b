"""From clone to first chart, the server's time for each page, and what the web process holds.

    python -m benchmarks.first_chart            # clones into a temporary folder and runs `make run` there
    python -m benchmarks.first_chart --here     # this checkout with this Python: leaves the installation out

The server's time of a page is from a browser's request to the message that its script has finished, spoken over the
browser's own protocol with no browser drawing beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

from benchmarks.server import Visitor, as_browser, free_port, wait_until_ready

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["overview", "market", "training", "forecast", "gates", "gradients"]
AIM_MS = 300


def start(here: bool, folder: Path, port: int) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "start_new_session": True}
    if here:
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        return subprocess.Popen(command, cwd=ROOT, **quiet)
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "gatescope")], check=True)
    return subprocess.Popen(["make", "run", f"PORT={port}"], cwd=folder / "gatescope", **quiet)


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
            took = [1000 * await visitor.rerun(name, "") for _round in range(9)]
            print(f"  {name:<12} {statistics.median(took):6.0f} ms   (worst {max(took):.0f})")


def run_alone(work: Coroutine[None, None, None]) -> None:
    """Playwright has a loop of its own in this thread, so this one runs in another."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--here", action="store_true")
    port, chromium = free_port(), shutil.which("chromium")
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        began = time.perf_counter()
        server = start(parser.parse_args().here, Path(folder), port)
        try:
            wait_until_ready(address, 1200)
            print(f"ready               {time.perf_counter() - began:8.1f} s after the start")
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            visit(browser.new_page(viewport={"width": 1440, "height": 900}), address, began)
            browser.close()
            run_alone(time_pages(address))
            web = web_process(port)
            print(f"\nweb process: {web.memory_full_info().uss / 2**20:.0f} MB of its own")
            torch = [m.path for m in web.memory_maps() if "libtorch" in m.path]
            print("web process holds torch: " + ("YES: " + torch[0] if torch else "no"))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


if __name__ == "__main__":
    main()

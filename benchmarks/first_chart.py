"""From clone to first chart, the server's time for each page, and what the web process holds.

    python -m benchmarks.first_chart            # clones into a temporary folder and runs `make run` there
    python -m benchmarks.first_chart --here     # this checkout with this Python: leaves the installation out

The server's time of a page is from the browser's request to the message that its script has finished.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil
from playwright.sync_api import Page, WebSocket, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

ROOT = Path(__file__).resolve().parents[1]
PAGES = ["overview", "market", "training", "forecast", "gates", "gradients"]
AIM_MS = 300


class Timer:
    """Milliseconds from each full rerun the browser asks for to its script_finished."""

    def __init__(self, page: Page) -> None:
        self.asked = 0.0
        self.took: list[float] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._sent)
        socket.on("framereceived", self._received)

    def _sent(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes):
            message = BackMsg.FromString(frame)
            if message.WhichOneof("type") == "rerun_script" and not message.rerun_script.fragment_id:
                self.asked = time.perf_counter()

    def _received(self, frame: bytes | str) -> None:
        if isinstance(frame, bytes) and self.asked:
            message = ForwardMsg.FromString(frame)
            if message.WhichOneof("type") == "script_finished" and message.script_finished == 0:
                self.took.append((time.perf_counter() - self.asked) * 1000)
                self.asked = 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if urllib.request.urlopen(f"{address}/readyz", timeout=2).status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"{address} was not ready within {seconds:.0f} s")


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
    timer = Timer(page)
    opened = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    now = time.perf_counter()
    print(f"first chart         {now - began:8.1f} s after the start, {now - opened:.1f} s after opening the page")
    page.wait_for_function("document.body.innerText.includes('trained in')", timeout=120_000)
    print(f"first finished run  {time.perf_counter() - opened:8.1f} s after opening the page")
    print(f"\nserver time a page with a finished run, median of 5 (aim: under {AIM_MS} ms)")
    for name in PAGES:
        timer.took.clear()
        for _round in range(5):
            before = len(timer.took)
            page.locator(f"[data-testid=stSidebarNavLink][href$='/{name}']").click()
            page.wait_for_timeout(1500)
            assert len(timer.took) > before, f"no answer for {name}"
            page.locator("[data-testid=stSidebarNavLink][href$='/market']").click()
            page.wait_for_timeout(700)
        times = timer.took[0::2]
        print(f"  {name:<12} {statistics.median(times):6.0f} ms   (worst {max(times):.0f})")


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
            web = web_process(port)
            print(f"\nweb process: {web.memory_full_info().uss / 2**20:.0f} MB of its own")
            torch = [m.path for m in web.memory_maps() if "libtorch" in m.path]
            print("web process holds torch: " + ("YES: " + torch[0] if torch else "no"))
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=30)


if __name__ == "__main__":
    main()

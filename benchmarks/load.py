"""Many visitors at once: how long a page takes when each asks once a second, with and without what keeps it short.

    python -m benchmarks.load [visitors] [seconds]

Speaks the browser's own protocol: a WebSocket to /_stcore/stream, BackMsg out, ForwardMsg in. Compared in one run:
the app as it is, and with everything the garbage collector could skip left in its sight (nothing frozen).
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.server import Visitor, as_browser, free_port, wait_until_ready

ROOT = Path(__file__).resolve().parents[1]
UNFROZEN = "import gc; gc.freeze = lambda: None"


async def visit(address: str, seconds: float, delay: float) -> list[float]:
    await asyncio.sleep(delay)
    async with as_browser(address) as socket:
        visitor, took = Visitor(socket), []
        await visitor.rerun()
        ends = time.perf_counter() + seconds
        while time.perf_counter() < ends:
            took.append(await visitor.rerun())
            await asyncio.sleep(max(0.0, 1.0 - took[-1]))
        return took


async def crowd(address: str, visitors: int, seconds: float) -> list[float]:
    async with asyncio.timeout(seconds + 120):
        found = await asyncio.gather(*(visit(address, seconds, i / visitors) for i in range(visitors)))
    return [each for took in found for each in took]


def measure(name: str, visitors: int, seconds: float, prelude: str = "") -> float:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    argv = ["streamlit", "run", "app.py", "--server.port", str(port)]
    code = f"{prelude}\nimport sys; from streamlit.web.cli import main; sys.argv = {argv}; main()"
    server = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "GATESCOPE_WORKERS": "1"}, start_new_session=True,
    )  # fmt: skip
    try:
        wait_until_ready(address, 60)
        asyncio.run(crowd(address, 1, 2))  # the run all visitors then share
        took = asyncio.run(crowd(address, visitors, seconds))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
    median, slow = statistics.median(took), statistics.quantiles(took, n=20)[-1]
    print(f"{name:<12} {len(took):5} page runs   median {median * 1000:6.0f} ms   95 % within {slow * 1000:6.0f} ms")
    return median


def main() -> None:
    visitors, seconds = (int(word) for word in [*sys.argv[1:], "20", "15"][:2])
    print(f"{visitors} visitors, one page run a second each, {seconds} s")
    ours = measure("as it is", visitors, seconds)
    other = measure("not frozen", visitors, seconds, UNFROZEN)
    print(f"ratio        {other / ours:.1f}")


if __name__ == "__main__":
    main()

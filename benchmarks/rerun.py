"""What one run of a page costs the web process, a visitor alone: processor time, not waiting.

    python -m benchmarks.rerun

The run shown is finished; "emptiest" is a page of nothing but the sidebar, the navigation and a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import psutil

from benchmarks.page import line
from benchmarks.server import Visitor, as_browser, serving
from benchmarks.timing import Row, Spread, settle

TITLE = "What a page costs"
HOW = (
    "Processor time of the web process for one run of a page, asked for again and again by one visitor without a "
    "screen: script, messages and sending them. The run is finished, its charts were drawn before."
)
LAB = ("overview", "market", "training", "forecast", "gates", "gradients")
PAGES = {
    "compare": "the emptiest page: sidebar, navigation, a sentence",
    **{
        name: f"{name}, a run finished" for name in ("overview", "market", "training", "forecast", "gates", "gradients")
    },
    "vanishing": "the lesson on vanishing gradients",
    "lstm": "the lesson on the LSTM",
}
MOST = {"compare": 25.0}  # ms; any other page 60
TOGETHER = 5  # runs timed at once: the clock of a process ticks every 10 ms


async def cost(address: str, server: psutil.Process, page: str, repeats: int) -> list[float]:
    """Milliseconds of the server's processor time a run, as often as `repeats`."""
    async with as_browser(address) as socket:
        visitor, found = Visitor(socket), []
        await visitor.rerun(page, "epochs=5")
        for _ in range(3):  # what is kept is made
            await visitor.rerun(page, "")
        for _ in range(repeats):
            before = sum(server.cpu_times()[:2])
            for _ in range(TOGETHER):
                await visitor.rerun(page, "")
            found.append(1000 * (sum(server.cpu_times()[:2]) - before) / TOGETHER)
        return found


def rows(quick: bool) -> Iterator[Row]:
    """One page after the other."""
    with serving(GATESCOPE_WORKERS="1", GATESCOPE_AHEAD="0") as server:
        process = psutil.Process(server.pid)
        for page, name in PAGES.items():
            found = asyncio.run(cost(server.address, process, page, 2 if quick else 8))
            yield Row(name, Spread.of(found), "ms", most=MOST.get(page, 60.0))


def main() -> None:
    settle()
    for row in rows(quick=False):
        print(line(row))


if __name__ == "__main__":
    main()

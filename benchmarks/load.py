"""Many visitors at once: how long a page takes when each asks once a second, with and without what keeps it short.

    python -m benchmarks.load

Speaks the browser's own protocol: a WebSocket to /_stcore/stream, BackMsg out, ForwardMsg in. Compared: the app as it
is, and with everything the garbage collector could skip left in its sight (nothing frozen).
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Iterator

from benchmarks.page import line
from benchmarks.server import HERE, Visitor, as_browser, serving
from benchmarks.timing import Row, Spread, both, ratio

TITLE = "Many visitors"
HOW = (
    "Visitors without a screen who speak the browser's protocol to one server. Not frozen: everything that never "
    "changes is left in the garbage collector's sight."
)
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


def page_runs(prelude: str, visitors: int, seconds: float) -> list[float]:
    """Seconds of each page run of a crowd, at a server whose process begins with `prelude`."""
    code = f"{prelude}\nimport sys; from streamlit.web.cli import main; sys.argv = sys.argv[1:]; main()"
    command = (sys.executable, "-c", code, *HERE[2:])
    with serving(command, GATESCOPE_WORKERS="1", GATESCOPE_AHEAD="0") as server:
        asyncio.run(crowd(server.address, 1, 2))  # the run all visitors then share
        return asyncio.run(crowd(server.address, visitors, seconds))


def rows(quick: bool) -> Iterator[Row]:
    """One server after the other: two at once would take each other's cores."""
    visitors, seconds, repeats = (5, 2, 1) if quick else (20, 8, 3)
    taken: dict[str, list[float]] = {"": [], UNFROZEN: []}
    slow: list[float] = []
    for _ in range(repeats):
        for prelude, medians in taken.items():
            found = page_runs(prelude, visitors, seconds)
            medians.append(statistics.median(found))
            slow += [] if prelude else [statistics.quantiles(found, n=20)[-1]]
    ours, other = (Spread.of(1000 * each for each in medians) for medians in taken.values())
    told = both("not frozen", other, "as it is", ours, "ms")
    yield Row(
        f"{visitors} visitors, a page a second each: nothing frozen over as it is",
        ratio(taken[UNFROZEN], taken[""]),
        told=told,
    )
    yield Row("as it is, 95 % of the pages within", Spread.of(1000 * each for each in slow), "ms")


def main() -> None:
    for row in rows(quick=False):
        print(line(row))


if __name__ == "__main__":
    main()

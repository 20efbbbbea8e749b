"""A visitor of a crowd: opens pages, moves their sliders, watches what trains, leaves and comes back."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider

from benchmarks import wire

PATIENCE = 60.0
MAIN = 0  # of a delta's path: the page itself, not the sidebar


@dataclass
class Seen:
    """What a crowd has met: seconds of each rerun by page, of each tick, and what went wrong."""

    reruns: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    ticks: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    came_back: int = 0


@dataclass(frozen=True)
class Moved:
    """A slider of a page: its name, and where it may stand."""

    name: str
    words: tuple[str, ...]
    low: float
    high: float
    step: float

    @classmethod
    def of(cls, slider: Slider) -> Moved:
        return cls(slider.id, tuple(slider.options), slider.min, slider.max, slider.step)

    def put(self, asked: BackMsg, draw: random.Random) -> None:
        """Stand it somewhere."""
        state = asked.rerun_script.widget_states.widgets.add(id=self.name)
        if self.words:
            state.string_array_value.data.append(draw.choice(self.words))
        else:
            steps = round((self.high - self.low) / (self.step or 1.0))
            state.double_array_value.data.append(self.low + self.step * draw.randint(0, steps))


class Visitor:
    """One browser at `address`; what it meets goes into `seen`."""

    def __init__(self, address: str, seen: Seen, query: str = "") -> None:
        self.address, self.seen, self.query = address, seen, query
        self.cookies: dict[str, str] = {}
        self.session, self.page = "", ""
        self.sliders: dict[str, Moved] = {}
        self.buttons: dict[str, str] = {}  # their ids, by key
        self._ended: asyncio.Future[float] | None = None
        self._polled: dict[str, asyncio.TimerHandle] = {}  # by fragment
        self._began = self._ticked = 0.0
        self._leaving = False
        self._wire: wire.Wire | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection stands."""
        return self._wire is not None and not self._wire.closed.is_set()

    @property
    def watching(self) -> bool:
        """Whether the page asks to be polled."""
        return bool(self._polled)

    async def open(self, page: str) -> float:
        """Come to a page as a browser does: its HTML, the connection, the first run; its seconds."""
        await wire.page(self.address, self.cookies, f"/{page}")
        await self._connect()
        return await self.run(page)

    async def follow(self, query: str) -> float:
        """Open a link to this page: a new session, where the cookie leads; seconds of its first run."""
        await self.leave()
        self.session, self.query, self.sliders, self.buttons = "", query, {}, {}
        return await self.open(self.page)

    async def _connect(self) -> None:
        self._leaving = False
        self._wire = await wire.opened(self.address, self._on_message, self.cookies, self.session)

    async def run(
        self, page: str = "", moved: Moved | None = None, pressed: str = "", draw: random.Random | None = None
    ) -> float:
        """Seconds of a run: of another page, of this one, with a slider moved, or with a button pressed."""
        if page and page != self.page:
            self.page, self.sliders, self.buttons = page, {}, {}
        self._forget_polls()
        asked = self._asked()
        if moved:
            moved.put(asked, draw or random.Random())
        if pressed:
            asked.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
        assert self._wire is not None
        self._ended, self._began = asyncio.get_running_loop().create_future(), time.perf_counter()
        self._wire.send(asked.SerializeToString())
        closed = asyncio.ensure_future(self._wire.closed.wait())
        await asyncio.wait([self._ended, closed], timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        closed.cancel()
        if not self._ended.done():
            self._ended.cancel()
            raise ConnectionError(f"{self.page}: " + ("closed" if self._wire.closed.is_set() else "no end of a run"))
        self.seen.reruns[self.page].append(self._ended.result())
        return self._ended.result()

    async def leave_and_come_back(self, seconds: float) -> None:
        """As after a break of the network; raises ConnectionError where the session was lost."""
        before = self.session
        await self.leave()
        await asyncio.sleep(seconds)
        await self._connect()
        await self.run()
        if self.session != before:
            raise ConnectionError("came back to another session")
        self.seen.came_back += 1

    async def leave(self) -> None:
        """Close the page."""
        self._leaving = True
        self._forget_polls()
        if self._wire:
            self._wire.close()
            await self._wire.closed.wait()

    async def __aenter__(self) -> Visitor:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()

    def _asked(self) -> BackMsg:
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = self.page, self.query
        return asked

    def _forget_polls(self) -> None:
        for timer in self._polled.values():
            timer.cancel()
        self._polled.clear()

    def _on_message(self, kind: int, found: int, told: bytes) -> None:
        if kind == wire.SCRIPT_FINISHED:
            self._on_end(found)
        elif kind == wire.NEW_SESSION:
            self._on_begin(ForwardMsg.FromString(told))
        elif kind == wire.AUTO_RERUN:
            asked = ForwardMsg.FromString(told).auto_rerun
            self._poll(asked.fragment_id, asked.interval)
        elif kind == wire.STOP_AUTO_RERUN:
            self._forget_polls()
        elif kind == wire.DELTA and found == wire.EXCEPTION:
            self.seen.errors.append(f"{self.page}: an exception on the page")
        elif kind == wire.DELTA and told:
            self._learn(ForwardMsg.FromString(told))

    def _on_begin(self, told: ForwardMsg) -> None:
        self.session = told.new_session.initialize.session_id or self.session
        if not told.metadata.run.fragment_ids:  # a whole run, also one the page asked for itself: it says what to poll
            self._forget_polls()

    def _on_end(self, how: int) -> None:
        now = time.perf_counter()
        if how == wire.DONE and self._ended and not self._ended.done():
            self._ended.set_result(now - self._began)
        elif how == wire.TICK_DONE and self._ticked:
            self.seen.ticks.append(now - self._ticked)
            self._ticked = 0.0
        elif how == 1:
            self.seen.errors.append(f"{self.page}: the script did not compile")

    def _learn(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        if element.WhichOneof("type") == "slider" and told.metadata.delta_path[0] == MAIN:
            self.sliders[element.slider.id] = Moved.of(element.slider)
        elif element.WhichOneof("type") == "button":
            self.buttons[element.button.id.rpartition("-")[2]] = element.button.id

    def _poll(self, fragment: str, interval: float) -> None:
        if old := self._polled.pop(fragment, None):
            old.cancel()
        self._polled[fragment] = asyncio.get_running_loop().call_later(interval, self._tick, fragment, interval)

    def _tick(self, fragment: str, interval: float) -> None:
        self._polled.pop(fragment, None)
        if self._leaving or self._wire is None or not self.connected:
            return
        self._poll(fragment, interval)
        if self._ended and self._ended.done() and not self._ticked:
            asked = self._asked()
            asked.rerun_script.fragment_id, asked.rerun_script.is_auto_rerun = fragment, True
            self._ticked = time.perf_counter()
            self._wire.send(asked.SerializeToString())


async def stroll(visitor: Visitor, pages: Mapping[str, float], until: float, draw: random.Random) -> None:
    """An act a second until then: mostly a slider of the page, sometimes another page, seldom a break of the network.

    Args:
        pages: how likely each is gone to.
        until: by `time.perf_counter`.
    """
    names, weights = list(pages), list(pages.values())
    try:
        await visitor.open(draw.choices(names, weights)[0])
        while time.perf_counter() < until:
            began, act = time.perf_counter(), draw.random()
            if act < 0.01:
                await visitor.leave_and_come_back(draw.uniform(0.5, 3.0))
            elif act < 0.25:
                await visitor.run(draw.choices(names, weights)[0])
            else:
                sliders = list(visitor.sliders.values())
                await visitor.run(moved=draw.choice(sliders) if sliders else None, draw=draw)
            await asyncio.sleep(max(0.0, 1.0 - (time.perf_counter() - began)))
    except (OSError, TimeoutError) as cause:
        visitor.seen.lost.append(repr(cause))
    finally:
        await visitor.leave()


async def keep_training(visitor: Visitor, query: str, until: float, each: float = 0.5) -> int:
    """Have one long training after the other computed, by their seeds, and watch; how many were begun."""
    seed = 1
    visitor.query = f"{query}&seed={seed}"
    await visitor.open("training")
    while time.perf_counter() < until:
        if start := visitor.buttons.pop("training_start", ""):
            await visitor.run(pressed=start)
        elif not visitor.watching:
            seed += 1
            await visitor.follow(f"{query}&seed={seed}")
        await asyncio.sleep(each)
    await visitor.leave()
    return seed

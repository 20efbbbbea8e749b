"""Thousands of messages that no browser sends, while another visitor goes on: `python -m benchmarks.hostile`.

    python -m benchmarks.hostile --messages 5000

Message n is the same every time. Says how the other visitor fared, and what the server's processes hold.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
from dataclasses import dataclass, field
from typing import Any

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed

from benchmarks.fuzzing.mutations import bytes_changed, cell
from benchmarks.server import as_browser, serving

QUERY = "epochs=3&hidden=4&window=6"
PAGES = ("market", "gates", "forecast", "sweep", "compare", "rnn", "nonsense", "../../etc/passwd", "\x00", "")
NUMBERS = (math.nan, math.inf, -math.inf, 1e308, -5.0, 0.5, 0.0, -0.0, 2.0**63)
JSON = (
    "null",
    "-1",
    "[1, null]",
    '{"selection": 3}',
    '{"selection": {"points": [{}], "rows": [1000]}}',
    "{",
    "[" * 2000,
)
ALONE = (
    "debug_shutdown_runtime",
    "debug_disconnect_websocket",
    "stop_script",
    "clear_cache",
    "load_git_info",
    "set_run_on_save",
)
A_VISIT = 25  # messages of one connection
PATIENCE = 0.08  # seconds for which the answers to one message are read


@dataclass
class Met:
    """What the other visitor met: its reruns' elements, and the exceptions among them."""

    reruns: int = 0
    exceptions: int = 0
    kinds: set[int] = field(default_factory=set)  # how many elements its page had


def message(number: int, widgets: list[str]) -> bytes:
    """Message `number` of a stranger who knows the ids of a page's widgets."""
    chance = random.Random(f"message {number}")
    if (draw := chance.random()) < 0.1:
        return chance.randbytes(chance.randrange(400))
    if draw < 0.15:
        return BackMsg(**{chance.choice(ALONE): True}).SerializeToString()
    told = BackMsg()
    script = told.rerun_script
    script.page_name = chance.choice(PAGES)
    script.query_string = (
        QUERY if chance.random() < 0.5 else f"{chance.choice(('hidden', 'pins', 'lr', 'plan'))}={cell(chance)}"
    )
    if chance.random() < 0.02:
        script.query_string = "x" * 2_000_000
    for name in ("fragment_id", "page_script_hash", "widget_states"):
        if chance.random() < 0.2 and name != "widget_states":
            setattr(
                script, name, chance.choice((cell(chance), "0" * 64, "../../x")).encode("utf-8", "replace").decode()
            )
    for _ in range(chance.choice((0, 1, 1, 3, 200))):
        _fill(script.widget_states.widgets.add(), chance, widgets)
    content = told.SerializeToString()
    return bytes_changed(content, chance) if draw < 0.25 else content


def _fill(state: WidgetState, chance: random.Random, widgets: list[str]) -> None:
    """A widget's value of any type, the right one rarely."""
    known = widgets and chance.random() < 0.8
    state.id = chance.choice(widgets) if known else cell(chance).encode("utf-8", "replace").decode()
    text = chance.choice((cell(chance), *JSON)).encode("utf-8", "replace").decode()
    match chance.randrange(8):
        case 0:
            state.double_value = chance.choice(NUMBERS)
        case 1:
            state.double_array_value.data.extend(chance.choices(NUMBERS, k=chance.randrange(4)))
        case 2:
            state.string_array_value.data.extend([text] * chance.choice((0, 1, 2, 3000)))
        case 3:
            state.int_value = chance.choice((0, -1, 2**62))
        case 4:
            state.json_value = text
        case 5:
            state.trigger_value = True
        case 6:
            state.bool_value = True
        case _:
            state.string_value = text


def ids_of(told: ForwardMsg) -> list[str]:
    """The id of the widget a message draws, if it draws one."""
    if told.WhichOneof("type") != "delta" or told.delta.WhichOneof("type") != "new_element":
        return []
    element = told.delta.new_element
    found = str(getattr(getattr(element, element.WhichOneof("type")), "id", ""))
    return [found] if found else []


async def rerun(socket: Any, page: str = "market") -> list[ForwardMsg]:
    """All that a whole run of a page sends."""
    asked = BackMsg()
    asked.rerun_script.page_name, asked.rerun_script.query_string = page, QUERY
    await socket.send(asked.SerializeToString())
    heard, begun = list[ForwardMsg](), False
    while True:
        told = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))
        begun = begun or told.WhichOneof("type") == "new_session"
        heard.append(told)
        if begun and told.WhichOneof("type") == "script_finished":
            return heard


async def throw(address: str, numbers: range) -> None:
    """Send them all, some to each connection; one that is closed upon them is opened again."""
    for first in numbers[::A_VISIT]:
        print(f"\r{first}", end="", file=sys.stderr, flush=True)
        async with as_browser(address) as socket:
            page = random.Random(first).choice(PAGES[:6])
            widgets = [name for told in await rerun(socket, page) for name in ids_of(told)]
            for number in range(first, min(first + A_VISIT, numbers.stop)):
                try:
                    await socket.send(message(number, widgets))
                    async with asyncio.timeout(PATIENCE):
                        while True:
                            await socket.recv()
                except TimeoutError:
                    continue
                except ConnectionClosed:
                    break


async def go_on(address: str, until: asyncio.Event) -> Met:
    """Another visitor, who asks for her page again and again."""
    met = Met()
    async with as_browser(address) as socket:
        widgets, before = 0, -1
        while widgets != before:  # her own training ends first: until then her page grows by itself
            before, widgets = widgets, sum(bool(ids_of(each)) for each in await rerun(socket))
            await asyncio.sleep(2)
        while not until.is_set() or met.reruns < 3:
            told = await rerun(socket)
            elements = [each.delta.new_element for each in told if each.WhichOneof("type") == "delta"]
            met.reruns += 1
            met.exceptions += sum(element.WhichOneof("type") == "exception" for element in elements)
            met.kinds.add(sum(bool(ids_of(each)) for each in told))
            await asyncio.sleep(1)
    return met


async def both(address: str, numbers: range) -> Met:
    over = asyncio.Event()
    other = asyncio.create_task(go_on(address, over))
    await throw(address, numbers)
    over.set()
    return await other


def held(pid: int) -> float:
    """Megabytes of a process."""
    return psutil.Process(pid).memory_info().rss / 2**20


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--messages", type=int, default=5_000)
    asked = parser.parse_args()
    with serving(GATESCOPE_WORKERS="0", GATESCOPE_AHEAD="0") as server:
        asyncio.run(both(server.address, range(min(100, asked.messages))))
        before = held(server.pid)
        met = asyncio.run(both(server.address, range(100, asked.messages)))
        after = held(server.pid)
    print(f"{asked.messages} messages; the other visitor: {met.reruns} reruns, {met.exceptions} exceptions")
    print(f"widgets on her page: {sorted(met.kinds)}")
    print(f"the server held {before:.0f} MB after 100 messages, {after:.0f} MB at the end")
    return 1 if met.exceptions or len(met.kinds) > 1 else 0


if __name__ == "__main__":
    sys.exit(main())

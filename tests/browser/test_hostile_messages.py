"""What no browser would send, in Streamlit's own protocol: the server stays up, and others notice nothing."""

from __future__ import annotations

import asyncio
import math
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from heard import elements_of_a_run
from own_thread import in_own_thread
from servers import ROOT
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Slider_pb2 import Slider
from websockets.exceptions import ConnectionClosed

from benchmarks import hostile
from benchmarks.server import Visitor, as_browser

pytestmark = pytest.mark.browser
Serve = Callable[..., str]
QUERY = "epochs=3&hidden=4&window=6"
LIGHT = {"GATESCOPE_WORKERS": "0", "GATESCOPE_AHEAD": "0"}
JSON = [
    "[1, null]",
    "-1",
    "null",
    '{"selection": 3}',
    '{"selection": {"points": [{"customdata": {}}], "rows": [1000]}}',
]
WORDS = ["nonsense", "", "9999-99-99", "\x00", "-1", "x" * 100_000, "<img src=x onerror=alert(1)>"]  # fmt: skip
NUMBERS = [math.nan, math.inf, -math.inf, 1e308, -5.0, 0.5]
LIES: dict[str, tuple[str, list[Any]]] = {  # kind of widget -> the field its browser fills, and what none would say
    "slider": ("double_array_value", [[each] for each in NUMBERS] + [[], [1.0, 2.0, 3.0]]),
    "select_slider": ("string_array_value", [[each] for each in WORDS] + [[], ["1", "2", "3"]]),
    "number_input": ("double_value", NUMBERS),
    "selectbox": ("string_value", WORDS),
    "text_input": ("string_value", WORDS),
    "text_area": ("string_value", WORDS),
    "multiselect": ("string_array_value", [[each] for each in WORDS] + [[], ["nonsense"] * 5_000]),
    "button_group": ("string_array_value", [[each] for each in WORDS] + [[]]),
    "date_input": ("string_array_value", [[each] for each in WORDS] + [[], ["0001/01/01"], ["9999/12/31"]]),
    "bidi_component": ("json_value", [*JSON, '{"room": {"a": []}, "popped": "x", "dark": 7}']),
    "plotly_chart": ("string_value", JSON),
    "arrow_data_frame": ("string_value", JSON),
}


class Liar:
    """A client that learns a page's widgets, and then says what none of them can say."""

    def __init__(self, socket: Any, page: str) -> None:
        self.socket, self.page, self.widgets = socket, page, dict[str, str]()  # kinds by id

    async def run(self, lies: dict[str, Any]) -> list[Any]:
        """All elements of a run in which the widgets of these ids say so."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = self.page, QUERY
        for name, lie in lies.items():
            state, field = asked.rerun_script.widget_states.widgets.add(id=name), LIES[self.widgets[name]][0]
            if isinstance(lie, list):
                getattr(state, field).SetInParent()
                getattr(state, field).data.extend(lie)
            else:
                setattr(state, field, lie)
        await self.socket.send(asked.SerializeToString())
        elements = await elements_of_a_run(self.socket)
        for each in elements:
            self._learn(each)
        return elements

    def _learn(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        name = str(getattr(getattr(element, kind), "id", ""))
        if kind == "slider" and element.slider.type == Slider.SELECT_SLIDER:
            kind = "select_slider"
        if name and kind in LIES:
            self.widgets[name] = kind


def exceptions(elements: list[Any]) -> list[Any]:
    return [each.exception for each in elements if each.WhichOneof("type") == "exception"]


async def lied_to(address: str, pages: list[str]) -> list[Any]:
    """The exceptions on screens when each widget lies alone, in a visit of its own; those of the sidebar once."""
    found, seen = list[Any](), set[str]()
    for page in pages:
        async with as_browser(address) as socket:
            learnt = Liar(socket, page)
            for _ in range(3):  # the training ends meanwhile
                await learnt.run({})
                await asyncio.sleep(0.5)
        own = {name: kind for name, kind in learnt.widgets.items() if name.rpartition("-")[2] not in seen}
        assert own
        seen |= {name.rpartition("-")[2] for name in own}
        for name, kind in own.items():
            async with as_browser(address) as socket:
                learnt.socket = socket
                for lie in LIES[kind][1]:
                    found += exceptions(await learnt.run({name: lie}))
    return found


def frames() -> list[bytes]:
    """What is no message, or one that asks for what there is not."""
    draw = random.Random(20)
    whole = BackMsg()
    whole.rerun_script.page_name, whole.rerun_script.query_string = "market", QUERY
    told = [draw.randbytes(draw.randrange(1, 400)) for _ in range(60)]
    told += [whole.SerializeToString()[:end] for end in range(len(whole.SerializeToString()))]
    for word in ("nonsense", "../../etc/passwd", "\x00", "x" * 50_000, "0" * 64):
        for field in ("page_name", "page_script_hash", "fragment_id", "query_string"):
            forged = BackMsg()
            forged.CopyFrom(whole)
            setattr(forged.rerun_script, field, word)
            forged.rerun_script.widget_states.widgets.add(id=word, string_value=word)
            told.append(forged.SerializeToString())
    for field in (
        "debug_shutdown_runtime",
        "debug_disconnect_websocket",
        "stop_script",
        "clear_cache",
        "load_git_info",
    ):
        told.append(BackMsg(**{field: True}).SerializeToString())
    return told


async def thrown(address: str) -> None:
    """Each frame to a visit of its own, which may be closed upon it."""
    for frame in frames():
        async with as_browser(address) as socket:
            await socket.send(frame)
            try:
                await asyncio.wait_for(socket.recv(), 0.1)
            except (ConnectionClosed, TimeoutError):
                continue


async def another(address: str) -> None:
    async with as_browser(address) as socket:
        assert await Visitor(socket).rerun(query=QUERY)


def test_frames_that_are_no_message_end_their_own_visit_only(light_site: str) -> None:
    async def everything(address: str) -> None:
        async with as_browser(address) as socket:
            bystander = Visitor(socket)
            await bystander.rerun(query=QUERY)
            await thrown(address)
            assert await bystander.rerun(query=QUERY)
        await another(address)

    in_own_thread(everything(light_site))


def test_no_widgets_lie_reaches_our_code_or_shows_a_traceback(serve: Serve, tmp_path: Path) -> None:
    """What Streamlit itself cannot read is its own sentence on the liar's screen; what it hands on, we answer."""
    address = serve(**LIGHT)
    shown = in_own_thread(lied_to(address, ["market", "gates", "forecast", "rnn"]))
    assert not [each for each in shown if list(each.stack_trace) or "Traceback" in each.message]
    log = (tmp_path / "server.log").read_text(errors="replace")
    raised = [re.findall(r'File "([^"]+)"', block) for block in log.split("Traceback (most recent call last)")[1:]]
    assert not [places[-1] for places in raised if places and places[-1].startswith((f"{ROOT}/core", f"{ROOT}/pages"))]
    in_own_thread(another(address))


def test_another_visitor_notices_nothing_of_a_hundred_and_fifty_messages(light_site: str) -> None:
    """The first of those that `python -m benchmarks.hostile` sends by the thousand."""
    met = in_own_thread(hostile.both(light_site, range(150)))
    assert met.reruns >= 3
    assert not met.exceptions
    assert len(met.kinds) == 1

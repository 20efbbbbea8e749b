"""What the server says to a browser, read as a browser reads it: in Streamlit's own protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from own_thread import in_own_thread
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.server import as_browser
from core.languages import catalogue

RERUNS = 4


async def kinds(address: str, page: str) -> list[set[str]]:
    """The kinds of message of each of several runs of a page; before each the browser says what it has kept."""
    kept: set[str] = set()
    found: list[set[str]] = []
    async with asyncio.timeout(120), as_browser(address) as socket:
        for _ in range(RERUNS):
            asked = BackMsg()
            asked.rerun_script.page_name = page
            asked.rerun_script.query_string = "epochs=5"
            asked.rerun_script.cached_message_hashes.extend(kept)
            await socket.send(asked.SerializeToString())
            seen: set[str] = set()
            while not {"new_session", "script_finished"} <= seen:
                message = ForwardMsg.FromString(await socket.recv())
                seen.add(str(message.WhichOneof("type")))
                if message.hash:
                    kept.add(message.hash)
            found.append(seen)
    return found


@pytest.mark.parametrize("page", ["market", "gates"])
def test_no_message_stands_for_one_the_browser_has(site: str, page: str) -> None:
    """It may have dropped it, and its connection would be over for good: see .streamlit/config.toml."""
    told = in_own_thread(kinds(site, page))
    assert all("delta" in each for each in told)
    assert not [each for each in told if "ref_hash" in each]


def test_with_streamlits_own_setting_such_messages_are_sent(serve: Callable[..., str]) -> None:
    """So the test above would see one."""
    own = {"STREAMLIT_GLOBAL_MIN_CACHED_MESSAGE_SIZE": "10000"}
    told = in_own_thread(kinds(serve(GATESCOPE_WORKERS="1", GATESCOPE_AHEAD="0", **own), "market"))
    assert [each for each in told if "ref_hash" in each]


class Browser:
    """Asks for a page again and again, with states of widgets that a browser would not send."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.widgets = socket, dict[str, str]()  # their ids, by key

    async def run(self, query: str, says: Mapping[str, str]) -> list[Any]:
        """All elements of a run in which the widgets of these keys say so."""
        asked = BackMsg()
        asked.rerun_script.page_name = "market"
        asked.rerun_script.query_string = query
        for key, word in says.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id, state.string_value = self.widgets[key], word
        await self.socket.send(asked.SerializeToString())
        elements: list[Any] = []
        while True:
            message = ForwardMsg.FromString(await self.socket.recv())
            if message.WhichOneof("type") == "script_finished" and elements:
                return elements
            if message.WhichOneof("type") == "delta" and message.delta.WhichOneof("type") == "new_element":
                element = message.delta.new_element
                elements.append(element)
                told = getattr(element, element.WhichOneof("type"))
                if (name := getattr(told, "id", "")) and "-" in name:
                    self.widgets[name.rpartition("-")[2]] = name


def chosen(elements: list[Any], label: str) -> str:
    """What the choice of that label is set to by the server."""
    return next(str(each.selectbox.raw_value) for each in elements if each.selectbox.label == label)


async def after(address: str, says: Mapping[str, str]) -> list[Any]:
    async with asyncio.timeout(120), as_browser(address) as socket:
        browser = Browser(socket)
        await browser.run("epochs=5&lang=zh", {})
        return await browser.run("epochs=5&lang=zh", says)


ZH = catalogue("zh").gettext


LEFT = [
    ("target", "Target", "log return"),
    ("batch", "Batch size (pairs)", "all at once"),
    ("adjust", "Adjustment", "front-adjusted"),
]


@pytest.mark.parametrize(("key", "label", "word"), LEFT)
def test_a_label_of_the_language_just_left_is_understood(site: str, key: str, label: str, word: str) -> None:
    """A browser sends a chosen word by its label, and may not have drawn the new language yet."""
    elements = in_own_thread(after(site, {key: word}))
    assert not [each for each in elements if each.WhichOneof("type") in ("exception", "alert")]
    assert chosen(elements, ZH(label)) == ZH(word)


@pytest.mark.parametrize("key", ["cell", "target", "source", "schedule", "batch"])
def test_what_no_choice_can_say_is_a_sentence_and_the_dial_stands(site: str, key: str) -> None:
    elements = in_own_thread(after(site, {key: "nonsense"}))
    kinds = [each.WhichOneof("type") for each in elements]
    assert "exception" not in kinds
    assert any("nonsense" in each.alert.body for each in elements)
    assert "plotly_chart" in kinds

"""What is heard of a browser's messages, and what is not."""

from __future__ import annotations

import math

import pytest
from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.hostile import ALONE, message
from core.web.messages import LARGEST, MOST_WIDGETS, cleaned_message


def asked(count: int = 2) -> BackMsg:
    told = BackMsg()
    told.rerun_script.page_name = "market"
    for at in range(count):
        told.rerun_script.widget_states.widgets.add(id=f"w{at}", double_value=at)
    return told


def test_a_browsers_message_is_heard_as_it_is() -> None:
    content = asked().SerializeToString()
    assert cleaned_message(content) is content
    heartbeat = BackMsg(app_heartbeat=True).SerializeToString()
    assert cleaned_message(heartbeat) == heartbeat


@pytest.mark.parametrize("lie", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_leaves_the_dial_where_it_was(lie: float) -> None:
    told = asked()
    told.rerun_script.widget_states.widgets.add(id="slider").double_array_value.data.extend([1.0, lie])
    told.rerun_script.widget_states.widgets.add(id="field", double_value=lie)
    assert cleaned_message(told.SerializeToString()) == asked().SerializeToString()


@pytest.mark.parametrize("name", [name for name in ALONE if name != "stop_script"])
def test_what_would_reach_others_is_not_heard(name: str) -> None:
    assert cleaned_message(BackMsg(**{name: True}).SerializeToString()) is None


def test_what_is_larger_than_any_page_is_not_heard() -> None:
    assert cleaned_message(asked(MOST_WIDGETS + 1).SerializeToString()) is None
    assert cleaned_message(bytes(LARGEST + 1)) is None


def test_whatever_comes_no_number_that_is_none_is_heard() -> None:
    for number in range(300):
        if (heard := cleaned_message(message(number, ["a", "b"]))) is None:
            continue
        try:
            states = BackMsg.FromString(heard).rerun_script.widget_states.widgets
        except DecodeError:
            continue  # no message at all
        for state in states:
            assert all(map(math.isfinite, [state.double_value, *state.double_array_value.data]))

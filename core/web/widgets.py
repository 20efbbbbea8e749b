"""Small parts that pages draw: figures, places to come, choices that are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.web import session
from core.web.text import _


def placeholder(height: int) -> None:
    """The place a chart will take, and that it will."""
    with st.container(border=True, height=height, horizontal_alignment="center", vertical_alignment="center"):
        st.caption(_("The chart stands here as soon as it is computed."), width="content")


def figures(named: dict[str, str]) -> None:
    """A row of figures that wraps, the chart's supporting cast."""
    with st.container(horizontal=True):
        for name, value in named.items():
            st.metric(name, value, width="content")


def download(label: str, make: Callable[[], str | bytes], name: str, kind: str, **more: Any) -> None:
    """A file to take away, made when it is asked for: `make` runs after the page, and knows no language of its own."""
    st.download_button(label, make, name, kind, icon=":material/download:", on_click="ignore", **more)


def kept_choice(widget: Callable[..., Any], label: str, options: list[Any], key: str, default: Any, **more: Any) -> Any:
    """A choice that survives page switches, and falls back to `default` when the run no longer has the option."""
    session.USUAL.at(key).put(default)
    if st.session_state.get(key) not in options:
        st.session_state[key] = default
    if len(options) == 1:
        return options[0]
    now = st.session_state[key]  # as the default too: a browser that draws the widget late starts from that
    name = {st.segmented_control: "default", st.select_slider: "value"}.get(widget, "index")
    at = {name: options.index(now) if name == "index" else now}
    return widget(label, options, key=key, persist_state="session", **at, **more)


def lead_on() -> None:
    """Go where a press or a file has led (session.LED_TO); a callback cannot do it."""
    if page := session.LED_TO.get():
        session.LED_TO.put("")
        st.switch_page(page)


def go_to(key: str, option: int) -> None:
    """Set a choice from elsewhere: a button beside it, a press on a chart."""
    st.session_state[key] = option


def stepper(label: str, count: int, key: str) -> int:
    """A step of 0..count-1 that one can drag, or move with two buttons."""
    options = list(range(1, count + 1))

    def move(by: int) -> None:
        go_to(key, min(max(st.session_state.get(key, count) + by, 1), count))

    with st.container(horizontal=True, vertical_alignment="bottom"):
        for by, icon, help in ((-1, "left", _("One step back")), (1, "right", _("One step on"))):
            st.button("", key=f"{key}_{icon}", icon=f":material/chevron_{icon}:", help=help, on_click=move, args=(by,))
        return int(kept_choice(st.select_slider, label, options, key, default=count)) - 1

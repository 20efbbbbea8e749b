"""The frame of every page: its style, what the browser says and is told, the way to the dials and to the next page.

A component tells the browser the page's language, and hears four things from it: that its visitor went back or
forward, that its connection is there again, how wide the page is, and that its theme has changed, after which charts
are drawn anew. To who does not see the page it tells how far a job is. On a phone it is the button that opens the
drawer at the dials.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

from core.web import session
from core.web.address import DOCUMENT
from core.web.text import _, language

STYLE = Path(__file__).with_name("style.css")
ROOMS = (0, 600, 800, 1000)  # pixels across at least, beside the sidebar; in the first, panels stand below each other
_BROWSER = Path(__file__).with_name("frame.js")

_DOCUMENT = st.components.v2.component(
    "gatescope_document",
    html="<button type='button'></button>",
    css="""
    button { position: fixed; top: 0.75rem; left: 6.5rem; display: none; height: 2.25rem; padding: 0 0.75rem;
             color: var(--st-text-color); background: var(--st-secondary-background-color); font: inherit;
             border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); cursor: pointer }
    @media (max-width: 768px) { button { display: block } }""",
    js=_BROWSER.read_text(encoding="utf-8"),
)


def open_frame(page: str) -> None:
    """Style, and the component that speaks with the browser.

    Args:
        page: its address, so that each begins at its top.
    """
    st.html(STYLE)
    said = {
        "lang": "zh-CN" if language() == "zh" else "en",
        "rooms": ROOMS,
        "room": room(),
        "page": page,
        "dark": st.context.theme.type == "dark",
        "dials": _("Settings"),
        "pages": _("Pages"),
        "ended": _("The calculation has ended."),
    }
    heard = _DOCUMENT(
        data=said, key=DOCUMENT, height=1, on_popped_change=_nothing, on_returned_change=_nothing,
        on_room_change=_nothing, on_dark_change=_nothing,
    )  # fmt: skip
    if session.POPPED.get() is None:  # what a browser said before it met this session is no news
        session.POPPED.put(heard.get("popped"))


def _nothing() -> None:
    """A component's word is in the session's state; nothing else is to be done."""


def room() -> int:
    """One of ROOMS: what the browser said, before that what one would think of its kind."""
    said: Any = (st.session_state.get(DOCUMENT) or {}).get("room")
    if said in ROOMS:
        return int(said)
    return ROOMS[0] if "Mobi" in st.context.headers.get("User-Agent", "") else ROOMS[-1]

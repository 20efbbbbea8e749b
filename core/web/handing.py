"""Handing on what a page holds: its address, or a file of the same where it is too long for one."""

from __future__ import annotations

import re
from dataclasses import dataclass

import streamlit as st

from core.errors import GatescopeError
from core.pins import LONGEST_ADDRESS, LONGEST_FILE, from_file, to_file
from core.web import address, session, widgets
from core.web.site import SITE
from core.web.text import _, say


@dataclass(frozen=True)
class Words:
    """What is said of it, in the visitor's language; `too_long` with a place for {most} characters."""

    too_long: str
    holds: str
    open_file: str


def handing(page: str, name: str, words: Words) -> None:
    """What a link of this page holds; a file to save, and one to open.

    Args:
        page: its address.
        name: of the file, without its ending.
    """
    widgets.lead_on()
    whole = address.whole(page, session.BASE.get())
    if too_long := address.is_too_long(whole):
        st.info(words.too_long.format(most=LONGEST_ADDRESS))
    uploader = f"{page}_file"

    def taken() -> None:
        _take(page, uploader)

    with st.popover(_("Hand on"), icon=":material/share:", help=_("By the address or as a file.")):
        if not too_long:
            st.write(words.holds)
        widgets.download(
            _("Save as a file"), lambda: to_file(page, whole), f"{name}.json", "application/json", key=f"{page}_save",
            help=_("What the address holds: settings and keys, no prices and no token."),
        )  # fmt: skip
        st.file_uploader(
            words.open_file, type=["json"], key=uploader, on_change=taken,
            help=_("As saved here; it takes the place of what is kept now."),
        )  # fmt: skip
    if error := session.SET_ERROR.get():
        st.error(say(error.sentence))


def _take(here: str, uploader: str) -> None:
    """The visitor chose a file, or took it away again."""
    session.SET_ERROR.put(None)
    if (file := st.session_state[uploader]) is None:
        return
    try:
        page = take(file.getvalue(), here)
    except GatescopeError as error:
        session.SET_ERROR.put(error)
    else:
        session.LED_TO.put("" if page == here else path(page))


def is_address(content: bytes) -> bool:
    """Whether a file holds an address, readable or not."""
    return re.search(rb'"gatescope"\s*:\s*"address"', content[:LONGEST_FILE]) is not None


def take(content: bytes, here: str) -> str:
    """Set everything as the address in a file says; the name of its page, `here` where there is no such page.

    Raises:
        FileError: it is no such file.
    """
    page, parameters = from_file(content)
    page = page if page in SITE else here
    address.take(page, parameters)
    return page


def path(page: str) -> str:
    """Where Streamlit finds the page of that name."""
    return f"{SITE[page].room}/{page}.py"

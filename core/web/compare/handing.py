"""Handing kept runs on: the address holds them, or a file where they are too many for one."""

from __future__ import annotations

import streamlit as st

from core.errors import GatescopeError
from core.pins import LONGEST_ADDRESS, from_file, to_file
from core.web import address, session
from core.web.site import SITE
from core.web.text import _, say

UPLOADER = "kept_runs_file"


def handing() -> None:
    """What a link of this page holds; a file to save, and one to open."""
    _go_where_the_file_leads()
    whole = address.whole("compare", session.BASE.get())
    if too_long := address.is_too_long(whole):
        told = _("These runs do not fit into an address of {most} characters: save them as a file to keep or hand on.")
        st.info(told.format(most=LONGEST_ADDRESS))
    with st.popover(_("Hand on"), icon=":material/share:", help=_("By the address or as a file.")):
        if not too_long:
            st.write(
                _("The address of this page holds the runs with their names, colours and order: copy it to hand it on.")
            )
        st.download_button(
            _("Save as a file"), to_file("compare", whole), file_name="gatescope-runs.json", mime="application/json",
            key="save_runs", icon=":material/download:", on_click="ignore",
            help=_("What the address holds: settings and keys, no prices and no token."),
        )  # fmt: skip
        st.file_uploader(
            _("Open a file of kept runs"), type=["json"], key=UPLOADER, on_change=_take,
            help=_("As saved here; it takes the place of what is kept now."),
        )  # fmt: skip
    if error := session.SET_ERROR.get():
        st.error(say(error.sentence))


def _take() -> None:
    """The visitor chose a file, or took it away again."""
    session.SET_ERROR.put(None)
    if (file := st.session_state[UPLOADER]) is None:
        return
    try:
        page, parameters = from_file(file.getvalue())
    except GatescopeError as error:
        return session.SET_ERROR.put(error)
    page = page if page in SITE else "compare"
    address.take(page, parameters)
    if page != "compare":
        session.LED_TO.put(f"{SITE[page].room}/{page}.py")


def _go_where_the_file_leads() -> None:
    if page := session.LED_TO.get():
        session.LED_TO.put("")
        st.switch_page(page)

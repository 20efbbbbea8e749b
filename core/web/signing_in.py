"""Signing in and out on screen: the buttons, and the quiet place in the sidebar that says who is signed in."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.web import identity, session
from core.web.text import _, as_written, say

IN, OUT = "in", "out"


def button(key: str, before: Callable[[], None] | None = None, quiet: bool = False) -> None:
    """The way to sign in, or why there is none."""
    if told := identity.fault():
        st.caption(as_written(_("Nobody can sign in on this server: {why}").format(why=say(told))))
        return
    st.button(
        _("Sign in"), key=key, type="tertiary" if quiet else "primary", icon=":material/login:",
        on_click=_ask, args=(IN, before),
    )  # fmt: skip


def place() -> None:
    """At the end of the sidebar: who is signed in, and the way out; or the way in, and what it is for."""
    if not identity.needed():
        return
    with st.container(key="identity", gap="xsmall"):
        if identity.signed_in():
            name = identity.name()
            st.caption(_("Signed in as {name}").format(name=as_written(name)) if name else _("Signed in"))
            st.button(
                _("Sign out"), key="sign_out", type="tertiary", icon=":material/logout:", on_click=_ask, args=(OUT,)
            )
            return
        if not identity.fault():
            st.caption(_purpose())
        button("sign_in", quiet=True)


def _purpose() -> str:
    if identity.needed() == {identity.JOBS}:
        return _("Long trainings need a sign-in.")
    if identity.needed() == {identity.TOKEN}:
        return _("Prices from tushare by this server's token need a sign-in.")
    return _("Long trainings, and prices from tushare by this server's token, need a sign-in.")


def _ask(way: str, before: Callable[[], None] | None = None) -> None:
    if before is not None:
        before()
    session.LEAVING.put(way)


def leave() -> None:
    """Go where the visitor has just asked to go; called once the address is written, which they come back to."""
    way = session.LEAVING.get()
    session.LEAVING.put("")
    if way == IN and identity.fault() is None:
        st.login(identity.provider())
    elif way == OUT:
        st.logout()

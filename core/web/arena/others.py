"""The other tickers of the arena: chosen by the visitor, and kept in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from core.data.tickers import normalise
from core.errors import GatescopeError
from core.web import inputs, session
from core.web.current import listing
from core.web.text import _, language, say

MOST = 6
NAME, BOX = "rivals", "arena_tickers"  # in the address, and of the widget


def to_address() -> dict[str, str]:
    chosen = session.ARENA_TICKERS.get()
    return {NAME: ",".join(chosen)} if chosen else {}


def from_address(parameters: Mapping[str, str]) -> Sequence[GatescopeError]:
    """Take them from an address; what is no ticker is left out, and said."""
    return _keep(parameters.get(NAME, "").split(","))


def choose() -> tuple[str, ...]:
    """The box to choose them in, and what it holds."""
    names = {each.code: f"{each.code} {each.zh if language() == 'zh' else each.en}" for each in listing()}
    chosen = list(session.ARENA_TICKERS.get())
    inputs.put(BOX, chosen)
    st.multiselect(
        _("Other tickers"),
        options=[*names, *(code for code in chosen if code not in names)],
        default=chosen,
        key=BOX,
        format_func=lambda code: names.get(code, code),
        max_selections=MOST,
        accept_new_options=True,
        on_change=_take,
        placeholder=_("Choose or type up to {most}").format(most=MOST),
        help=_(
            "Each is forecast with the settings of the sidebar, on the same dates. A file of your own is the first row."
        ),
    )
    for error in session.ARENA_ERRORS.get():
        st.warning(say(error.sentence))
    return session.ARENA_TICKERS.get()


def _take() -> None:
    session.ARENA_ERRORS.put(tuple(_keep(st.session_state[BOX])))


def _keep(typed: Iterable[str]) -> list[GatescopeError]:
    """Remember the codes of what was typed, each once, and give what is wrong with the rest."""
    codes: list[str] = []
    errors: list[GatescopeError] = []
    for text in filter(None, map(str.strip, typed)):
        try:
            codes.append(normalise(text, listing()))
        except GatescopeError as error:
            errors.append(error)
    session.ARENA_TICKERS.put(tuple(dict.fromkeys(codes))[:MOST])
    return errors

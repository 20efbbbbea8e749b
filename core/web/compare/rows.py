"""The list of kept runs: each a link to its settings, to be named, coloured, moved and removed."""

from __future__ import annotations

import streamlit as st

from core.charts import Style
from core.charts.curves import cycle
from core.pins import COLOURS, LONGEST_NAME, Pin, clean_name
from core.web import inputs, pinned
from core.web.text import _, as_written


def rows(style: Style) -> None:
    """A row a run, in the visitor's order."""
    every = pinned.pins()
    named = zip(every, pinned.names(every), pinned.made_names(every), strict=True)
    for place, (pin, name, made) in enumerate(named):
        with st.container(horizontal=True, vertical_alignment="center", key=f"pin_row_{pin.number}"):
            colour = cycle(style.tokens)[pin.look % COLOURS]
            st.markdown(f"<span style='color:{colour}'>■</span>", unsafe_allow_html=True, width="content")
            st.markdown(f"[{as_written(name)}]({pinned.address(pin)})", width="stretch")
            _moves(pin, place, len(every))
            with st.popover(_("Edit"), icon=":material/edit:", help=_("Name and colour of this run.")):
                _edit(pin, made)
            st.button(
                _("Remove"), key=f"unpin_{pin.number}", on_click=pinned.unpin, args=(pin.number,),
                icon=":material/keep_off:", help=_("Leaves the comparison; “Undo” brings it back."),
            )  # fmt: skip


def undo() -> None:
    """Below the list, where the run was that has just been let go."""
    if pinned.can_undo():
        st.button(_("Undo"), key="unpin_undo", on_click=pinned.undo, icon=":material/undo:")


def _moves(pin: Pin, place: int, count: int) -> None:
    for by, icon, help in ((-1, "up", _("Move up")), (1, "down", _("Move down"))):
        st.button(
            "", key=f"pin_{icon}_{pin.number}", icon=f":material/arrow_{icon}ward:", help=help,
            on_click=pinned.move, args=(pin.number, by), disabled=not 0 <= place + by < count,
        )  # fmt: skip


def _edit(pin: Pin, made: str) -> None:
    """Name and colour; `made` is what it is called without a name of its own."""
    name, colour = f"pin_name_{pin.number}", f"pin_colour_{pin.number}"
    labels = [_("blue"), _("orange"), _("green"), _("purple"), _("grey")]
    inputs.put(name, pin.name)
    inputs.put(colour, pin.look % COLOURS)

    def renamed() -> None:
        pinned.change(pin.number, name=clean_name(st.session_state[name]))

    def recoloured() -> None:
        pinned.change(pin.number, colour=st.session_state[colour])

    st.text_input(
        _("Name"), pin.name, key=name, max_chars=LONGEST_NAME, on_change=renamed, placeholder=made,
        help=_("Up to {most} characters; empty: made of its settings.").format(most=LONGEST_NAME),
    )  # fmt: skip
    st.selectbox(
        _("Colour"), range(len(labels)), pin.look % COLOURS, key=colour, format_func=labels.__getitem__,
        on_change=recoloured, help=_("Its lines keep their dash, which goes with its number."),
    )  # fmt: skip

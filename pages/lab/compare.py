"""Runs side by side: scores and the settings that differ, one chart of all, the list with each one's link."""

import streamlit as st

from core.pins import MOST
from core.web import page, pinned
from core.web.compare import handing, overlays, rows, table, waiting
from core.web.text import _

current = page.open_page(_("Compare"), needs="")
style = page.style()
waiting.waiting()
is_kept = current.run is None or current.run.key in [pin.key for pin in pinned.pins()]

with st.container(horizontal=True, vertical_alignment="center"):
    st.button(
        _("Keep the current run"),
        key="pin",
        type="primary",
        disabled=is_kept or not current.settled or pinned.is_full(),
        on_click=pinned.pin,
        args=(current.run, current.bars),
        icon=":material/keep:",
        help=_("Kept for this visit and in the address; up to twelve runs."),
    )
    handing.handing()
if pinned.is_full() and not is_kept:
    st.info(_("{most} runs are kept, which is the most. Remove one to keep another.").format(most=MOST))
for told in (pinned.lost(), pinned.changed()):
    if told:
        st.warning(told)
if not pinned.pins():
    st.write(_("Nothing is kept yet. Keep the current run, change a setting in the sidebar, and keep the next one."))
    rows.undo()
    st.stop()

if kept := pinned.kept():
    st.dataframe(table.table(kept), column_config={"_index": st.column_config.Column(width="medium")})
    if line := overlays.together_line(kept):
        st.caption(line)
    overlays.overlay(kept, style)
rows.rows(style)
rows.undo()

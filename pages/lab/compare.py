"""Runs side by side: skill with its interval, losses, errors over time, scores and dials; each with its link."""

import streamlit as st

from core import charts
from core.evaluation.rolling import WINDOW
from core.web import page, pinned
from core.web.forecast import errors
from core.web.text import _

current = page.open_page(_("Compare"), needs="")
style, runs = page.style(), pinned.pinned()

with st.container(horizontal=True, vertical_alignment="center"):
    kept = current.run is None or current.run.key in [run.key for run in runs]
    st.button(
        _("Keep the current run"),
        key="pin",
        type="primary",
        disabled=kept or not current.settled,
        on_click=pinned.pin,
        args=(current.run,),
        icon=":material/keep:",
        help=_("Kept for this visit; up to eight runs."),
    )
    if pinned.can_undo():
        st.button(_("Undo"), key="unpin_undo", on_click=pinned.undo, icon=":material/undo:")
if missing := pinned.lost():
    st.warning(missing)
if not runs:
    st.write(_("Nothing is kept yet. Keep the current run, change a setting in the sidebar, and keep the next one."))
    st.stop()

st.dataframe(pinned.table(runs), column_config={"_index": st.column_config.Column(width="medium")})
page.draw(charts.skills(pinned.skills(runs), style), "compare-skill")
st.caption(
    _("Skill: 1 − RMSE / RMSE of “same as yesterday”, each on its own test part; the whisker is the 95 % interval.")
)
page.draw(charts.losses(pinned.losses(runs, "test_loss"), pinned.losses(runs, "train_loss"), style), "compare-loss")
found, without = pinned.errors(runs)
if found:
    page.draw(charts.errors_over_time(found, style, window=WINDOW), "compare-errors")
    st.caption(errors.errors_line())
for told in without:
    st.caption(told)

for name, run in zip(pinned.names(runs), runs, strict=True):
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"[{name}]({pinned.address(run)})", width="stretch")
        st.button(
            _("Remove"), key=f"unpin_{run.key}", on_click=pinned.unpin, args=(run.key,), icon=":material/keep_off:"
        )

"""Who wins, chosen by the validation part; what the test part says of it when all runs are counted as tries."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.errors import DataError
from core.evaluation.tries import all_counted
from core.web import luck, readings
from core.web.sweep import measures, opening
from core.web.sweep.going import Stand
from core.web.sweep.shown import Shown
from core.web.text import _, as_written, counted, joined, say
from core.web.wording import show_verdict
from core.whatif.outcome import Judged, winner
from core.whatif.outcome import judged as judge


def show(found: Stand, shown: Shown) -> None:
    """Who is ahead while more is to come; at the end the winner, its verdict on the test part, and why tries count."""
    try:
        best = winner(shown.rows)
    except DataError as error:
        st.info(say(error.sentence))
        return
    place = next(place for place, row in enumerate(shown.rows) if row.key == best.row.key)
    told = {"run": as_written(shown.of(place)), "skill": measures.written(best.skill)}
    if not found.is_whole or found.is_live:
        st.markdown(_("Ahead by the validation part so far: **{run}**, skill {skill}.").format(**told))
        return
    luck.note_tries([row.tried for row in shown.rows])
    judged = readings.found("judged", shown.rows, lambda: judge(shown.rows))
    many = len(best.rows) > 1
    head = (
        _("Best by the validation part: **{run}**, the middle one of {count} seeds, whose median skill is {skill}.")
        if many
        else _("Best by the validation part: **{run}**, skill {skill}.")
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(head.format(**told, count=len(best.rows)), width="content")
        st.button(
            _("Open this run"), key="sweep_winner", icon=":material/emoji_events:", on_click=opening.set_dials,
            args=(shown, place), help=_("Makes it the current run."),
        )  # fmt: skip
    show_verdict(judged.verdict)
    _luck(judged, {row.key: as_written(shown.of(place)) for place, row in enumerate(shown.rows)})


def _luck(judged: Judged, names: Mapping[str, str]) -> None:
    """The count below the verdict, who cannot be told apart, and why it matters."""
    tried = counted(
        "{number} setting is counted on these test days.", "{number} settings are counted on these test days.",
        len(judged.counted.tries),
    )  # fmt: skip
    told = [tried, *map(say, all_counted(judged.counted, judged.alone))]
    if judged.apart:
        told.append(
            counted(
                "{number} run on other test days is not among them.",
                "{number} runs on other test days are not among them.",
                judged.apart,
            )
        )
    named = [names[each.key] for each in judged.counted.tries]
    luck.show_counted(judged.counted, judged.alone, joined(told), named)

"""What the article shows, why it fails, and what is left when it is put right: three recipes on the current prices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core import service
from core.config import PRESETS
from core.evaluation.figures import times
from core.run import Run
from core.sentence import N_
from core.service import JobState
from core.web import inputs, job_panel
from core.web.current import Current
from core.web.job_panel import Wanted
from core.web.labels import preset_name
from core.web.text import _

RECIPES = {
    "article": N_("As published: the days run along the wrong axis, and the scaler has seen the test part."),
    "corrected": N_("Both put right. It still has to name a price, beyond all prices it was trained on."),
    "returns": N_("Asked for the change until tomorrow instead of the price."),
}


def show(current: Current) -> None:
    """The recipes side by side, each a press; those not trained yet come after the visitor's own training."""
    if current.bars is None:
        return
    asked = [PRESETS[name].replace(data=current.query) for name in RECIPES]
    wanted = [Wanted(f"story_{name}", each, current.bars) for name, each in zip(RECIPES, asked, strict=True)]
    jobs = [job_panel.look(each) if current.settled else service.finished(each.key) for each in wanted]
    st.markdown(_("Three recipes on these prices, their test error as a multiple of that of “same as yesterday”:"))
    job_panel.live(wanted, jobs, partial(_cards, current.settled))


def _cards(settled: bool, jobs: Sequence[JobState | None]) -> None:
    for place, name, job in zip(st.columns(len(RECIPES)), RECIPES, jobs, strict=True):
        with place, st.container(border=True):
            st.metric(preset_name(name), _figure(job, settled))
            st.caption(_(RECIPES[name]))
            st.button(
                _("Look inside"),
                key=f"story_{name}",
                on_click=_take,
                args=(name,),
                icon=":material/arrow_forward:",
                help=_("Sets all dials of model and training to this recipe; the prices stay."),
            )


def _figure(job: JobState | None, settled: bool) -> str:
    """6.9 ×; "…" while it is coming, and "–" where it cannot be or takes so long that it waits for a press."""
    if (job is None and not settled) or (job is not None and job.live):
        return "…"
    run: Run | None = job.result if job is not None else None
    skill = run.metrics["test"].skill if run else None
    return "–" if skill is None else f"{times(1 - skill)} ×"


def _take(name: str) -> None:
    inputs.put("preset", name)
    inputs.take_preset()

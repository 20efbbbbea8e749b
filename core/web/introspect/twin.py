"""The network a run's gradients are held against: an RNN of the same size on the same prices (an LSTM beside an RNN).

It is one more training of the service, under a visitor's name of its own, so that it never replaces the run itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import service
from core.config import Experiment
from core.run import Run
from core.service import JobState
from core.values import Array
from core.web import page, session
from core.web.current import BY_ITSELF_SECONDS, Current, seat
from core.web.introspect.readings import Way, bars_of
from core.web.labels import option_label
from core.web.text import _, say

KEPT = "_rival"  # the last finished one, so that a full store of results does not train it again


def rival_of(experiment: Experiment) -> Experiment:
    """The same in everything but its cell: an RNN, or an LSTM where the run itself is an RNN."""
    cell = "lstm" if experiment.model.cell == "rnn" else "rnn"
    return experiment.replace(model=experiment.model.replace(cell=cell, forget_bias=None))


@dataclass(frozen=True)
class Rival:
    """The other network as far as it is there.

    Attributes:
        job: its training; None while it waits for a word, or for the run's own prices.
        bars: the run's prices; None when they are no longer at hand.
    """

    experiment: Experiment
    bars: pd.DataFrame | None
    key: str
    job: JobState | None

    @property
    def run(self) -> Run | None:
        """The finished network."""
        found: Run | None = self.job.result if self.job and self.job.state == "done" else None
        return found

    @property
    def name(self) -> str:
        return option_label(self.experiment.model.cell)


def find(lab: Current) -> Rival:
    """Join, start or read the training of the run's rival; begun by itself when it is short."""
    assert lab.run is not None
    experiment, bars = rival_of(lab.run.experiment), bars_of(lab)
    key = "" if bars is None else service.key_of(experiment, bars)
    job = None if bars is None else _job(lab, experiment, bars, key)
    if job and job.state == "done":
        session.put(KEPT, job.result)
    return Rival(experiment, bars, key, job)


def _job(lab: Current, experiment: Experiment, bars: pd.DataFrame, key: str) -> JobState | None:
    kept: Run | None = session.get(KEPT, None)
    if kept is not None and kept.key == key:
        return JobState(key=key, state="done", result=kept)
    if not lab.current:  # the visitor's own training goes first
        return service.finished(key)
    long = service.estimated_seconds(experiment, len(bars)) > BY_ITSELF_SECONDS
    if long and not session.agreed(key) and service.finished(key) is None:
        return None
    return service.ask(experiment, bars, _visitor())


def strip(rival: Rival) -> None:
    """One line on the rival's training, while there is something to say."""
    if rival.bars is None:
        st.caption(_("The {cell} to compare with is trained with the current run.").format(cell=rival.name))
    elif rival.job is None:
        _offer(rival, rival.bars)
    elif rival.job.live:
        _training(rival)
    elif rival.job.state == "cancelled":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.write(_("Training of the {cell} was cancelled.").format(cell=rival.name))
            st.button(
                _("Train again"), key="rival_again", on_click=_restart, args=(rival,), icon=":material/replay:"
            )  # fmt: skip
    elif rival.job.error:
        st.error(say(rival.job.error), icon=":material/error:")
        st.button(_("Try again"), key="rival_again", on_click=_restart, args=(rival,), icon=":material/replay:")


@st.fragment(run_every=page.POLL_SECONDS)
def _training(rival: Rival) -> None:
    job = service.ask(rival.experiment, rival.bars, _visitor())
    if not job.live:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        said = _("Training the {cell} to compare with: epoch {epoch} of {epochs}, about {left} s left")
        left = f"{job.seconds_left:.0f}"
        st.progress(
            job.share,
            text=said.format(cell=rival.name, epoch=len(job.records), epochs=job.steps or "…", left=left),
        )
        st.button(_("Cancel"), key="rival_cancel", on_click=service.cancel, args=(job.key, _visitor()))


def _offer(rival: Rival, bars: pd.DataFrame) -> None:
    seconds = service.estimated_seconds(rival.experiment, len(bars))
    with st.container(horizontal=True, vertical_alignment="center"):
        said = _("The {cell} of the same size, to compare with, takes about {seconds} s to train.")
        st.write(said.format(cell=rival.name, seconds=f"{seconds:.0f}"))
        st.button(_("Train the {cell}").format(cell=rival.name), key="rival_train", on_click=session.agree,
                  args=(rival.key,))  # fmt: skip


def _restart(rival: Rival) -> None:
    service.ask(rival.experiment, rival.bars, _visitor(), restart=True)


def _visitor() -> str:
    """To the service the rival is wanted by a visitor of its own."""
    return seat(f"{session.visitor()}:twin")


def lines(rival: Rival, way: Way | None, layer: int) -> list[tuple[str, Array]]:
    """The rival's gradient norms for the chart, named; none while it is not there."""
    if way is None:
        return []
    named = _("{cell} of the same size, {state}")
    found = [(named.format(cell=rival.name, state=_("hidden state")), way.profile.hidden[layer])]
    if way.profile.cell is not None:
        found.append((named.format(cell=rival.name, state=_("cell state")), way.profile.cell[layer]))
    return found

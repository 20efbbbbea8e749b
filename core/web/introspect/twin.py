"""The network a run's gradients are held against: an RNN of its size on the same prices (an LSTM beside an RNN)."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core import service
from core.config import Experiment
from core.run import Run
from core.service import JobState
from core.values import Array
from core.web import job_panel
from core.web.current import Current
from core.web.job_panel import Wanted
from core.web.labels import option_label
from core.web.readings import Way
from core.web.text import _


def twin_of(experiment: Experiment) -> Experiment:
    """The same in everything but its cell: an RNN, or an LSTM where the run itself is an RNN."""
    cell = "lstm" if experiment.model.cell == "rnn" else "rnn"
    return experiment.replace(model=experiment.model.replace(cell=cell, forget_bias=None))


@dataclass(frozen=True)
class Twin:
    """The other network as far as it is there.

    Attributes:
        wanted: its training; None when the run's prices are no longer at hand.
        job: how far it is; None also while it waits for a word.
    """

    experiment: Experiment
    wanted: Wanted | None
    job: JobState | None

    @property
    def run(self) -> Run | None:
        """The finished network."""
        found: Run | None = self.job.result if self.job and self.job.state == "done" else None
        return found

    @property
    def name(self) -> str:
        return option_label(self.experiment.model.cell)


def find(current: Current) -> Twin:
    """Join, start or read the training of the run's twin; the visitor's own training goes first."""
    assert current.run is not None
    experiment, bars = twin_of(current.run.experiment), current.run_bars
    if bars is None:
        return Twin(experiment, None, None)
    wanted = Wanted("twin", experiment, bars)
    return Twin(experiment, wanted, job_panel.look(wanted) if current.settled else service.finished(wanted.key))


def strip(twin: Twin) -> None:
    """One line on the twin's training, while there is something to say."""
    if twin.wanted is None:
        st.caption(_("The {cell} to compare with is trained with the current run.").format(cell=twin.name))
        return
    job_panel.panel([twin.wanted], [twin.job], _words(twin.name))


def _words(cell: str) -> job_panel.Words:
    told = _("Training the {cell} to compare with: epoch {epoch} of {epochs}, about {left} left")
    offer = _("The {cell} of the same size, to compare with, takes about {time} to train.")
    return job_panel.Words(
        offer=offer.replace("{cell}", cell),
        start=_("Train the {cell}").format(cell=cell),
        training=told.replace("{cell}", cell),
        cancelled=_("Training of the {cell} was cancelled.").format(cell=cell),
        again=_("Train again"),
    )


def lines(twin: Twin, way: Way | None, layer: int) -> list[tuple[str, Array]]:
    """The twin's gradient norms for the chart, named; none while it is not there."""
    if way is None:
        return []
    named = _("{cell} of the same size, {state}")
    found = [(named.format(cell=twin.name, state=_("hidden state")), way.profile.hidden[layer])]
    if way.profile.cell is not None:
        found.append((named.format(cell=twin.name, state=_("cell state")), way.profile.cell[layer]))
    return found

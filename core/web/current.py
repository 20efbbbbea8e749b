"""The visitor's current prices and run: asked for again at every script run."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core import service
from core.config import DataQuery, Experiment
from core.data import Token
from core.data.fetches import Fetch, Fetches
from core.data.schema import between
from core.data.tickers import Listed
from core.errors import DataError, GatescopeError
from core.film import continues
from core.jobs.tasks import Continuation, Finished
from core.run import Run
from core.sentence import N_
from core.service import JobState
from core.web import ahead, job_panel, luck, session
from core.web.job_panel import Wanted
from core.web.joined import joined

OPERATOR = "operator"  # whose token it is, where it is no visitor's
PATIENCE = 0.4  # seconds that a page waits for prices before it says that they are on their way


@dataclass(frozen=True)
class Current:
    """What the dials ask for, as far as it is there.

    Attributes:
        fetch: the prices, or how far they are, or why there are none.
        query, bars: the last prices this visitor had, and what asked for them: the dials' own once they are there.
        wanted: the training the dials ask for; None while there are no prices.
        job: how far it is; None also while a long training waits for its button.
        run: the last finished run of this visitor: the dials' own when `settled`, an earlier one otherwise.
    """

    experiment: Experiment
    fetch: Fetch
    query: DataQuery
    bars: pd.DataFrame | None
    wanted: Wanted | None
    job: JobState | None
    run: Run | None

    @property
    def settled(self) -> bool:
        return self.job is not None and self.job.state == "done"

    @property
    def run_bars(self) -> pd.DataFrame | None:
        """The prices the shown run was trained on; None when it is an earlier one and they have changed since."""
        if self.run is None or self.bars is None:
            return None
        return self.bars if service.key_of(self.run.experiment, self.bars) == self.run.key else None


def look(experiment: Experiment) -> Current:
    """Ask for the prices and the training of `experiment`: joins, starts or reads both."""
    fetch = prices(experiment)
    if fetch.bars is not None:
        session.PRICES.put((experiment.data, fetch.bars))
    query, bars = session.PRICES.get() or (experiment.data, None)
    wanted = (
        None
        if fetch.bars is None or fetch.error
        else Wanted(session.TRAINING, _task(experiment, fetch.bars), fetch.bars)
    )
    job = job_panel.look(wanted) if wanted else None
    if wanted and job is not None and job.state == "done":
        ahead.think(wanted, experiment)
        luck.note(session.shown())
    return Current(experiment, fetch, query, bars, wanted, job, session.shown())


def _task(experiment: Experiment, bars: pd.DataFrame) -> Experiment | Continuation:
    """The training of `experiment`, going on from the visitor's last run where only more epochs are asked for."""
    run = session.shown()
    if run is not None and continues(run, experiment, bars):
        return Continuation(experiment=experiment, start=Finished(run))
    return experiment


def prices(experiment: Experiment, again: bool = False, patience: float = PATIENCE) -> Fetch:
    """The bars that `experiment` reads: the visitor's own file, or what is kept of a source or fetched from it.

    With the columns that its inputs take of other tickers. Where an input cannot be computed there is an error beside
    the bars. `patience` is for how many seconds the answer is waited for.
    """
    return joined(experiment, _asked(experiment.data, again, patience), lambda query: _asked(query, again, patience))


def _asked(query: DataQuery, again: bool, patience: float) -> Fetch:
    """The bars of one query alone."""
    if query.source != "upload":
        return fetches().ask(query, *_token(), again, patience)
    try:
        return Fetch("done", 1.0, bars=_own_bars(query))
    except GatescopeError as error:
        return Fetch("error", error=error)


def whole_history(query: DataQuery) -> Fetch:
    """The bars of `query` up to the last one at hand, whatever its end; a source is asked for what is not kept yet."""
    if query.source != "upload":
        return fetches().ask(query.replace(end=None), *_token())
    try:
        return Fetch("done", 1.0, bars=between(_file(), query.replace(end=None)))
    except GatescopeError as error:
        return Fetch("error", error=error)


def _file() -> pd.DataFrame:
    """All days of the visitor's own file."""
    if (file := session.UPLOAD.get()) is None:
        raise DataError(N_("These settings use a file of your own; choose it in the sidebar under “Own file”."))
    return file[1]


def _own_bars(query: DataQuery) -> pd.DataFrame:
    """The chosen days of the visitor's own file; cut once, so that they are hashed once."""
    file, known = _file(), session.CUT.get()
    if known is None or known[0] is not file or known[1] != query:
        known = (file, query, between(file, query))
        session.CUT.put(known)
    bars: pd.DataFrame = known[2]
    return bars


def listing() -> tuple[Listed, ...]:
    """The securities the picker knows: more of them once a token has asked for the full list."""
    return fetches().listing(*_token())


def _token() -> tuple[Token | None, str]:
    """The token to ask with, and whose it is: what a visitor's own token brings is that visitor's alone.

    The operator's answers are apart from those without a token: who may use it does not read that there is none.
    """
    if own := session.TOKEN.get():
        return own, session.visitor()
    operators = session.operators_token()
    return operators, OPERATOR if operators else ""


def fetch_again(experiment: Experiment) -> None:
    """Forget the answer there is and ask the source anew."""
    prices(experiment, again=True)


@st.cache_resource(show_spinner=False)
def fetches() -> Fetches:
    """The one place of this process where prices are fetched."""
    return Fetches()

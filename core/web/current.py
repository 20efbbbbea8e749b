"""The visitor's current run: the dials' prices and training, asked for again at every script run."""

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
from core.run import Run
from core.sentence import N_
from core.service import JobState
from core.web import session

BY_ITSELF_SECONDS = 5.0  # a changed dial that trains longer than this waits for a button
AT_FIRST_SECONDS = 60.0  # so does a visit's first training, which would otherwise leave the pages empty


@dataclass(frozen=True)
class Lab:
    """What the dials ask for, as far as it is there.

    Attributes:
        fetch: the prices, or how far they are, or why there are none.
        query, bars: the last prices this visitor had, and what asked for them: the dials' own once they are there.
        job: the training; None while there are no prices, or a long training waits for its button.
        run: the last finished run of this visitor: the dials' own when `current`, an earlier one otherwise.
    """

    experiment: Experiment
    fetch: Fetch
    query: DataQuery
    bars: pd.DataFrame | None
    job: JobState | None
    run: Run | None

    @property
    def current(self) -> bool:
        return self.job is not None and self.job.state == "done"


def look(experiment: Experiment) -> Lab:
    """Ask for the prices and the training of `experiment`: joins, starts or reads both."""
    fetch = prices(experiment)
    if fetch.bars is not None:
        session.put(session.PRICES, (experiment.data, fetch.bars))
    query, bars = session.prices() or (experiment.data, None)
    job = None if fetch.bars is None else training(experiment, fetch.bars)
    if job and job.state == "done":
        session.put(session.SHOWN, job.result)
    return Lab(experiment, fetch, query, bars, job, session.shown())


def prices(experiment: Experiment, again: bool = False) -> Fetch:
    """The bars of `experiment.data`: the visitor's own file, or what the desk has or fetches."""
    query = experiment.data
    if query.source != "upload":
        return desk().ask(query, *_token(), again)
    try:
        if (file := session.upload()) is None:
            raise DataError(N_("These settings use a file of your own; choose it in the sidebar under “Own file”."))
        return Fetch("done", 1.0, bars=between(file[1], query))
    except GatescopeError as error:
        return Fetch("error", error=error)


def listing() -> tuple[Listed, ...]:
    """The securities the picker knows: more of them once a token has asked for the full list."""
    return desk().listing(*_token())


def _token() -> tuple[Token | None, str]:
    """The token to ask with, and whose it is: what a visitor's own token brings is that visitor's alone."""
    own = session.own_token()
    return (own, session.visitor()) if own else (session.operators_token(), "")


def fetch_again(experiment: Experiment) -> None:
    """Forget the answer there is and ask the source anew."""
    prices(experiment, again=True)


def training(experiment: Experiment, bars: pd.DataFrame) -> JobState | None:
    """The job of `experiment`, started by itself when it is short; None when it waits for the visitor's word."""
    key = service.key_of(experiment, bars)
    run = session.shown()
    if run is not None and run.key == key:
        return JobState(key=key, state="done", result=run)
    patience = BY_ITSELF_SECONDS if run else AT_FIRST_SECONDS
    long = service.estimated_seconds(experiment, len(bars)) > patience
    if long and not session.agreed(key) and service.finished(key) is None:
        return None
    return service.ask(experiment, bars, seat(session.visitor()))


@st.cache_resource(show_spinner=False)
def desk() -> Fetches:
    """The one desk of this process."""
    return Fetches()


@st.cache_resource(scope="session", show_spinner=False, on_release=service.visitor_left)
def seat(name: str) -> str:
    """A visitor's name at the service, held by the browser session: when that ends, the seat's job is given up."""
    return name

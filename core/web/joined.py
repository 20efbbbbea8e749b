"""Prices together with all that the network reads beside them, or why that cannot be had: known before any training."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.config import DataQuery, Experiment
from core.data.fetches import Fetch
from core.data.others import Joined, others_of, with_others
from core.digest import bars_digest
from core.errors import GatescopeError
from core.inputs import filled, values_of
from core.sentence import Sentence
from core.web import session

HOUR = 3600.0  # seconds that joined prices are kept, so that they are hashed once


def joined(experiment: Experiment, fetch: Fetch, ask: Callable[[DataQuery], Fetch]) -> Fetch:
    """`fetch`, the prices of `experiment`, with the columns that its inputs read of other tickers.

    Running while another ticker's prices are on their way. In error where they cannot be had, or where these prices
    lack what an input is computed from; the prices are there all the same.

    Args:
        ask: gives another ticker's prices, as far as they are there.
    """
    if fetch.bars is None or not experiment.model.inputs:
        return fetch
    others = {query: ask(query) for query in others_of(experiment).values()}
    for other in others.values():
        if other.error:
            return Fetch("error", error=other.error, bars=fetch.bars)
        if other.bars is None:
            return other
    try:
        found = _joined(
            experiment, fetch.bars, {query: other.bars for query, other in others.items() if other.bars is not None}
        )
    except GatescopeError as error:
        return Fetch("error", error=error, bars=fetch.bars)
    told = dict(zip(others_of(experiment), found.told, strict=False))
    session.ALIGNED.put(session.ALIGNED.get() | told)
    return Fetch("done", 1.0, bars=found.bars)


def aligned(experiment: Experiment) -> tuple[Sentence, ...]:
    """Which day of another ticker that the experiment reads counts for which day, as far as that is known by now."""
    told = session.ALIGNED.get()
    return tuple(told[name] for name in experiment.model.inputs if name in told)


def _joined(experiment: Experiment, bars: pd.DataFrame, others: dict[DataQuery, pd.DataFrame]) -> Joined:
    further = tuple(str(name) for name in bars.columns)
    key = (bars_digest(bars, further), *(bars_digest(each) for each in others.values()))
    return _kept(key, experiment.data.ticker, experiment.model.inputs, experiment.reads[1:], experiment, bars, others)


@st.cache_resource(ttl=HOUR, max_entries=32, show_spinner=False)
def _kept(
    key: tuple[str, ...], ticker: str, inputs: tuple[str, ...], reads: tuple[str, ...],
    _experiment: Experiment, _bars: pd.DataFrame, _others: dict[DataQuery, pd.DataFrame],
) -> Joined:  # fmt: skip
    """Raises DataError where an input cannot be computed of these prices."""
    found = with_others(_bars, _experiment, _others.__getitem__)
    for name in reads:
        filled(name, values_of(name, found.bars))
    return found

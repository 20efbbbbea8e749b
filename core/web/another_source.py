"""Buttons beside "choose another source": the sources that can serve these prices, and the sample that always opens."""

from __future__ import annotations

import streamlit as st

from core.config import DataQuery
from core.data.registry import able, automatic
from core.data.sample import TICKER as SAMPLE_TICKER
from core.errors import UnknownTickerError
from core.web import inputs, session
from core.web.labels import option_label
from core.web.text import _


def others(query: DataQuery) -> list[str]:
    """The sources that may have these prices, without the one that was asked."""
    token = session.TOKEN.get() or session.operators_token()
    asked = query.source
    if asked == "auto":
        try:
            asked = automatic(query.ticker, token)
        except UnknownTickerError:
            asked = ""
    return [name for name in able(query.ticker, token) if name not in (asked, "sample")]


def buttons(query: DataQuery, place: str) -> None:
    """One press to another source of the same prices, or to the sample; drawn where the caller's container is."""
    for name in others(query):
        st.button(
            _("Use {source}").format(source=option_label(name)), key=f"{place}_use_{name}",
            on_click=inputs.set_dials, kwargs={"source": name}, icon=":material/swap_horiz:",
        )  # fmt: skip
    st.button(
        _("Open the offline sample"), key=f"{place}_open_sample", on_click=open_sample,
        icon=":material/folder_open:", help=_("AAPL, daily, 2019 to 2024; needs no network."),
    )  # fmt: skip


def open_sample() -> None:
    """Set ticker, dates and split so that the sample opens, as a button's callback; the other dials stay."""
    experiment, _errors = inputs.read()
    train = experiment.train.replace(test_start=None)  # a day of other prices
    inputs.fill(experiment.replace(data=DataQuery(ticker=SAMPLE_TICKER), train=train))

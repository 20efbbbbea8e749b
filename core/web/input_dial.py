"""The dial of inputs: what it offers, and what a word chosen or typed there means."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import streamlit as st

from core.config import Experiment
from core.data.tickers import normalise
from core.errors import UnknownTickerError
from core.input_names import COLUMN, KNOWN, MOST, OTHER, OWN, column_input, is_input, without_own
from core.languages import LANGUAGES, catalogue
from core.sentence import N_
from core.web import session
from core.web.current import listing
from core.web.labels import dial_help, dial_label, input_label
from core.web.text import _
from core.words import input_word

NAME = "inputs"


def choose(experiment: Experiment) -> None:
    """The box to choose them in; the target's own series is none of them, as it is always read."""
    chosen = list(experiment.model.inputs)
    st.multiselect(
        dial_label(NAME),
        options=list(dict.fromkeys([*_offered(experiment), *chosen])),
        default=chosen,
        key=NAME,
        format_func=input_label,
        max_selections=MOST - 1,
        accept_new_options=True,
        placeholder=_("{series} alone").format(series=input_label(OWN[experiment.train.target])),
        help=dial_help(NAME),
    )


def names(given: Iterable[str]) -> tuple[str, ...]:
    """The inputs that words chosen or typed mean, each once.

    Raises:
        GatescopeError: one of them is no input, no column of the visitor's file and no ticker.
    """
    return tuple(dict.fromkeys(_named(text) for text in map(str.strip, given) if text))


def _offered(experiment: Experiment) -> list[str]:
    """What every ticker has, columns of the prices at hand, and the visitor's file beside another ticker's prices."""
    file, own = session.UPLOAD.get(), experiment.data.source == "upload"
    columns = _columns() if own else []
    other = [f"{OTHER}upload:{file[0]}"] if file and not own else []
    return [*without_own(experiment.train.target, KNOWN), *columns, *other]


def _columns() -> list[str]:
    """What else of the visitor's own file an input can read."""
    file = session.UPLOAD.get()
    return [str(name) for name in file[1].columns if str(name).startswith(COLUMN)] if file else []


def _named(text: str) -> str:
    if is_input(text):
        return text
    if name := _labelled().get(text):
        return name
    if (column := column_input(text)) in _columns():
        return column
    if (file := session.UPLOAD.get()) and text == file[0]:
        return f"{OTHER}upload:{text}"
    try:
        return f"{OTHER}auto:{normalise(text, listing())}"
    except UnknownTickerError as error:
        raise UnknownTickerError(
            N_("{value} is neither an input nor a ticker; choose one of the list, or type a code such as 000001.SH."),
            value=text,
        ) from error


@cache
def _labelled() -> dict[str, str]:
    """Inputs by their labels in every language: a browser names a choice by its label, at times that of the other."""
    return {catalogue(language).gettext(input_word(name)): name for language in LANGUAGES for name in KNOWN}

"""Widgets to Experiment and back. Every widget's key is its name in the address."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any

import streamlit as st

from core.config import PRESETS, Choice, Experiment
from core.data import Token
from core.data.tickers import normalise
from core.errors import GatescopeError
from core.languages import LANGUAGES, catalogue
from core.link import NOTHING, PARAMETERS, with_parameter
from core.sources import SOURCES
from core.web import input_dial, session
from core.web.current import listing
from core.web.own_file import OwnFile
from core.web.text import browser_language
from core.words import option

WITHOUT_WIDGET = ("layout",)  # it comes with the preset
WIDGETS = [name for name in PARAMETERS if name not in WITHOUT_WIDGET]
SPLIT_DAY, UPLOADER, TOKEN_BOX = "split_day", "own_prices", "token_box"
RISING, RISINGS = "rising", ("market", "red", "green")  # the colour of rising prices; the first is no part of a link


def set_dials(**texts: Any) -> None:
    """Set dials by their URL names, as a button's callback."""
    experiment, _errors = read()
    for name, text in texts.items():
        experiment = with_parameter(experiment, name, text)
    fill(experiment)


def read() -> tuple[Experiment, list[GatescopeError]]:
    """The experiment that the widgets' values say, on the base of the dials that have no widget.

    A value out of bounds leaves its dial, and its widget, at the last good one; the errors say why.
    """
    experiment, errors = session.BASE.get(), []
    st.session_state.setdefault("lang", browser_language())
    st.session_state.setdefault(RISING, RISINGS[0])
    if any(name not in st.session_state for name in (*WIDGETS, SPLIT_DAY)):
        fill(experiment)  # a client that sent no widget states: the dials stay where they were
    _leave_own_file()
    for name in WIDGETS:
        try:
            experiment = with_parameter(experiment, name, _value(name))
        except GatescopeError as error:
            errors.append(error)
            _put_dial(experiment, name)
    if day := st.session_state.get(SPLIT_DAY):
        experiment = with_parameter(experiment, "split", day.isoformat())
    put("ticker", experiment.data.ticker)
    put(input_dial.NAME, list(experiment.model.inputs))  # what was typed has its name, and a target's own series is out
    session.BASE.put(experiment)
    return experiment, errors


def _value(name: str) -> Any:
    """What the widget of that name says, as a link would; a ticker in any form becomes its full code.

    A browser names a chosen word by its label, and for a moment still by that of the language just left.
    """
    value = st.session_state[name]
    if name == input_dial.NAME:
        return input_dial.names(value)
    if word := _labelled(name).get(value if isinstance(value, str) else ""):
        put(name, value := word)
    if name == "ticker" and not _as_typed(st.session_state["source"]):
        return normalise(value, listing())
    return NOTHING.get(name) if value is None else value


@cache
def _labelled(name: str) -> dict[str, str]:
    """The words of a dial by their labels in every language, the words themselves left out."""
    part, field = PARAMETERS[name]
    limits = {dial.name: dial.metadata.get("bounds") for dial in fields(getattr(Experiment(), part))}[field]
    words = limits.options if isinstance(limits, Choice) else [NOTHING[name]] if name in NOTHING else []
    told = {catalogue(language).gettext(option(word)): word for language in LANGUAGES for word in words}
    return {label: word for label, word in told.items() if label not in words}


def _as_typed(source: str) -> bool:
    """Whether a source takes any ticker; a file's is its own name."""
    return source == "upload" or (source in SOURCES and SOURCES[source].any_ticker)


def _leave_own_file() -> None:
    """Choosing another ticker while a file of one's own is shown goes back to the sources."""
    file = session.UPLOAD.get()
    if file and st.session_state["source"] == "upload" and st.session_state["ticker"] != file[0]:
        st.session_state["source"] = "auto"


def fill(experiment: Experiment) -> None:
    """Set every widget to `experiment`."""
    session.BASE.put(experiment)
    for name in WIDGETS:
        _put_dial(experiment, name)
    put(SPLIT_DAY, experiment.train.test_start)


def _put_dial(experiment: Experiment, name: str) -> None:
    part, field = PARAMETERS[name]
    value = getattr(getattr(experiment, part), field)
    value = list(value) if isinstance(value, tuple) else value  # as their widgets have several
    put(name, "full" if name == "batch" and value is None else value)


def put(name: str, value: Any) -> None:
    """Set a widget, unless it stands there already.

    Whatever is set is sent, and sent late it takes back what quick hands have done in the meantime.
    """
    if name not in st.session_state or st.session_state[name] != value:
        st.session_state[name] = value


def take_preset() -> None:
    """The visitor chose a preset: all its dials, the prices kept."""
    name = st.session_state["preset"]
    if name in PRESETS:
        session.ORIGIN.put(name)
        fill(PRESETS[name].replace(data=session.BASE.get().data))


def take_file() -> None:
    """The visitor chose a file, or took it away again."""
    file = st.session_state[UPLOADER]
    session.CALENDARS.put({of: name for of, name in session.CALENDARS.get().items() if of[0] != "upload"})
    if file is not None:
        return _read_file(OwnFile(file.name, file.getvalue()))
    for key in (session.UPLOAD, session.UPLOAD_ERROR, session.FILE, session.READ_FILE):
        key.put(None)
    if (experiment := read()[0]).data.source == "upload":  # a file that was never read took no price's place
        fill(experiment.replace(data=session.HOME.get()))


def answer_file(file: OwnFile, option: str, answer: str) -> None:
    """Read a file again with an answer to what it leaves open, as a button's callback."""
    _read_file(file.answered(option, answer))


def _read_file(file: OwnFile) -> None:
    """Its prices take the place of those there are; where it is not to be read they stay, and the reason is kept."""
    session.FILE.put(file)
    session.UPLOAD_ERROR.put(None)
    try:
        query, bars = file.query, file.bars()
    except GatescopeError as error:
        return session.UPLOAD_ERROR.put(error)
    session.READ_FILE.put(file)
    session.UPLOAD.put((query.ticker, bars))
    fill(read()[0].replace(data=query))


def take_token() -> None:
    """The visitor typed a token: keep it for this visit, and nowhere that is sent, shown or written."""
    session.TOKEN.put(Token(st.session_state[TOKEN_BOX]) or None)
    st.session_state[TOKEN_BOX] = ""


def forget_token() -> None:
    session.TOKEN.put(None)

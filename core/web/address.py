"""The address: read when a visit begins or the visitor goes back, written when a dial or the view has changed.

It holds the preset, what differs from it, how the visitor sees things, what is looked at on the page (view, layer, day,
epoch, step, unit, axis), and what `PARTS` add, such as the runs kept to compare. So a link shows what was seen, and the
browser's Back undoes one step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from core.config import DataQuery, Experiment
from core.errors import GatescopeError
from core.languages import LANGUAGES
from core.link import from_link, to_link
from core.pins import LONGEST_ADDRESS
from core.web import inputs, pinned, returning, session
from core.web.arena import others
from core.web.sweep import asked as sweep
from core.web.text import browser_language

VIEWS = {  # page -> name in the address -> the widget it stands for
    "market": {"view": "market_shape"},
    "compare": {"view": "compare_view"},
    "arena": {"view": "arena_view", "forecaster": "arena_forecaster", "side": "arena_side", "cost": "arena_cost"},
    "sweep": {
        "view": "sweep_view", "measure": "sweep_measure", "across": "sweep_across", "up": "sweep_up",
        "over": "sweep_over",
    },
    "training": {"axis": "loss_axis", "epoch": "training_epoch"},
    "forecast": {
        "view": "forecast_view", "epoch": "forecast_epoch", "ahead": "horizon", "seeds": "sweep", "every": "walk_every",
        "refits": "walk_refits", "ablated": "ablation_seeds",
    },
    "gates": {
        "view": "gate_view", "layer": "gate_layer", "day": "gate_day", "epoch": "gate_epoch", "step": "gate_step",
        "unit": "gate_unit",
    },
    "gradients": {
        "view": "gradient_over", "layer": "gradient_layer", "day": "gradient_day", "epoch": "gradient_epoch",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Settings that travel in the address of every page beside dials and views.

    Attributes:
        write: their parameters, by names that are nobody else's; {} for none.
        read: takes them from all parameters there are, and gives what is wrong in them.
        short: what is written instead where the address would grow too long.
    """

    write: Callable[[], dict[str, str]]
    read: Callable[[Mapping[str, str]], Sequence[GatescopeError]]
    short: Callable[[], dict[str, str]] = dict


PARTS = [
    Part(pinned.to_address, pinned.from_address, pinned.to_short_address),
    Part(others.to_address, others.from_address),
    Part(sweep.to_address, sweep.from_address),
    Part(dict, returning.from_address),
]
ELSEWHERE = 100  # characters that the server's and the page's name may take of an address
NUMBERS = ("layer", "epoch", "step", "unit", "cost", "ahead", "seeds", "every", "refits", "ablated")
DOCUMENT = "document"  # the component that hears the browser's Back
PAGE = "_page"  # whose address it is: Streamlit may tell the browser before it shows that page. frame.js takes it out


def open_session(home: DataQuery) -> None:
    """First script run of a session: take language and dials from the address, remember what was wrong in it."""
    session.HOME.put(home)
    _take_dials(_given())


def _given() -> dict[str, str]:
    """The address as the browser has it."""
    return {name: value for name, value in st.query_params.to_dict().items() if name != PAGE}


def follow(page: str) -> None:
    """Take the view from the address when a visit begins, and everything when the visitor went back or forward.

    Streamlit leaves the parameters out when a page is chosen, and has them when Back leads to one.
    """
    component: Any = st.session_state.get(DOCUMENT) or {}
    popped, written, given = component.get("popped"), session.WRITTEN.get(), _given()
    if written is None:
        _take_view(page, given)
    elif (popped and popped != session.POPPED.get()) or (given and page != written[0] and given != written[1]):
        session.POPPED.put(popped)
        _take_dials(given)
        _take_view(page, given)
    else:
        if (taken := session.TAKEN.get()) and taken[0] == page:  # by a script run that was cut off before it drew that
            _take_view(page, taken[1], again=True)
        return
    session.WRITTEN.put((page, given))
    session.TAKEN.put((page, given))


@contextmanager
def written(page: str, experiment: Experiment) -> Iterator[None]:
    """Around the drawing of a page: its address.

    Written before, so that it is right at once, and after, with the views that the page begins with. A page that stops
    early has been drawn too; one that was cut off has not.
    """
    write(page, experiment)
    try:
        yield
    except StopException:
        _drawn(page, experiment)
        raise
    _drawn(page, experiment)


def _drawn(page: str, experiment: Experiment) -> None:
    session.TAKEN.put(None)
    write(page, experiment)


def _take_dials(parameters: Mapping[str, str]) -> None:
    """Set language and dials to what the address says; what it leaves out stands where it usually does."""
    language, rising = parameters.get("lang"), parameters.get(inputs.RISING)
    inputs.put("lang", language if language in LANGUAGES else browser_language())
    inputs.put(inputs.RISING, rising if rising in inputs.RISINGS else inputs.RISINGS[0])
    experiment, preset, errors = from_link(parameters, session.HOME.get())
    session.ORIGIN.put(preset)
    session.COMPLAINTS.put((*errors, *(error for part in PARTS for error in part.read(parameters))))
    inputs.fill(experiment)


def complaints() -> list[GatescopeError]:
    """What was wrong in the address this session was opened with."""
    return list(session.COMPLAINTS.get())


def write(page: str, experiment: Experiment) -> None:
    """Put dials and view into the address, if they changed since that was last done.

    Not whenever the address differs: after Back it does, until it has been read.
    """
    link = whole(page, experiment)
    if is_too_long(link):
        for part in PARTS:
            link = {name: text for name, text in link.items() if name not in part.write()} | part.short()
    if session.WRITTEN.get() != (page, link):
        session.WRITTEN.put((page, link))
        if _given() != link:
            st.query_params.from_dict({**link, PAGE: page})


def whole(page: str, experiment: Experiment) -> dict[str, str]:
    """The parameters of a page's address, however long."""
    link = to_link(experiment, session.ORIGIN.get(), session.HOME.get())
    if st.session_state["lang"] != browser_language():
        link["lang"] = st.session_state["lang"]
    if st.session_state[inputs.RISING] != inputs.RISINGS[0]:
        link[inputs.RISING] = st.session_state[inputs.RISING]
    for part in PARTS:
        link |= part.write()
    return link | _view(page)


def is_too_long(link: Mapping[str, str]) -> bool:
    """Whether an address of these would be cut somewhere on its way."""
    return len(urlencode(link)) + ELSEWHERE > LONGEST_ADDRESS


def take(page: str, parameters: dict[str, str]) -> None:
    """Set everything to what an address of that page says that was kept in a file."""
    _take_dials(parameters)
    _take_view(page, parameters)
    session.TAKEN.put((page, parameters))


def write_view() -> None:
    """The same from within a fragment, which runs without the rest of the page."""
    if written := session.WRITTEN.get():
        write(written[0], session.BASE.get())


def _view(page: str) -> dict[str, str]:
    """What is looked at, as far as it is not what one would see anyway."""
    seen = {name: (key, st.session_state.get(key)) for name, key in VIEWS.get(page, {}).items()}
    return {
        name: str(value)
        for name, (key, value) in seen.items()
        if value is not None and value != session.USUAL.at(key).get()
    }


def _take_view(page: str, parameters: Mapping[str, str], again: bool = False) -> None:
    """`again`: only what has been lost since."""
    for name, key in VIEWS.get(page, {}).items():
        if again and key in st.session_state:
            continue
        value = _value(name, parameters[name]) if name in parameters else session.USUAL.at(key).get()
        if value is not None:
            inputs.put(key, value)  # the widget itself turns down what it does not offer


def _value(name: str, text: str) -> Any:
    """A view's value from its text; None where it is none."""
    try:
        return int(text) if name in NUMBERS else date.fromisoformat(text) if name == "day" else text
    except ValueError:
        return None

"""Everything a visitor's session remembers, each key once. Widgets keep their own values under their own names."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pandas as pd
import streamlit as st

from core.config import DEFAULT_PRESET, DataQuery, Experiment
from core.data import Token, choose_token
from core.errors import GatescopeError
from core.evaluation.tries import Try
from core.jobs.adding import AddingTask
from core.pins import Pin
from core.run import Run
from core.service import JobState
from core.web.own_file import OwnFile

T = TypeVar("T")


@dataclass(frozen=True)
class Key(Generic[T]):
    """One thing remembered: its name in the session, and what it is before anything was put there."""

    name: str
    default: T

    def get(self) -> T:
        found: T = st.session_state.get(self.name, self.default)
        return found

    def put(self, value: T) -> None:
        st.session_state[self.name] = value

    def at(self, place: str) -> Key[T]:
        """The same for one place on the screen."""
        return Key(f"{self.name}_{place}", self.default)


VISITOR = Key("_visitor", "")  # a name for this browser session, never shown
BASE = Key("_base", Experiment())  # the last good experiment of the dials
ORIGIN = Key("_origin", DEFAULT_PRESET)  # the preset this visitor started from
HOME = Key("_home", DataQuery())  # the prices a bare address opens with
COMPLAINTS = Key[tuple[GatescopeError, ...]]("_complaints", ())  # errors in the link
UPLOAD = Key[tuple[str, pd.DataFrame] | None]("_upload", None)  # name and bars of the own file
UPLOAD_ERROR = Key[GatescopeError | None]("_upload_error", None)
FILE = Key[OwnFile | None]("_file", None)  # the file last chosen, read or not
READ_FILE = Key[OwnFile | None]("_read_file", None)  # the file that `UPLOAD` was read from
CALENDARS = Key[dict[tuple[str, str], str]]("_calendars", {})  # by source and ticker: the calendar the visitor chose
CUT = Key[tuple[pd.DataFrame, DataQuery, pd.DataFrame] | None]("_cut", None)  # the file's bars, query, those days of it
TOKEN = Key[Token | None]("_token", None)  # the visitor's own, for this visit only
MOVED = Key("_moved", False)  # by date dial: whether the visitor has moved it, so that the browser has drawn it
PRICES = Key[tuple[DataQuery, pd.DataFrame] | None](
    "_prices", None
)  # the last that came, kept while others are fetched
AGREED = Key[frozenset[str]]("_agreed", frozenset())  # keys of long jobs the visitor started by button
BEGUN = Key[str | None]("_begun", None)  # by place: the key of the job that was last begun or read there
ASKED = Key[str | None]("_asked", None)  # by place: the key of the job last asked for
DONE = Key[JobState | None]("_done", None)  # by place: the last finished job, whatever the store of results drops
THOUGHT = Key("_thought", "")  # the run whose neighbours are trained ahead
PRESSED = Key[Any]("_pressed", None)  # by chart: what the mark last pressed stands for
LED_TO = Key("_led_to", "")  # the page that what was pressed leads on to
TRIES = Key("_tries", 0)  # by question of a lesson: how often other numbers were asked for
STARTED = Key[tuple[AddingTask, ...]]("_started", ())  # by place: the tasks of a lesson that the visitor started
PINS = Key[tuple[Pin, ...]]("_pins", ())  # what is kept to compare, in the visitor's order
PINNED_RUNS = Key[dict[str, Run]]("_pinned_runs", {})  # by key: those of them that are trained
PIN_NUMBERS = Key[dict[str, int]]("_pin_numbers", {})  # by run key: the number of every run kept in this visit
LAST_UNPINNED = Key[tuple[int, Pin] | None]("_last_unpinned", None)  # the last one let go, and its place
LOST_PINS = Key[tuple[tuple[int, str], ...]]("_lost_pins", ())  # number and key of what the service no longer keeps
CHANGED_PRICES = Key[tuple[str, ...]]("_changed_prices", ())  # tickers whose prices are others than the link's
SET_ERROR = Key[GatescopeError | None]("_set_error", None)  # of the last file of kept runs
LOOKED_AT = Key[tuple[Try, ...]]("_looked_at", ())  # what is kept of each run this visitor has seen, the latest last
PUBLISHED = Key[dict[str, Any]]("_published_runs", {})  # this visit's entries beside the published table, by run key
PLAYING = Key("_playing", False)  # whether the steps of the gates play
SINCE = Key("_step_since", 0.0)  # when the last one came
OFFERED = Key[list[int] | None]("_units_offered", None)  # what the choice of units was last set to without the visitor
SHARED = Key[Any]("_shared", None)  # by choice that pages share: what was last chosen

WRITTEN = Key[tuple[str, dict[str, str]] | None]("_written", None)  # page and parameters of the address as last written
TAKEN = Key[tuple[str, dict[str, str]] | None]("_taken", None)  # the same as last read, until the page is drawn
POPPED = Key[Any]("_popped", None)  # the browser's last word that its visitor went back or forward
USUAL = Key[Any]("_usual", None)  # by view widget: what it shows unless somebody chooses

TRAINING = "training"  # the place of the visitor's own run


def visitor() -> str:
    """A name for this browser session, drawn once; never shown."""
    if not VISITOR.get():
        VISITOR.put(uuid.uuid4().hex)
    return VISITOR.get()


def is_new() -> bool:
    """Whether this is the session's first script run."""
    return BASE.name not in st.session_state


def shown() -> Run | None:
    """The visitor's last finished run, kept while a newer one trains."""
    done = DONE.at(TRAINING).get()
    return done.result if done else None


def agree(key: str) -> None:
    """The visitor wants this job although it takes long."""
    AGREED.put(AGREED.get() | {key})


def operators_token() -> Token | None:
    """The operator's token, where visitors may use it: that must be said by GATESCOPE_SHARE_TOKEN."""
    share = os.environ.get("GATESCOPE_SHARE_TOKEN") or secret("GATESCOPE_SHARE_TOKEN")
    shared = str(share).lower() in ("1", "true", "yes")
    return choose_token(secret=secret("TUSHARE_TOKEN"), share=shared)


def secret(name: str) -> str:
    """A value of .streamlit/secrets.toml; "" where there is no such value or no such file."""
    try:
        return str(st.secrets.get(name, ""))
    except FileNotFoundError:
        return ""

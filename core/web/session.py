"""Everything a visitor's session remembers, each key once. Widgets keep their own values under their own names."""

from __future__ import annotations

import os
import time
import uuid
from dataclasses import dataclass
from functools import lru_cache
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
from core.sentence import Sentence
from core.service import JobState, SetState
from core.web import identity
from core.web.own_file import OwnFile

T = TypeVar("T")
PLACE = "_visit"  # all of it under one key: Streamlit goes through every key of a session at each box it draws


def _remembered() -> dict[str, Any]:
    held: dict[str, Any] = st.session_state.setdefault(PLACE, {})
    return held


@dataclass(frozen=True)
class Key(Generic[T]):
    """One thing remembered: its name in the session, and what it is before anything was put there."""

    name: str
    default: T

    def get(self) -> T:
        found: T = _remembered().get(self.name, self.default)
        return found

    def put(self, value: T) -> None:
        _remembered()[self.name] = value

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
ALIGNED = Key[dict[str, Sentence]]("_aligned", {})  # by input of another ticker: which of its days count for which
ABLATE_AGAIN = Key("_ablate_again", False)  # whether the trainings of an ablation that ended early are tried again
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
OPEN_ERROR = Key[GatescopeError | None]("_open_error", None)  # of the last file that was opened under “Take away”
OPENED = Key[Sentence | None]("_opened", None)  # what the last one brought
LOOKED_AT = Key[tuple[Try, ...]]("_looked_at", ())  # what is kept of each run this visitor has seen, the latest last
AFTER = Key[tuple[Try, ...]]("_after", ())  # what is kept of each run that was opened on the days after its end
AFTER_OPENED = Key[dict[str, int]]("_after_opened", {})  # by run key: how often they were opened with it
AFTER_OPEN = Key("_after_open", "")  # the key of the run they are open with
PUBLISHED = Key[dict[str, Any]]("_published_runs", {})  # this visit's entries beside the published table, by run key
PLAYING = Key("_playing", False)  # whether the steps of the gates play
SINCE = Key("_step_since", 0.0)  # when the last one came
SWEEP = Key[Any]("_sweep", None)  # what is asked at once: core.web.sweep.asked.Asked
SWEEP_AGREED = Key[dict[str, str]]("_sweep_agreed", {})  # its words, once the visitor has said that it shall run
SWEEP_RESTART = Key("_sweep_restart", False)  # whether what was cancelled or has failed is tried again
SWEEP_BARS = Key[dict[DataQuery, Any]]("_sweep_bars", {})  # its prices, or why there are none
SWEEP_STATE = Key[tuple[tuple[str, ...], SetState] | None]("_sweep_state", None)  # keys of its runs, and how far it is
SWEEP_OPENED = Key("_sweep_opened", False)  # whether a press has just made one of its runs the current one
OFFERED = Key[list[int] | None]("_units_offered", None)  # what the choice of units was last set to without the visitor
ARENA_TICKERS = Key[tuple[str, ...]]("_arena_tickers", ())  # the other tickers of the arena, by code
ARENA_ERRORS = Key[tuple[GatescopeError, ...]]("_arena_errors", ())  # what was typed there and is no ticker
SHARED = Key[Any]("_shared", None)  # by choice that pages share: what was last chosen

WRITTEN = Key[tuple[str, dict[str, str]] | None]("_written", None)  # page and parameters of the address as last written
TAKEN = Key[tuple[str, dict[str, str]] | None]("_taken", None)  # the same as last read, until the page is drawn
POPPED = Key[Any]("_popped", None)  # the browser's last word that its visitor went back or forward
USUAL = Key[Any]("_usual", None)  # by view widget: what it shows unless somebody chooses

LEAVING = Key("_leaving", "")  # to sign "in" or "out", once this script run has written the address

SECRETS_SECONDS = 10.0  # where there is no file, Streamlit looks for it at every question
TRAINING = "training"  # the place of the visitor's own run


def visitor() -> str:
    """A name for this browser session, drawn once; never shown."""
    if not VISITOR.get():
        VISITOR.put(uuid.uuid4().hex)
    return VISITOR.get()


def is_new() -> bool:
    """Whether this is the session's first script run."""
    return BASE.name not in _remembered()


def shown() -> Run | None:
    """The visitor's last finished run, kept while a newer one trains."""
    done = DONE.at(TRAINING).get()
    return done.result if done else None


def agree(key: str) -> None:
    """The visitor wants this job although it takes long."""
    AGREED.put(AGREED.get() | {key})


def operators_token() -> Token | None:
    """The operator's token, where this visitor may use it: GATESCOPE_SHARE_TOKEN says so, GATESCOPE_LOGIN to whom."""
    if not identity.may(identity.TOKEN):
        return None
    share = os.environ.get("GATESCOPE_SHARE_TOKEN") or secret("GATESCOPE_SHARE_TOKEN")
    shared = str(share).lower() in ("1", "true", "yes")
    return choose_token(secret=secret("TUSHARE_TOKEN"), share=shared)


def opens_live() -> bool:
    """Whether a bare address opens with prices that the operator's token brings: where it is every visitor's.

    The same for all, so that an address means the same before a sign-in and after it.
    """
    return identity.TOKEN not in identity.needed() and operators_token() is not None


def secret(name: str) -> str:
    """A value of .streamlit/secrets.toml; "" where there is no such value or no such file; as of some seconds ago."""
    return _secret(name, int(time.monotonic() / SECRETS_SECONDS))


@lru_cache(maxsize=16)
def _secret(name: str, moment: int) -> str:
    try:
        return str(st.secrets.get(name, ""))
    except FileNotFoundError:
        return ""

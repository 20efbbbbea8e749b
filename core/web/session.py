"""Everything a visitor's session remembers, each key once. Widgets keep their own values under their own names."""

from __future__ import annotations

import os
import uuid
from typing import Any

import pandas as pd
import streamlit as st

from core.config import DEFAULT_PRESET, DataQuery, Experiment
from core.data import Token, choose_token
from core.run import Run
from core.service import JobState

VISITOR = "_visitor"
BASE = "_base"  # the experiment whose dials have no widget
ORIGIN = "_origin"  # the preset this visitor started from
HOME = "_home"  # the prices a bare address opens with
COMPLAINTS = "_complaints"  # errors in the link, until read
UPLOAD = "_upload"  # (name, bars)
UPLOAD_ERROR = "_upload_error"
TOKEN = "_token"  # the visitor's own, for this visit only
CUT = "_cut"  # (bars of the own file, query, those days of them)
PRICES = "_prices"  # (query, bars) of the last prices that came
AGREED = "_agreed"  # keys of long jobs the visitor started by button
ASKED = "_asked_"  # by place: the key of the job last asked for
DONE = "_done_"  # by place: the last finished job
TRAINING = "training"  # the place of the visitor's own run
STARTED = "_started_"  # by place: the tasks of a lesson that the visitor started
PINS, LAST_UNPINNED = "_pins", "_last_unpinned"  # runs kept to compare; (place, run) of the last one let go
PUBLISHED = "_published_runs"  # this visit's runs on the published table's window, by key
PLAYING, SINCE = "_playing", "_step_since"  # whether the steps of a gate page play, and when the last one came
OFFERED = "_units_offered"  # what the choice of units was last set to without the visitor
SHARED = "_shared_"  # by choice: what the pages on gates and gradients last chose


def visitor() -> str:
    """A name for this browser session, drawn once; never shown."""
    return str(st.session_state.setdefault(VISITOR, uuid.uuid4().hex))


def is_new() -> bool:
    """Whether this is the session's first script run."""
    return BASE not in st.session_state


def base() -> Experiment:
    found: Experiment = get(BASE, Experiment())
    return found


def origin() -> str:
    return str(get(ORIGIN, DEFAULT_PRESET))


def home() -> DataQuery:
    found: DataQuery = get(HOME, DataQuery())
    return found


def upload() -> tuple[str, pd.DataFrame] | None:
    found: tuple[str, pd.DataFrame] | None = get(UPLOAD, None)
    return found


def prices() -> tuple[DataQuery, pd.DataFrame] | None:
    """The last prices this visitor had, kept while others are fetched or cannot be."""
    found: tuple[DataQuery, pd.DataFrame] | None = get(PRICES, None)
    return found


def own_token() -> Token | None:
    """The token this visitor typed."""
    found: Token | None = get(TOKEN, None)
    return found


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


def shown() -> Run | None:
    """The visitor's last finished run, kept while a newer one trains."""
    done = done_at(TRAINING)
    return done.result if done else None


def asked_at(place: str) -> str | None:
    """The key of the job last asked for at this place."""
    found: str | None = get(ASKED + place, None)
    return found


def ask_at(place: str, key: str) -> None:
    put(ASKED + place, key)


def done_at(place: str) -> JobState | None:
    """The last finished job of this place, kept here so that a full store of results does not train it again."""
    found: JobState | None = get(DONE + place, None)
    return found


def keep_done_at(place: str, job: JobState) -> None:
    put(DONE + place, job)


def agreed(key: str) -> bool:
    """Whether the visitor asked for this long job."""
    return key in get(AGREED, set())


def agree(key: str) -> None:
    put(AGREED, {*get(AGREED, set()), key})


def get(key: str, default: Any) -> Any:
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    st.session_state[key] = value

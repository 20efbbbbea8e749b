"""Everything a visitor's session remembers, each key once. Widgets keep their own values under their URL names."""

from __future__ import annotations

import os
import uuid
from typing import Any

import pandas as pd
import streamlit as st

from core.config import DEFAULT_PRESET, DataQuery, Experiment
from core.data import Token, choose_token
from core.run import Run

VISITOR = "_visitor"
BASE = "_base"  # the experiment whose dials have no widget
ORIGIN = "_origin"  # the preset this visitor started from
HOME = "_home"  # the prices a bare address opens with
COMPLAINTS = "_complaints"  # errors in the link, until read
UPLOAD = "_upload"  # (name, bars)
UPLOAD_ERROR = "_upload_error"
TOKEN = "_token"  # the visitor's own, for this visit only
PRICES = "_prices"  # (query, bars) of the last prices that came
SHOWN = "_shown"  # the last finished run
AGREED = "_agreed"  # keys of long trainings the visitor started by button


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
    found: Run | None = get(SHOWN, None)
    return found


def agreed(key: str) -> bool:
    """Whether the visitor asked for this long training."""
    return key in get(AGREED, set())


def agree(key: str) -> None:
    put(AGREED, {*get(AGREED, set()), key})


def rising_red() -> bool:
    """Whether rising prices are drawn red, as in China."""
    return bool(get("rising_red", False))


def get(key: str, default: Any) -> Any:
    return st.session_state.get(key, default)


def put(key: str, value: Any) -> None:
    st.session_state[key] = value

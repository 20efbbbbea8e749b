"""Where the project keeps its files on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

DATA = "GATESCOPE_DATA"


def cache_folder() -> Path:
    """The user's own cache folder."""
    return platformdirs.user_cache_path("gatescope", appauthor=False)


def data_folder() -> Path:
    """Where prices and finished runs are kept: GATESCOPE_DATA, or the user's cache folder."""
    return Path(os.environ.get(DATA) or cache_folder())

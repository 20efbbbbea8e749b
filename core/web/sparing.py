"""What Streamlit does for a developer at a desk and a server has no use for, left out; of each a figure and a reason.

Under forty visitors on two cores both together took a sixth of a web process's time. They are Streamlit's internals:
requirements.txt bounds its version, and tests/web/test_sparing.py says when one of them has moved.
"""

from __future__ import annotations

import functools

from streamlit import config
from streamlit.runtime.app_session import AppSession


def spare() -> None:
    """Leave it out in this process, from the first visitor on."""
    _watch_no_files_of_who_comes_back()
    _read_the_theme_once()


def _watch_no_files_of_who_comes_back() -> None:
    """A session that is joined again watches every module's file, `server.fileWatcherType = "none"` or not: at the end
    of its runs it goes through all of them on the event loop, where every other visitor waits."""
    watch = AppSession.register_file_watchers

    @functools.wraps(watch)
    def where_wanted(session: AppSession) -> None:
        if config.get_option("server.fileWatcherType") != "none":
            watch(session)

    AppSession.register_file_watchers = where_wanted  # type: ignore[assignment,method-assign]


def _read_the_theme_once() -> None:
    """At the start of every run six sections of the theme are gathered from all options there are; they never change
    while a server runs."""
    gathered = functools.cache(config.get_options_for_section)
    config.get_options_for_section = gathered

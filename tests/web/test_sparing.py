"""What is left out of Streamlit is still what Streamlit does, and nothing else goes with it."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from core.web.sparing import spare


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppSession, "register_file_watchers", AppSession.register_file_watchers)
    monkeypatch.setattr(config, "get_options_for_section", config.get_options_for_section)
    spare()


def test_who_comes_back_brings_no_watch_of_files() -> None:
    assert "register_file_watchers()" in inspect.getsource(WebsocketSessionManager)  # there it is asked
    session = SimpleNamespace(_local_sources_watcher=None)
    AppSession.register_file_watchers(session)  # type: ignore[arg-type]
    assert session._local_sources_watcher is None


def test_the_theme_is_the_same_and_read_once() -> None:
    first, again = CustomThemeConfig(), CustomThemeConfig()
    app_session._populate_theme_msg(first, "theme.light")
    assert first.primary_color == config.get_option("theme.light.primaryColor") != ""
    options = config.get_options_for_section("theme.light")
    app_session._populate_theme_msg(again, "theme.light")
    assert again == first
    assert config.get_options_for_section("theme.light") is options

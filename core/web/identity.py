"""Who a visitor is, as far as the host wants to know it: GATESCOPE_LOGIN names what needs a sign-in.

Streamlit signs in by OpenID Connect, as the [auth] section of its secrets says. Nothing of it is kept here, logged or
counted; the name is shown to its owner. Whatever is set up wrong lets nobody in.
"""

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.sentence import N_, Sentence
from core.web.guarding import is_named

VARIABLE = "GATESCOPE_LOGIN"
JOBS, TOKEN = "jobs", "token"  # what may need a sign-in: long trainings, the operator's token
OF_ALL, OF_A_PROVIDER = ("redirect_uri", "cookie_secret"), ("client_id", "client_secret", "server_metadata_url")
CALLBACK = "/oauth2callback"
SHORTEST_SECRET = 32  # characters: it signs the cookie that says who somebody is
LONGEST_NAME = 60

log = logging.getLogger("gatescope.identity")


def words() -> frozenset[str]:
    """What GATESCOPE_LOGIN names."""
    return frozenset(os.environ.get(VARIABLE, "").replace(",", " ").lower().split())


def needed() -> frozenset[str]:
    """What needs a sign-in on this server; everything that can, where a word is none of them."""
    return words() if words() <= {JOBS, TOKEN} else frozenset((JOBS, TOKEN))


def may(what: str) -> bool:
    """Whether this visitor may have what may need a sign-in."""
    return what not in needed() or signed_in()


def signed_in() -> bool:
    """Whether the visitor of this script run is signed in; outside of one there is none."""
    if not needed() or fault() or get_script_run_ctx(suppress_warning=True) is None:
        return False
    return st.user.get("is_logged_in") is True


def name() -> str:
    """What a visitor who is signed in is called by their provider; "" where it says nothing."""
    said = (st.user.get(claim) for claim in ("name", "preferred_username", "email"))
    return next((each.strip()[:LONGEST_NAME] for each in said if isinstance(each, str) and each.strip()), "")


def provider() -> str | None:
    """The section of [auth] that describes the provider: the first of them, None for [auth] itself."""
    auth = _auth()
    return None if "client_id" in auth else next((key for key, value in auth.items() if _is_section(value)), None)


@cache
def fault() -> Sentence | None:
    """Why nobody can sign in although GATESCOPE_LOGIN wants it; None where all is well. As the server was started."""
    if not needed():
        return None
    if unknown := sorted(words() - {JOBS, TOKEN}):
        return Sentence(N_("GATESCOPE_LOGIN knows “jobs” and “token”, but not “{word}”."), word=unknown[0])
    if not _is_installed():
        return Sentence(N_("GATESCOPE_LOGIN needs the packages Authlib and httpx, which are not installed."))
    if not (auth := _auth()):
        return Sentence(N_("GATESCOPE_LOGIN needs a section [auth] in .streamlit/secrets.toml, and there is none."))
    own = auth if provider() is None else auth[str(provider())]
    missing = [key for key in OF_ALL if not auth.get(key)] + [key for key in OF_A_PROVIDER if not own.get(key)]
    if missing:
        return Sentence(N_("The section [auth] of the secrets lacks {names}."), names=", ".join(missing))
    if len(str(auth["cookie_secret"])) < SHORTEST_SECRET:
        told = N_("cookie_secret in [auth] is shorter than {least} characters, so it could be guessed.")
        return Sentence(told, least=SHORTEST_SECRET)
    return _fault_of(str(auth["redirect_uri"]))


def _fault_of(address: str) -> Sentence | None:
    """What is wrong with where the provider sends visitors back to."""
    try:
        parts = urlsplit(address.replace("{port}", "0"))
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or not parts.path.endswith(CALLBACK):
        return Sentence(
            N_("redirect_uri in [auth] must be this server's public address with /oauth2callback after it.")
        )
    if not is_named(parts.hostname):
        return Sentence(N_("redirect_uri in [auth] leads to a host that GATESCOPE_HOSTS does not name."))
    return None


def tell() -> None:
    """Say in the log, once at the start, why nobody can sign in."""
    if told := fault():
        log.warning("%s Nobody can sign in.", told)


def _auth() -> Mapping[str, Any]:
    """[auth] of the secrets; {} where there is none, or no file that can be read."""
    try:
        found = st.secrets.get("auth", {})
    except FileNotFoundError:
        return {}
    return found if _is_section(found) else {}


def _is_section(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_installed() -> bool:
    return all(importlib.util.find_spec(each) is not None for each in ("authlib", "joserfc", "httpx"))

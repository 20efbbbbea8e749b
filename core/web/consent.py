"""What long jobs wait for: the visitor's word, and a sign-in before it where the host wants one.

One rule: a job starts by itself unless it takes above a minute, or above two seconds while others wait for a worker.
What takes above a minute is only for who may have it, asked here wherever a job or a set of them is begun.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core import service
from core.digest import key_of_keys
from core.service import Part
from core.web import identity, session, signing_in
from core.web.text import _, duration

BY_ITSELF_SECONDS = 60.0  # a longer job waits for a word
BESIDE_OTHERS_SECONDS = 2.0  # the same while other visitors wait for a worker


def patience() -> float:
    """Seconds that a job may take and begin by itself."""
    return BESIDE_OTHERS_SECONDS if service.status().queued else BY_ITSELF_SECONDS


def may_begin(seconds: float) -> bool:
    """Whether this visitor may have something begun that takes so long."""
    return seconds <= BY_ITSELF_SECONDS or identity.may(identity.JOBS)


def may_begin_set(place: str, parts: Sequence[Part]) -> bool:
    """The same for a set of jobs; one that was begun at this place goes on, whatever has been learnt of its length."""
    if identity.may(identity.JOBS):
        return True
    name, begun = key_of_keys([service.key_of(*part) for part in parts], "begun"), session.BEGUN.at(place)
    if begun.get() != name and not may_begin(work(parts)):
        return False
    begun.put(name)
    return True


def work(parts: Sequence[Part]) -> float:
    """Seconds of one worker for those parts that nobody has trained yet."""
    keys = {service.key_of(*part) for part in parts}
    seconds = sum(service.estimated_seconds(task, 0 if bars is None else len(bars)) for task, bars in parts)
    return seconds * (1 - service.how_many_kept(list(keys)) / max(len(keys), 1))


def refuse(seconds: float, key: str, before: Callable[[], None] | None = None) -> None:
    """In place of the button that begins it: one sentence, and the way to sign in.

    Args:
        key: of the button that is not there.
        before: what is remembered before the visitor leaves to sign in.
    """
    told = _("This takes about {time}, and what takes above {limit} is for visitors who have signed in.")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.write(told.format(time=duration(seconds), limit=duration(BY_ITSELF_SECONDS)))
        signing_in.button(f"{key}_sign_in", before)

"""Handing kept runs on: the address holds them, or a file where they are too many for one."""

from __future__ import annotations

from core.web.handing import Words
from core.web.handing import handing as hand_on
from core.web.text import _


def handing() -> None:
    """What a link of the page that compares holds; a file to save, and one to open."""
    hand_on(
        "compare",
        "gatescope-runs",
        Words(
            _("These runs do not fit into an address of {most} characters: save them as a file to keep or hand on."),
            _("The address of this page holds the runs with their names, colours and order: copy it to hand it on."),
            _("Open a file of kept runs"),
        ),
    )

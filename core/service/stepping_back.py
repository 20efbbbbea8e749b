"""Trainings take the time that the web leaves.

A visitor waits for a page in tenths of a second and for a training in seconds, so the web goes first where both want
the same core. A machine with nothing else to do trains as fast as without.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from core.service.watchdog import SCRATCH

NICENESS = 5  # of 19; beside a thread that never rests a training still has a quarter of the core
AUTOGROUP = Path("/proc/self/autogroup")  # where Linux shares time among sessions, niceness counts only within one


def step_back() -> None:
    """From now on this thread gives way to others; where the system shares time by sessions, this session does.

    On Linux niceness is a thread's own, so a worker's heartbeats do not step back with its training.
    """
    os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    _session_steps_back()


@cache
def _session_steps_back() -> None:
    """Once a process, as who is not root may say it ten times a second only. A terminal's session is left alone."""
    if SCRATCH in os.environ:  # workers that the web has started lead a session of their own
        with suppress(OSError):
            AUTOGROUP.write_text(str(NICENESS))

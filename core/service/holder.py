"""The process's one service, kept where a reloaded module finds it again.

Streamlit's file watcher throws changed modules out of `sys.modules` and imports them anew; a module-level global would
start a second set of workers. What is kept here belongs to no file, so the watcher leaves it alone.
"""

from __future__ import annotations

import sys
from types import ModuleType

from core.service.service import Service

_PLACE = "gatescope_process_state"


def the_service() -> Service:
    """The one service of this process; made on first use, which starts no worker yet."""
    place = sys.modules.setdefault(_PLACE, ModuleType(_PLACE))
    service = place.__dict__.get("service")
    if service is None:
        service = place.__dict__.setdefault("service", Service())  # atomic: a second maker's is dropped unused
    return service  # type: ignore[no-any-return]

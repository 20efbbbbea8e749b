"""What all workers of a machine have in common, loaded once: imported by the process from which they are forked.

Pages that nobody writes to stay one copy for all of them, and a worker that takes a dead one's place is warm at once.
No gradient is taken by PyTorch here: its threads for that do not survive a fork where there is a GPU.
"""

from __future__ import annotations

import gc
import logging

log = logging.getLogger("gatescope.service")


def _load() -> None:
    from core import experiment
    from core.jobs import runners  # noqa: F401
    from core.kernel import compiling

    if compiling.kept():  # else each worker compiles, while PyTorch trains: none is held up for that
        compiling.warm_up()
    if compiling.status() == "ready":
        experiment.warm_up()


try:
    _load()
except Exception:
    log.exception("The training code cannot be loaded before the workers are forked; each loads it for itself.")
gc.collect()
gc.freeze()  # a collection in a worker would write to every page

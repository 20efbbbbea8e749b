"""When the compiled path is there: compiled once, kept in a cache, loaded by every process; PyTorch trains until then.

A server's workers call `begin`, and train with PyTorch while a thread compiles, so no visitor waits for it. Where
nobody began, in a notebook or a test, the first training loads the code (or compiles it) itself: two trainings of one
process then never differ by the path they took.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from pathlib import Path
from typing import Literal

from core import folders

SWITCH, FOLDER = "GATESCOPE_COMPILED", "NUMBA_CACHE_DIR"
LAST = "step_each"  # of what is compiled: where it is kept, all is
State = Literal["off", "not begun", "compiling", "ready", "unavailable"]

log = logging.getLogger("gatescope.kernel")
_working = threading.Lock()
_state: State = "not begun"


def status() -> State:
    """Where things stand in this process, for an operator; "off" is GATESCOPE_COMPILED=0, "unavailable" is logged."""
    return "off" if os.environ.get(SWITCH) == "0" else _state


def begin() -> None:
    """Compile or load in a thread; `ready` says when it is done. Further calls do nothing."""
    global _state
    if status() == "not begun":
        _state = "compiling"
        threading.Thread(target=_make, name="gatescope-compile", daemon=True).start()


def warm_up() -> None:
    """Compile or load now. Never raises: where it cannot be, `status` says so and the log says why."""
    if status() in ("not begun", "compiling"):
        _make()


def ready() -> bool:
    """Whether the compiled path can train now. Waits for kept code to be loaded, and where nobody began; for a compiler
    that somebody else has set to work it does not."""
    if status() == "not begun" or (status() == "compiling" and kept()):
        warm_up()
    return status() == "ready"


def kept() -> bool:
    """Whether the cache holds the code already, so that a moment is enough."""
    return any(cache_folder().glob(f"**/*.{LAST}-*.nbi"))


def cache_folder() -> Path:
    """Where compiled code is kept: in NUMBA_CACHE_DIR, or the user's cache folder; a folder of its own a version.

    numba looks at the file of a function to see whether it changed, not at those of the functions it calls.
    """
    given = os.environ.get(FOLDER)
    root = Path(given) if given else folders.cache_folder()
    written = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        written.update(path.read_bytes())
    return root / f"kernel-{written.hexdigest()[:12]}"


def _make() -> None:
    global _state
    with _working:
        if _state in ("ready", "unavailable"):
            return
        try:
            _compile()
            _state = "ready"
        except Exception as cause:  # whatever is wrong with numba here, PyTorch trains
            _state = "unavailable"
            log.warning("The compiled training cannot run here, so PyTorch trains: %s: %s", type(cause).__name__, cause)


def _compile() -> None:
    import numba

    from core.kernel.network import ENTRIES, example

    folder = cache_folder()
    keep, before = _writable(folder), numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)  # read when a function's cache is set up; another's functions keep theirs
    try:
        for entry, arguments in zip(ENTRIES, example(), strict=True):
            if keep:
                entry.enable_caching()
            entry.compile(tuple(numba.typeof(each) for each in arguments))
            entry.disable_compile()  # no training ever waits for a compiler
    finally:
        numba.config.CACHE_DIR = before


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError as cause:
        log.info("Compiled code is not kept: %s", cause)
        return False

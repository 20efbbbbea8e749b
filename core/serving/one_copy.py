"""One web process of several: `streamlit run app.py`, which ends in order when the front is gone, however it went.

The front holds the other end of its standard input and never writes; so that ends with the front.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 15.0


def _end_with_the_front() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)  # it leads a group of its own


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_front, name="gatescope-front-watch", daemon=True).start()
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)

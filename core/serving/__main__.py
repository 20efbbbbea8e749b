"""`python -m core.serving`: the dashboard by one web process, or by GATESCOPE_WEB_PROCESSES of them behind one port."""

from __future__ import annotations

import argparse
import os
import sys

MOST_PROCESSES = 32
USUAL_PORT = 8501


def process_count() -> int:
    """GATESCOPE_WEB_PROCESSES, a whole number from 1 to 32."""
    given = os.environ.get("GATESCOPE_WEB_PROCESSES", "").strip() or "1"
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST_PROCESSES:
        sys.exit(f"GATESCOPE_WEB_PROCESSES is {given}, but must be a whole number from 1 to {MOST_PROCESSES}.")
    return int(given)


def main(options: list[str]) -> None:
    """Become `streamlit run app.py` with these options, or the front of several."""
    count = process_count()
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads of linear algebra only spin where many visitors are
    if count == 1:
        os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", "app.py", *options])
    parser = argparse.ArgumentParser(allow_abbrev=False)
    usual = os.environ.get("STREAMLIT_SERVER_PORT") or USUAL_PORT
    parser.add_argument("--server.port", dest="port", type=int, default=usual)
    parser.add_argument("--server.address", dest="address", default=os.environ.get("STREAMLIT_SERVER_ADDRESS", ""))
    here, handed_on = parser.parse_known_args(options)
    from core.serving.running import serve  # asyncio and the service only where they are used

    serve(count, here.address, here.port, [*handed_on, "--logger.hideWelcomeMessage", "true"])


if __name__ == "__main__":
    main(sys.argv[1:])

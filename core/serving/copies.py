"""The web processes: started with one scheduler, one store and one secret, watched, and started again when they end."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress

from core.service.processes import HOST, ROOT
from core.serving.answers import Answer, asked
from core.serving.names import COPY

READY_SECONDS = 0.1  # between two looks whether a starting one answers
SHORT_LIFE = 20.0  # who ends before that is started again after a growing pause
PAUSES = (0.0, 1.0, 3.0, 10.0, 30.0)
END_SECONDS = 20.0  # to end in order after SIGTERM
USUAL_VISITORS = 200
EXPECTED_SECONDS = 5.0

log = logging.getLogger("gatescope.serving")


class Copy:
    """One web process, under the same name however often it is started.

    Attributes:
        up: whether it answers.
        open: WebSockets that are open to it, one a visitor.
        expected: visitors led here whose WebSocket is still to come.
    """

    def __init__(self, name: str, options: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name, self.port = name, 0
        self.up, self.open, self.expected = False, 0, 0
        self._options, self._environment = options, {**environment, COPY: name}
        self._process: Process | None = None

    @property
    def load(self) -> int:
        """Visitors here or on their way."""
        return self.open + self.expected

    def expect(self) -> None:
        """A visitor without a WebSocket was led here; for some seconds they count as one."""
        self.expected += 1
        asyncio.get_running_loop().call_later(EXPECTED_SECONDS, self._expected_no_more)

    def _expected_no_more(self) -> None:
        self.expected -= 1

    async def keep(self) -> None:
        """Run it, again and again, until cancelled; then end it in order."""
        short = 0
        try:
            while True:
                began = time.monotonic()
                code = await self._live()
                short = short + 1 if time.monotonic() - began < SHORT_LIFE else 0
                pause = PAUSES[min(short, len(PAUSES) - 1)]
                log.warning("Web process %s ended (%s); it is started again in %.0f s.", self.name, code, pause)
                await asyncio.sleep(pause)
        finally:
            await self._end()

    async def _live(self) -> int:
        """From its start to its end; its exit code."""
        self.port = free_port()
        place = ["--server.port", str(self.port), "--server.address", HOST]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "core.serving.one_copy", *self._options, *place,
            cwd=ROOT, env=self._environment, stdin=PIPE, start_new_session=True,
        )  # fmt: skip
        looking = asyncio.create_task(self._await_ready())
        try:
            return await self._process.wait()
        finally:
            looking.cancel()
            self.up = False

    async def _await_ready(self) -> None:
        while (await asked(HOST, self.port, "/_stcore/health")).status != 200:
            await asyncio.sleep(READY_SECONDS)
        self.up = True
        log.info("Web process %s answers.", self.name)

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), END_SECONDS)
        except TimeoutError:
            log.warning("Web process %s did not end in order.", self.name)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def readiness(self) -> Answer:
        """What it says of itself at /readyz."""
        return await asked(HOST, self.port, "/readyz") if self.up else Answer(503)


def made(count: int, options: Sequence[str], scheduler: str = "") -> list[Copy]:
    """`count` web processes, not started yet, that share what belongs to all.

    Args:
        options: of `streamlit run`.
        scheduler: where their trainings are scheduled; "" leaves it to each.
    """
    most = int(os.environ.get("GATESCOPE_MAX_VISITORS", USUAL_VISITORS))
    shared = {
        "STREAMLIT_SERVER_COOKIE_SECRET": secrets.token_hex(32),
        **os.environ,
        "GATESCOPE_MAX_VISITORS": str(-(-most // count)),
        **({"GATESCOPE_SCHEDULER": scheduler} if scheduler else {}),
    }
    return [Copy(str(number), options, shared) for number in range(1, count + 1)]


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])

"""The names under which jobs are with the workers."""

from __future__ import annotations

import uuid
from collections import deque

from core.service.job import Job

REMEMBERED = 1000  # keys given up while a worker had them


class Tokens:
    """Names jobs when they are submitted, and remembers which names the workers must drop."""

    def __init__(self) -> None:
        self._dropped: list[str] = []
        self._stopped: deque[str] = deque(maxlen=REMEMBERED)

    def give(self, job: Job) -> None:
        """Name the job for its next try: by its key, so that equal jobs of several web processes are one.

        Not where that name may still be ending on a worker; each try that begins has a name of its own.
        """
        job.tries += 1
        again = f"-{job.counted}" if job.counted > 1 else ""
        job.token = f"gatescope-{job.key}" + (f"-{uuid.uuid4().hex[:8]}" if job.key in self._stopped else again)

    def give_up(self, job: Job) -> None:
        """The workers must drop the job, if they have it."""
        if job.token:
            self._dropped.append(self.take_back(job))

    def take_back(self, job: Job) -> str:
        """The name of a job that is with the workers; its next try has a new one."""
        token, job.token = job.token, ""
        self._stopped.append(job.key)
        return token

    def take_dropped(self) -> list[str]:
        """Names the backend must cancel; each is told once."""
        dropped, self._dropped = self._dropped, []
        return dropped

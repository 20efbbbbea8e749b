"""What the service tells: the state of one job, and of the service as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from core.errors import GatescopeError
from core.sentence import Sentence
from core.service.tally import Counts

State = Literal["queued", "running", "done", "cancelled", "error"]


@dataclass(frozen=True, kw_only=True)
class JobState:
    """One job as one visitor sees it, at one moment.

    Attributes:
        key: `key_of(task, bars)`.
        position: place in the queue, 1 = next to start; 0 when not queued.
        wait: estimated seconds until it starts; 0 when not queued.
        records: what the runner observed so far, oldest first; starts anew when a lost worker's job is begun again.
        steps: how many records a whole run makes, None when unknown; patience may end a run earlier.
        seconds_left: estimated seconds until it is done, the wait included; 0 when it has ended.
        seconds: how long it has run, or took.
        result: what the runner returned; only when done.
        error: the sentence to show; only when the state is "error".
        note: why it does not go on at the moment, such as a cluster without workers; None while all is well.
    """

    key: str
    state: State
    position: int = 0
    wait: float = 0.0
    records: tuple[Any, ...] = ()
    steps: int | None = None
    seconds_left: float = 0.0
    seconds: float = 0.0
    result: Any = None
    error: GatescopeError | None = None
    note: Sentence | None = None

    @property
    def live(self) -> bool:
        """Still to be polled."""
        return self.state in ("queued", "running")

    @property
    def share(self) -> float:
        """How much of it is done, 0..1; 0 while the number of steps is unknown."""
        if self.state == "done":
            return 1.0
        return min(1.0, len(self.records) / self.steps) if self.steps else 0.0


@dataclass(frozen=True, kw_only=True)
class SetState:
    """A set of jobs at one moment.

    Attributes:
        key: names the set; made of the keys of its parts and of what reads them.
        state: "done" when every part is read or has failed; "error" when the set was refused.
        total: its parts.
        done: parts that are read.
        running: parts that workers are at.
        failed: why a part gave nothing, by its number from 0.
        read: what `read(task, bars, result)` gave of each finished part, by its number.
        seconds_left: estimated seconds until it is done; 0 when it has ended.
        error: why the set was refused.
        note: why it does not go on at the moment; None while all is well.
    """

    key: str
    state: Literal["running", "done", "cancelled", "error"]
    total: int
    done: int = 0
    running: int = 0
    failed: Mapping[int, GatescopeError] = field(default_factory=dict)
    read: Mapping[int, Any] = field(default_factory=dict)
    seconds_left: float = 0.0
    error: GatescopeError | None = None
    note: Sentence | None = None

    @property
    def live(self) -> bool:
        """Still to be polled."""
        return self.state == "running"

    @property
    def share(self) -> float:
        """How much of it is over, 0..1."""
        return (self.done + len(self.failed)) / self.total if self.total else 1.0


class Kept(NamedTuple):
    """A finished job and its size in bytes."""

    state: JobState
    size: int


@dataclass(frozen=True, kw_only=True)
class Status:
    """The service at one moment, for the operator and /readyz.

    Attributes:
        backend: "embedded", "cluster" or "thread".
        up: whether its backend has been started, and has answered within the last seconds.
        workers: how many jobs can run at once; 0 until it is up.
        said: what each worker that has warmed up says of itself.
        finished: jobs brought to an end since the start, errors and cancellations left out.
        result_bytes: size of the results kept.
        parts: parts of sets that wait for a worker; they hold nobody else up.
        counts: what has become of what was asked since the start.
    """

    backend: str
    up: bool
    workers: int
    said: tuple[str, ...]
    queued: int
    running: int
    visitors: int
    finished: int
    results: int
    result_bytes: int
    parts: int = 0
    counts: Counts = field(default_factory=Counts)

"""Finished results on disk, by key: a restart computes nothing again, and several web processes share them.

A task names a `keeper`, a module whose `dump` and `load` make bytes of its results and results of bytes; a task without
one is not kept. What cannot be read is as if it were not there; that nothing can be written is said once.
"""

from __future__ import annotations

import logging
import os
import queue
import re
import threading
import time
from contextlib import suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

from core.errors import GatescopeError
from core.folders import data_folder
from core.service.worker import size_of

KEPT_BYTES = "GATESCOPE_KEPT_BYTES"  # 0: nothing is kept
USUAL_BYTES = 2**30
SUFFIX = ".kept"
STALE_SECONDS = 3600.0  # a half-written file of a process that has died
FREED = 0.1  # of the folder, so that it is not looked through at every result
WRITE_AFTER_SECONDS = 1.0  # the page that waited for the result is drawn first
_KEY = re.compile(r"[0-9a-f]{16,64}")  # it names a file, and may come from a link
_KEEPER = re.compile(r"core(\.\w+)+")  # only our own code reads what a file says

log = logging.getLogger("gatescope.service")


class _Put(NamedTuple):
    key: str
    keeper: str
    result: Any
    due: float  # when to write it, on the monotonic clock


class KeptResults:
    """A folder of results, the least recently read first out. Any thread, any number of processes.

    Args:
        folder: None is `results` under GATESCOPE_DATA.
        most_bytes: None is GATESCOPE_KEPT_BYTES, or 1 GB.
    """

    def __init__(self, folder: Path | None = None, most_bytes: int | None = None) -> None:
        self._folder = folder or data_folder() / "results"
        self._most = int(os.environ.get(KEPT_BYTES, USUAL_BYTES)) if most_bytes is None else most_bytes
        self._inbox: queue.SimpleQueue[_Put | None] = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._closing = threading.Event()
        self._complained = False
        self._room = 0  # bytes, as far as this process knows

    def __contains__(self, key: object) -> bool:
        return self._most > 0 and isinstance(key, str) and bool(_KEY.fullmatch(key)) and self._path(key).exists()

    def get(self, key: str) -> tuple[Any, int] | None:
        """The result of this key and its size in memory; None where none is kept, or it cannot be read."""
        result = self.load(key)
        return None if result is None else (result, size_of(result))

    def load(self, key: str) -> Any:
        """The result alone, for who will not hold it; None where none is kept, or it cannot be read."""
        if key not in self:
            return None
        try:
            keeper, _, data = self._path(key).read_bytes().partition(b"\n")
            result = _keeper(keeper.decode()).load(data)
        except (GatescopeError, OSError, ValueError, ImportError, AttributeError) as cause:
            log.warning("A kept result cannot be read and is computed anew: %r", cause)
            return None
        with suppress(OSError):  # a folder that may only be read
            os.utime(self._path(key))
        return result

    def put(self, key: str, task: Any, result: Any) -> None:
        """Keep a result a moment later, written by a thread of its own."""
        keeper = getattr(type(task), "keeper", None)
        if keeper is None or self._most <= 0:
            return
        if self._writer is None:
            self._closing.clear()
            self._writer = threading.Thread(target=self._write_on, name="gatescope-kept", daemon=True)
            self._writer.start()
        self._inbox.put(_Put(key, keeper, result, time.monotonic() + WRITE_AFTER_SECONDS))

    def close(self) -> None:
        """Returns when what was put is written."""
        writer, self._writer = self._writer, None
        if writer:
            self._closing.set()
            self._inbox.put(None)
            writer.join()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{SUFFIX}"

    def _write_on(self) -> None:
        while put := self._inbox.get():
            self._closing.wait(max(0.0, put.due - time.monotonic()))
            try:
                self._write(self._path(put.key), f"{put.keeper}\n".encode() + _keeper(put.keeper).dump(put.result))
            except Exception as cause:  # a full disk, a folder that may only be read: the service goes on without
                (log.debug if self._complained else log.warning)("A result is not kept: %r", cause)
                self._complained = True

    def _write(self, path: Path, data: bytes) -> None:
        if len(data) > self._most:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._make_room(len(data))
        half = path.with_suffix(f".{os.getpid()}.half")
        try:
            half.write_bytes(data)
            half.replace(path)  # whole or not at all, for whoever reads
        finally:
            half.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Look through the folder when this process thinks it full, and then leave a tenth of it free."""
        self._room -= size
        if self._room >= 0:
            return
        there = sorted(self._there(), key=lambda each: each[0])
        total = size + sum(each for _, each, _ in there)
        for read, each, path in there:
            stale = path.suffix != SUFFIX and time.time() - read > STALE_SECONDS
            if total > (1 - FREED) * self._most or stale:
                path.unlink(missing_ok=True)
                total -= each
        self._room = min(self._most - total, int(FREED * self._most))

    def _there(self) -> list[tuple[float, int, Path]]:
        """When each file was last read or written, its bytes, and where it is."""
        found = []
        for path in self._folder.iterdir():
            try:
                told = path.stat()
            except OSError:  # just removed by another process
                continue
            found.append((told.st_mtime, told.st_size, path))
        return found


def _keeper(name: str) -> Any:
    if not _KEEPER.fullmatch(name):
        raise ValueError(f"{name!r} is not a keeper")
    return resolve_name(name)

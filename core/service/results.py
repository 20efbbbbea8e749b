"""Finished jobs, the least recently read dropped first once they take too many bytes."""

from __future__ import annotations

from collections import OrderedDict

from core.service.state import JobState


class Results:
    """Least-recently-used store bounded by bytes; the newest is kept however large it is."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[str, tuple[JobState, int]] = OrderedDict()
        self.size = 0  # bytes

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> JobState | None:
        """The finished job of this key, marked as read just now."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, state: JobState, size: int) -> None:
        """Keep a finished job of `size` bytes."""
        self.size += size - self._kept.pop(state.key, (state, 0))[1]
        self._kept[state.key] = (state, size)
        while self.size > self._most and len(self._kept) > 1:
            self.size -= self._kept.popitem(last=False)[1][1]

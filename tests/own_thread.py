"""asyncio beside Playwright, which keeps a loop of its own in the tests' thread for as long as its browser lives."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def in_own_thread(work: Coroutine[Any, Any, T]) -> T:
    """Its result, computed in a thread that has no loop yet."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()

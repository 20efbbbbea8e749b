"""The place of the forecast while its network learns."""

from __future__ import annotations

from collections.abc import Callable

from core.unfinished import Unfinished
from core.web import page, session, so_far
from core.web.current import Current


def top(growing: Current, finished: Callable[[], None]) -> bool:
    """Draw the network as it learns, or by `finished` the run there is; whether that run can be spoken of below it.

    Args:
        growing: as `so_far.see` gives it.
    """
    if not isinstance(growing.run, Unfinished):
        finished()
        so_far.watch(growing)
        return True
    so_far.live(growing, _drawn)
    if (earlier := session.shown()) is None:
        return False
    page.below_is(earlier)
    return True


def _drawn(now: Current) -> None:
    assert isinstance(now.run, Unfinished)
    page.draw(so_far.forecast(now.run, page.style(now.run)), "forecast")
    so_far.label(now)

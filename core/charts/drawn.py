"""A chart depends on nothing but what it is given: the same one asked for again is not drawn again."""

from __future__ import annotations

import functools
import hashlib
import io
import pickle
import threading
from collections.abc import Callable
from typing import Any, ParamSpec

import numpy as np
import pandas as pd
from zict import LRU

from core.charts.style import Chart

MOST_BYTES = 64 * 2**20  # of what all charts kept were drawn from; those last asked for stay
OWN_BYTES = 2**18  # what a chart takes besides
LARGEST = 32 * 2**20  # to read through more would take as long as drawing

P = ParamSpec("P")
_kept: LRU[bytes, tuple[Chart, int]] = LRU(MOST_BYTES, {}, weight=lambda _name, kept: kept[1] + OWN_BYTES)
_lock = threading.Lock()


def drawn_once(draw: Callable[P, Chart]) -> Callable[P, Chart]:
    """`draw`, its charts kept by what they are drawn from; a chart is shared, so nobody may change it.

    Arguments are compared by their pickled bytes, so equal ones may be drawn twice, but different ones never share a
    chart. What cannot be pickled, such as a translation made on the spot, is drawn each time.
    """

    @functools.wraps(draw)
    def kept(*args: P.args, **kwargs: P.kwargs) -> Chart:
        told = _told(f"{draw.__module__}.{draw.__qualname__}", args, kwargs)
        if told is None or len(told) > LARGEST:
            return draw(*args, **kwargs)
        name = hashlib.blake2b(told, digest_size=16).digest()
        with _lock:
            if found := _kept.get(name):
                return found[0]
        chart = draw(*args, **kwargs)
        with _lock:
            _kept[name] = chart, len(told)
        return chart

    return kept


class _Teller(pickle.Pickler):
    """Pickles values alone: of pandas' objects not what else they carry, such as how their columns lie in memory."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, pd.DataFrame):
            return tuple, ([list(value.columns), value.index, *(value[name] for name in value.columns)],)
        if isinstance(value, pd.Series | pd.Index):
            array = np.ascontiguousarray(value.to_numpy())
            told = "\0".join(map(str, array)) if array.dtype == object else array
            return tuple, ([type(value).__name__, value.name, told],)
        return NotImplemented


def _told(draw: str, args: object, kwargs: object) -> memoryview | None:
    """All that decides a chart, as bytes; None where it cannot be said."""
    told = io.BytesIO()
    try:
        _Teller(told, protocol=pickle.HIGHEST_PROTOCOL).dump((draw, args, kwargs))
    except (pickle.PicklingError, TypeError, AttributeError):
        return None
    return told.getbuffer()

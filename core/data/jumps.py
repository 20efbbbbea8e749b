"""Days on which a price moves as no trading moves it: a split that is not adjusted for, a slip, a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from core.sentence import N_, Sentence

SMALLEST = 0.25  # of the log of the price: a fall by 22 %, a rise by 28 %; beyond the daily limits of most markets
SCALES = 10.0  # times the usual size of a move
MOST = 3  # days named
_MAD = 1.4826  # median absolute deviation of a normal variable to its standard deviation
_NEAR = 0.06  # of the log: how near a move is to a split's ratio, with a day's own move in it
_CURED = N_(
    "On {date} the close moves by {change}, which is {share} of the squared error of “same as yesterday”, while "
    "{column} does not: take {column} for the close."
)
_SPLIT = N_(
    "On {date} the close moves by {change}, like a {ratio} split not adjusted for; that day is {share} of the squared "
    "error of “same as yesterday”. Take adjusted prices, or another start."
)
_OTHER = N_(
    "On {date} the close moves by {change}; that day is {share} of the squared error of “same as yesterday”. Check "
    "it, or take another start."
)
_RATIOS = (
    *((more, 1) for more in (2, 3, 4, 5, 6, 7, 8, 10, 20, 25, 50, 100)),
    *((more, 2) for more in (3, 5, 7)),
)  # the plainest first


@dataclass(frozen=True)
class Jump:
    """One day's jump.

    Attributes:
        day: when.
        change: of the close since the bar before, as a share: -0.75 for a 4:1 split.
        share: of the squared error of "same as yesterday" over all bars that this one day makes, 0 to 1.
        ratio: the split it looks like, "4:1" or "1:10"; "" for none.
        cured: whether the adjusted closes beside it do not jump that day; None where there are none.
    """

    day: date
    change: float
    share: float
    ratio: str
    cured: bool | None


def jumps_of(close: pd.Series[float], adjusted: pd.Series[float] | None = None) -> tuple[Jump, ...]:
    """The jumps in positive closes (D,), the largest first; `adjusted` are closes of the same days."""
    if len(close) < 3:
        return ()
    prices = close.to_numpy(dtype=np.float64)
    moves, errors = np.diff(np.log(prices)), np.diff(prices) ** 2
    usual = _MAD * float(np.median(np.abs(moves - np.median(moves))))
    found = np.flatnonzero(np.abs(moves) >= max(SMALLEST, SCALES * usual))
    if adjusted is None:
        cured: dict[int, bool | None] = dict.fromkeys(map(int, found))
    else:
        other = np.diff(np.log(adjusted.where(adjusted > 0).to_numpy(dtype=np.float64)))
        cured = {int(at): bool(abs(other[at]) < abs(moves[at]) / 2) for at in found}
    return tuple(
        Jump(
            day=pd.Timestamp(close.index[int(at) + 1]).date(),
            change=float(np.expm1(moves[at])),
            share=float(errors[at] / errors.sum()),
            ratio=_ratio(float(moves[at])),
            cured=cured[int(at)],
        )
        for at in sorted(found, key=lambda at: -abs(moves[at]))
    )


def _ratio(move: float) -> str:
    """The plainest split a move of the log price is near to."""
    for more, less in _RATIOS:
        if abs(abs(move) - np.log(more / less)) <= _NEAR:
            return f"{more}:{less}" if move < 0 else f"{less}:{more}"
    return ""


def told(jumps: Sequence[Jump], column: str = "") -> tuple[Sentence, ...]:
    """A sentence a jump, for the largest few: the day, its size and weight, and the cure.

    Args:
        column: the file's column of adjusted closes.
    """
    return tuple(_sentence(jump, column) for jump in jumps[:MOST])


def _sentence(jump: Jump, column: str) -> Sentence:
    values = {
        "date": jump.day,
        "change": f"{jump.change:+.0%}".replace("%", " %"),
        "share": f"{jump.share:.0%}".replace("%", " %"),
    }
    if jump.cured and column:
        return Sentence(_CURED, column=column, **values)
    return Sentence(_SPLIT, ratio=jump.ratio, **values) if jump.ratio else Sentence(_OTHER, **values)


def is_told(note: Sentence) -> bool:
    """Whether a sentence is one of a jump's."""
    return note.template in (_CURED, _SPLIT, _OTHER)


def cure_in(notes: Sequence[Sentence]) -> str:
    """The column of adjusted closes that one of these sentences advises; "" where none does."""
    return next((str(note.values["column"]) for note in notes if note.template == _CURED), "")

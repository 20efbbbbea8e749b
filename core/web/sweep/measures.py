"""What is shown of each run: its skill on the validation part, by which the winner is chosen, or on the test part."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.charts.style import number
from core.values import Array
from core.web.text import _
from core.whatif.outcome import Row

VALIDATION, TEST = "validation", "test"
MEASURES = (VALIDATION, TEST)
DIGITS = 4


def value(row: Row, measure: str) -> float:
    """Its skill on that part; NaN where there is none."""
    scores = row.validation if measure == VALIDATION else row.test
    return float("nan") if scores is None or scores.skill is None else float(scores.skill)


def rmse(row: Row, measure: str) -> float:
    """Its root mean squared error on that part, in the target's units; NaN where there is none."""
    scores = row.validation if measure == VALIDATION else row.test
    return float("nan") if scores is None or scores.rmse is None else float(scores.rmse)


def values(rows: Sequence[Row], measure: str) -> Array:
    """(N,) of them."""
    return np.array([value(row, measure) for row in rows], dtype=float)


def label(measure: str) -> str:
    """As the choice calls it."""
    return {VALIDATION: _("Validation part"), TEST: _("Test part")}[measure]


def title(measure: str) -> str:
    """As an axis calls it."""
    return {VALIDATION: _("skill, validation part"), TEST: _("skill, test part")}[measure]


def written(skill: float) -> str:
    """A skill with its sign; "–" where there is none."""
    if not np.isfinite(skill):
        return "–"
    return ("+" if skill > 0 else "") + number(skill, DIGITS)


def best_so_far(rows: Sequence[Row]) -> str:
    """The best of the validation part in a few words; "" where there is none yet."""
    found = values(rows, VALIDATION)
    if not np.isfinite(found).any():
        return ""
    return _("best so far {skill} on the validation part").format(skill=written(float(np.nanmax(found))))

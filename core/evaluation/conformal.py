"""Intervals round a forecast that hold whatever the model is: split conformal, and adaptive where the world changes.

Scores are absolute residuals; for prices take log residuals, ln(actual / predicted), so that an interval is a share of
the price and a calm decade's yuan do not measure a wild one's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.errors import ConfigError, N_
from core.run import Array

LEVELS = (0.80, 0.95)
STEP = 0.02  # Gibbs and Candes' gamma; at 0.02 the level recovers from a miss at 80 % in some 4 days
MEMORY = 250  # days of residuals the adaptive intervals look back on: one year


@dataclass(frozen=True)
class Coverage:
    """How often intervals of a promised level held: `held` of `n` days, and their mean width."""

    level: float
    n: int
    held: float
    width: float


def fewest_residuals(level: float) -> int:
    """Calibration residuals that an interval of `level` needs: 4 for 80 %, 19 for 95 %."""
    return math.ceil(round(level / (1 - level), 9))


def radius(residuals: Array, level: float) -> float:
    """Half-width of the split-conformal interval: the ceil((n + 1) level)-th smallest absolute residual.

    Covers the next value with at least `level` if residuals (n,) and the next one are exchangeable (Vovk et al. 2005;
    Lei et al. 2018).

    Raises:
        ConfigError: too few residuals for this level.
    """
    n = len(residuals)
    if n < fewest_residuals(level):
        raise ConfigError(
            N_("An interval of {level:.0%} needs {needed} past errors, but there are {given}; choose a lower level."),
            field="level",
            level=level,
            needed=fewest_residuals(level),
            given=n,
        )
    rank = math.ceil(round((n + 1) * level, 9))  # rounded: 20 x 0.95 is 19, not 19.000000000000004
    return float(np.partition(np.abs(residuals), rank - 1)[rank - 1])


def split_radii(calibration: Array, residuals: Array, level: float) -> Array:
    """Half-widths (n,) for days whose residuals (n,) come one by one: each day's from all residuals before it."""
    every = np.concatenate([calibration, residuals])
    return np.array([radius(every[:known], level) for known in range(len(calibration), len(every))])


def adaptive_radii(calibration: Array, residuals: Array, level: float, step: float = STEP) -> Array:
    """Half-widths (n,) by adaptive conformal inference (Gibbs and Candes 2021), which follows a changing world.

    After each day the working miss rate moves by `step` x (promised - happened), and the next half-width is that
    quantile of the last 250 absolute residuals; so the share of misses tends to the promised one whatever the data do.
    Where the paper's interval would be infinite, the widest residual known stands in.
    """
    every = np.abs(np.concatenate([calibration, residuals]))
    radii, miss = np.empty(len(residuals)), 1 - level
    for day in range(len(residuals)):
        known = len(calibration) + day
        memory = every[max(0, known - MEMORY) : known]
        radii[day] = np.quantile(memory, min(max(1 - miss, 0.0), 1.0), method="higher")
        miss += step * ((1 - level) - float(every[known] > radii[day]))
    return radii


def coverage(residuals: Array, radii: Array, level: float) -> Coverage:
    """How often |residual| stayed within its half-width, both (n,)."""
    return Coverage(level, len(residuals), float((np.abs(residuals) <= radii).mean()), float(2 * radii.mean()))

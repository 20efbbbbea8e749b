"""The rate and first decay of Adam's steps, as PyTorch's ConstantLR and OneCycleLR set them."""

from __future__ import annotations

import math

from core.config import TrainConfig

BETA = 0.9  # PyTorch's default
_RISE = 0.3  # share of the steps on which the rate rises (Smith 2018; PyTorch's defaults, like the rest)
_FIRST, _LAST = 1 / 25, 1 / 25e4  # of the peak
_BETAS = 0.95, 0.85  # at the ends and at the peak: the decay falls while the rate rises


def pace_of(config: TrainConfig, step: int, steps: int) -> tuple[float, float]:
    """Rate and first decay of step `step`, counted from 0, of `steps` in the whole run."""
    if config.schedule == "constant":
        return config.learning_rate, BETA
    peak, (slow, fast) = config.learning_rate, _BETAS
    last = max(steps, 2) - 1
    top = _RISE * (last + 1) - 1
    if step <= top:
        share = step / top
        return _between(_FIRST * peak, peak, share), _between(slow, fast, share)
    share = (step - top) / (last - top)
    return _between(peak, _LAST * peak, share), _between(fast, slow, share)


def _between(start: float, end: float, share: float) -> float:
    """From `start` to `end` along half a cosine."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))

"""Which trainings take the compiled path: those it can compute, is ready for, and is faster at.

Bare loop / `fit`, 704 pairs, heap kept, medians of benchmarks/fit.py on one core of an AMD Zen 5 (16 lanes), and on the
same one held to AVX2 (8 lanes), where a block is 8 samples instead of 32:

    lanes  cell  batches   8 units   32 units  64 units  96 units  128 units  192 units  256 units
    16     lstm  all       6 to 7    2.0-2.4   1.6-2.8             1.2-1.8    1.0-1.4    0.9-1.3
    16     lstm  64        8 to 18   1.9-3.7   1.6-2.0             1.2-1.3    1.1-1.2    1.0
    16     lstm  40                  2.2       1.3                 0.9
    16     lstm  8                   2.7       1.1                 0.6
    16     gru   all, 64   12 to 36  3.6-8.3   2.4-4.2             1.9-2.4               1.4-1.6
    16     gru   8                                                 1.7                   0.9
    16     rnn   all, 64   12 to 35  4.5-12    3.5-5.5             2.8-3.2               2.0-2.3
    16     rnn   8                                                 2.4                   1.2
    8      lstm  all, 64   5 to 13   1.6       1.4       1.0-1.2   0.8-1.1               0.7-0.9
    8      gru   all, 64                                 0.9-1.2   0.8-1.0               0.6-0.7
    8      rnn   all, 64                                 1.3-1.8   1.2-1.4               0.9-1.1
"""

from __future__ import annotations

from typing import Protocol

from core.config import ModelConfig
from core.kernel import compiling
from core.values import StopSignal


class Epochs(Protocol):
    """What both paths give: the rate of the next step, and an epoch's losses of training, validation and test part."""

    @property
    def rate(self) -> float: ...

    def epoch(self, should_stop: StopSignal) -> tuple[float, float | None, float]: ...


# Units up to which it is faster with every block full, by lanes and cell.
MOST_UNITS = {16: {"lstm": 160, "gru": 512, "rnn": 1024}, 8: {"lstm": 64, "gru": 64, "rnn": 128}}


def takes_compiled(model: ModelConfig, batch_size: int | None) -> bool:
    """Whether a training of this network, in batches of this size (None: all at once), takes the compiled path.

    It computes neither dropout, which PyTorch puts between layers, nor the article's layout: one sequence through all
    days has no samples to put side by side. A block costs the same however few of its samples a batch fills.
    """
    if (model.dropout and model.num_layers > 1) or not compiling.ready():
        return False
    if model.layout == "article":
        return True
    from core.kernel.vector import BLOCK, LANES  # numba: not before it is known to run here

    filled = batch_size / (-(-batch_size // BLOCK) * BLOCK) if batch_size else 1.0
    return model.hidden_size <= MOST_UNITS[LANES][model.cell] * filled

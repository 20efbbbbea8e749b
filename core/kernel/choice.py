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

One sequence through all days, the article's layout, likewise; `fit` goes through 303 test days in each epoch too, and
through all training days once more where there are batches, which the bare loop does not:

    lanes  cell  batches   8 units   32 units  64 units  96 units  128 units  192 units  256 units
    16     lstm  all       5.8-7.5   4.0-4.2   2.4-2.8             1.3        1.1        1.0
    16     lstm  8 to 64   16 to 20            3.7-6.1             1.6-2.3    1.1-1.5    0.8
    16     gru   all       32 to 38            20 to 22                                  3.1-4.2
    16     gru   8                             9.7                                       1.4
    16     rnn   all       39 to 44            31-32                                     5.4-6.0
    16     rnn   8                             14                                        1.4
    8      lstm  all       9.3                 1.5-1.6   1.1       0.9-1.0    0.7        0.6-0.7
    8      lstm  8, 64                                   1.5-2.9
    8      gru   all, 8                                                                  1.5-3.0
    8      rnn   all, 8                                                                  2.2-4.3
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from core.config import ModelConfig
from core.kernel import compiling
from core.values import AdamState, StopSignal

Losses = tuple[float, float | None, float | None]  # of training, validation and test part
Seen = Callable[[float | None], bool]


class Epochs(Protocol):
    """What both paths give: the rate of the next step, an epoch's losses, and what Adam carries to the next one.

    An epoch's validation loss is None without a validation part. It is told to a `Seen` while the weights are still
    those it was measured with; the answer says whether the training ends with this epoch. The test loss is None where
    it is neither `watched` nor of the last epoch.
    """

    @property
    def rate(self) -> float: ...

    @property
    def adam(self) -> AdamState: ...

    def resume(self, adam: AdamState) -> None: ...

    def epoch(self, should_stop: StopSignal, watched: bool) -> Losses: ...


# Units up to which it is faster with every block full, by lanes and cell.
MOST_UNITS = {16: {"lstm": 160, "gru": 512, "rnn": 1024}, 8: {"lstm": 64, "gru": 64, "rnn": 128}}
MOST_UNITS_OF_ONE = {16: {"lstm": 192, "gru": 256, "rnn": 256}, 8: {"lstm": 96, "gru": 256, "rnn": 256}}  # one sequence


def takes_compiled(model: ModelConfig, batch_size: int | None) -> bool:
    """Whether a training of this network, in batches of this size (None: all at once), takes the compiled path.

    It does not compute dropout, which PyTorch puts between layers. A block of windows costs the same however few of its
    samples a batch fills; the article's one sequence leaves nothing empty.
    """
    if (model.dropout and model.num_layers > 1) or not compiling.ready():
        return False
    from core.kernel.vector import BLOCK, LANES  # numba: not before it is known to run here

    if model.layout == "article":
        return model.hidden_size <= MOST_UNITS_OF_ONE[LANES][model.cell]
    filled = batch_size / (-(-batch_size // BLOCK) * BLOCK) if batch_size else 1.0
    return model.hidden_size <= MOST_UNITS[LANES][model.cell] * filled

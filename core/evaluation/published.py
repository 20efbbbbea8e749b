"""A published comparison on the Shanghai Composite, to set one's own runs beside.

Lu, Li, Li, Sun and Wang 2020, "A CNN-LSTM-Based Model to Forecast Stock Prices", Complexity, article 6622927, Table 3:
daily closes from 1991-07-01 to 2020-08-31, the last 500 days are the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.config import DataQuery, Experiment


@dataclass(frozen=True)
class PublishedRow:
    """One model of the table, with its errors on the test part in index points."""

    model: str
    mae: float
    rmse: float
    r2: float


PUBLISHED = (
    PublishedRow("CNN-LSTM", 27.564, 39.688, 0.9646),
    PublishedRow("CNN-RNN", 28.285, 40.538, 0.9630),
    PublishedRow("LSTM", 28.712, 41.003, 0.9622),
    PublishedRow("RNN", 29.916, 42.957, 0.9593),
    PublishedRow("CNN", 30.138, 42.967, 0.9585),
    PublishedRow("MLP", 37.584, 49.799, 0.9442),
)
QUERY = DataQuery(ticker="000001.SH", start=date(1991, 7, 1), end=date(2020, 8, 31))
TEST_START = date(2018, 8, 10)


def on_published_window(experiment: Experiment) -> Experiment:
    """The same model and training on the table's days and split; the source of the prices is kept."""
    data = experiment.data.replace(ticker=QUERY.ticker, start=QUERY.start, end=QUERY.end)
    return experiment.replace(data=data, train=experiment.train.replace(test_start=TEST_START))


def comparable(experiment: Experiment) -> bool:
    """Whether a run of it may stand beside the table."""
    return on_published_window(experiment) == experiment

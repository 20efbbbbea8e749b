"""How good a forecast is, and how sure that is: measures, baselines, tests, diagnosis, days beyond the data.

Everything works on plain arrays: a `ForecastTask` says what was to be forecast, an array (N,) what was predicted.
"""

from core.evaluation.baselines import Baseline, baselines
from core.evaluation.evaluate import by_part, evaluate
from core.evaluation.measures import Scores, scores
from core.evaluation.sentence import Sentence
from core.evaluation.task import ForecastTask, pairs_of

__all__ = [
    "Baseline",
    "ForecastTask",
    "Scores",
    "Sentence",
    "baselines",
    "by_part",
    "evaluate",
    "pairs_of",
    "scores",
]

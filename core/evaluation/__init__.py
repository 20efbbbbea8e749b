"""How good a forecast is, and how sure that is: measures, baselines, tests, diagnosis, days beyond the data.

Everything works on plain arrays: a `ForecastTask` says what was to be forecast, an array (N,) what was predicted.
What cannot be computed is a `Sentence` that says why, never NaN.
"""

from importlib import import_module

from core.evaluation.baselines import baselines
from core.evaluation.conformal import LEVELS, adaptive_radii, bounds, radius, residuals, split_radii
from core.evaluation.diagnosis import Badge, Cure, lag_badge, leak_badge, range_badge
from core.evaluation.evaluate import by_part, evaluate
from core.evaluation.horizon import LONGEST, Horizon, beyond, forecasts, paths
from core.evaluation.measures import MEASURES, Scores, scores
from core.evaluation.network import network_of
from core.evaluation.published import PUBLISHED, PublishedRow, comparable, on_published_window
from core.evaluation.report import Report, report
from core.evaluation.seeds import ManySeeds, Spread, many_seeds
from core.evaluation.sentence import Sentence
from core.evaluation.significance import Comparison, DieboldMariano, Interval, compare, diebold_mariano, skill_interval
from core.evaluation.task import ForecastTask, annualised, pairs_of
from core.evaluation.verdict import Verdict, verdict
from core.evaluation.walkforward import Band, Fold, WalkForward, assemble, fold_experiments, folds

__all__ = [
    "LEVELS",
    "LONGEST",
    "MEASURES",
    "PUBLISHED",
    "Badge",
    "Band",
    "Comparison",
    "Cure",
    "DieboldMariano",
    "Fold",
    "ForecastTask",
    "Horizon",
    "Interval",
    "ManySeeds",
    "PublishedRow",
    "Report",
    "Scores",
    "Sentence",
    "Spread",
    "Verdict",
    "WalkForward",
    "adaptive_radii",
    "annualised",
    "assemble",
    "baselines",
    "beyond",
    "bounds",
    "by_part",
    "comparable",
    "compare",
    "diebold_mariano",
    "evaluate",
    "fold_experiments",
    "folds",
    "forecasts",
    "lag_badge",
    "leak_badge",
    "many_seeds",
    "network_of",
    "on_published_window",
    "pairs_of",
    "paths",
    "preload",
    "radius",
    "range_badge",
    "report",
    "residuals",
    "scores",
    "skill_interval",
    "split_radii",
    "verdict",
]


def preload() -> None:
    """Import the statistics libraries now: over a second, and otherwise the first reader of a score waits for it."""
    for name in ("arch.bootstrap", "statsmodels.regression.linear_model", "statsmodels.tsa.stattools"):
        import_module(name)

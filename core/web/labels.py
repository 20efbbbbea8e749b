"""What dials, sources, units and runs are called on screen."""

from __future__ import annotations

from core.config import CELL_NAMES, DataQuery
from core.data.markets import security
from core.data.sample import TICKER as SAMPLE_TICKER
from core.errors import UnknownTickerError
from core.run import Run
from core.sources import SOURCES
from core.web.text import _


def option_label(word: str) -> str:
    """A dial's word as the visitor reads it."""
    if word in SOURCES:
        return _(SOURCES[word].label)
    return {
        "auto": _("auto"),
        "upload": _("own file"),
        "none": _("as traded"),
        "qfq": _("front-adjusted"),
        "hfq": _("back-adjusted"),
        **CELL_NAMES,
        "close": _("close"),
        "return": _("log return"),
        "volatility": _("volatility (log range)"),
        "train": _("training part"),
        "all": _("all days (leaks)"),
        "market": _("as in its market"),
        "red": _("red"),
        "green": _("green"),
    }.get(word, word)


def unit(query: DataQuery) -> str:
    """What prices of these are in, as far as the exchange tells; "" where it does not."""
    if query.source == "upload":
        return ""
    if query.ticker == SAMPLE_TICKER:
        return "USD"
    try:
        return _("points") if security(query.ticker).kind == "index" else "CNY"
    except UnknownTickerError:
        return ""


def is_chinese(query: DataQuery) -> bool:
    """Whether these prices are of a mainland exchange, as far as the code tells."""
    try:
        return bool(security(query.ticker))
    except UnknownTickerError:
        return False


def run_name(run: Run) -> str:
    """Ticker and network of a run, in a few words."""
    model = run.experiment.model
    return _("{ticker}, {cell}, {layers} × {units} units, window {window}").format(
        ticker=run.experiment.data.ticker,
        cell=option_label(model.cell),
        layers=model.num_layers,
        units=model.hidden_size,
        window=model.window,
    )

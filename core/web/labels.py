"""What dials, sources, units and runs are called on screen."""

from __future__ import annotations

import re
from typing import Any

from core import words
from core.config import DataQuery
from core.data.markets import security
from core.data.sample import TICKER as SAMPLE_TICKER
from core.errors import UnknownTickerError
from core.run import Run
from core.web.text import _, listed
from core.words import DIALS


def dial_label(name: str) -> str:
    """What a dial is called, by its name in the address."""
    return _(DIALS[name][0])


def dial_name(name: str) -> str:
    """The same without its unit."""
    return re.split(r" ?[(（]", dial_label(name))[0]


def dial_help(name: str) -> str | None:
    """The help beside a dial."""
    return _(DIALS[name][1]) or None


def preset_name(preset: str) -> str:
    """A preset in one word."""
    return {
        "article": _("article"),
        "corrected": _("corrected"),
        "returns": _("returns"),
        "volatility": _("volatility"),
        "custom": _("custom"),
    }[preset]


def option_label(word: str) -> str:
    """A dial's word as the visitor reads it."""
    return _(words.option(word))


def input_label(name: str) -> str:
    """An input as the visitor reads it."""
    return _(words.input_word(name))


def value_label(text: str, value: Any) -> str:
    """A dial's value, `text` in a link, as the visitor reads it; of several inputs all."""
    return listed(map(input_label, value)) if isinstance(value, tuple) and value else option_label(text)


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

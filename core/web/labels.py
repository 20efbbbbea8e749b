"""What dials, sources, units and runs are called on screen."""

from __future__ import annotations

import re

from core.config import CELL_NAMES, DataQuery
from core.data.markets import security
from core.data.sample import TICKER as SAMPLE_TICKER
from core.errors import UnknownTickerError
from core.run import Run
from core.sentence import N_
from core.sources import SOURCES
from core.web.text import _

DIALS = {  # a dial by its name in the address: what it is called, and the help beside it
    "ticker": (
        N_("Ticker"),
        N_("Choose or type a code such as 000001.SH, sh600519 or AAPL. Company names and pinyin initials work too."),
    ),
    "preset": (N_("Preset"), N_("Sets all dials of model and training at once. Each can then be moved.")),
    "window": (N_("Window (days)"), N_("How many days the network sees before each prediction.")),
    "hidden": (N_("Hidden size (units)"), N_("Units in each layer; each has its own gates.")),
    "layers": (N_("Layers"), N_("Recurrent layers on top of each other.")),
    "start": (N_("From"), N_("First day of prices; empty: the first there is.")),
    "end": (N_("To"), N_("Last day of prices; empty: the last there is.")),
    "source": (N_("Source"), N_("Where prices come from; auto picks the best one at hand.")),
    "adjust": (N_("Adjustment"), N_("Stocks only: prices as traded, or corrected for dividends and splits.")),
    "cell": (N_("Cell"), N_("LSTM and GRU have gates; RNN is the plain tanh network.")),
    "target": (N_("Target"), N_("What is predicted for the next day.")),
    "scale": (N_("Scaler fitted on"), N_("'all' lets the test part leak into training, as the article does.")),
    "split": (N_("Training share"), N_("Share of the pairs used for training; the rest is the test.")),
    "split_day": (N_("Test from (instead of the share)"), N_("First day of the test part; empty: by the share.")),
    "epochs": (N_("Epochs"), N_("Passes over the training part.")),
    "lr": (N_("Learning rate"), N_("Size of Adam's steps.")),
    "batch": (N_("Batch size (pairs)"), N_("Pairs per step; smaller batches mean more steps an epoch.")),
    "schedule": (
        N_("Schedule"),
        N_("The learning rate over the run: the same throughout, or up to its peak and down."),
    ),
    "loss": (
        N_("Loss"),
        N_("Squared errors, or Huber: linear beyond one standard deviation, so extreme days count less."),
    ),
    "dropout": (
        N_("Dropout"),
        N_("Share of the values between layers left out at random in training; needs two layers."),
    ),
    "forget_bias": (
        N_("Forget bias"),
        N_("Where each LSTM forget gate starts; higher remembers longer. Empty: PyTorch's own start."),
    ),
    "patience": (
        N_("Patience (epochs)"),
        N_("Ends after so many epochs without a better loss on the last part of the training days. Empty: never."),
    ),
    "seed": (N_("Seed"), N_("The same seed gives the same weights.")),
    "rising": (N_("Rising prices"), N_("The colour of days that close higher: red in China, green elsewhere.")),
    "lang": (N_("Language"), ""),
}


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
        "constant": _("constant"),
        "onecycle": _("one cycle"),
        "mse": _("squared error"),
        "huber": "Huber",
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

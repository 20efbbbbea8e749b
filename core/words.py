"""What dials, their options and measures are called, in English and marked for the catalogue; needs no web."""

from __future__ import annotations

from core.config import CELL_NAMES
from core.evaluation.figures import number, percent
from core.input_names import COLUMN, other_of
from core.sentence import N_
from core.sources import SOURCES

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
    "inputs": (N_("Inputs"), N_("What the network reads each day beside the target's own series.")),
    "scale": (N_("Scaler fitted on"), N_("'all' lets the test part leak into training, as the article does.")),
    "split": (N_("Training share"), N_("Share of the pairs used for training; the rest is the test.")),
    "split_day": (N_("Test from (instead of the share)"), N_("First day of the test part; empty: by the share.")),
    "validation": (
        N_("Validation share"),
        N_("Share of the days before the test part, their last ones, that is scored but never trained on; 0: none."),
    ),
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
        N_(
            "Ends after so many epochs without a better loss on the validation part, or without one on the last part "
            "of the training days. Empty: never."
        ),
    ),
    "seed": (N_("Seed"), N_("The same seed gives the same weights.")),
    "rising": (N_("Rising prices"), N_("The colour of days that close higher: red in China, green elsewhere.")),
    "lang": (N_("Language"), ""),
}

OPTIONS = {  # a dial's word as a reader sees it; sources have labels of their own
    **CELL_NAMES,
    "auto": N_("auto"),
    "upload": N_("own file"),
    "full": N_("all at once"),
    "none": N_("as traded"),
    "qfq": N_("front-adjusted"),
    "hfq": N_("back-adjusted"),
    "close": N_("close"),
    "return": N_("log return"),
    "volatility": N_("volatility (log range)"),
    "train": N_("training part"),
    "constant": N_("constant"),
    "onecycle": N_("one cycle"),
    "mse": N_("squared error"),
    "huber": "Huber",
    "all": N_("all days (leaks)"),
    "market": N_("as in its market"),
    "red": N_("red"),
    "green": N_("green"),
}

INPUTS = {  # an input by its name, as a reader sees it; a column or another ticker is called by its own name
    "close": N_("close"),
    "return": N_("log return"),
    "volatility": N_("log range"),
    "range": N_("log range"),
    "gap": N_("opening gap"),
    "volume": N_("volume against its mean"),
    "amount": N_("amount against its mean"),
    "average5": N_("close against its 5-day average"),
    "average20": N_("close against its 20-day average"),
    "average60": N_("close against its 60-day average"),
    "rsi": "RSI",
    "macd": "MACD",
    "atr": N_("average true range"),
    "weekday": N_("weekday"),
    "weekday_sin": N_("weekday (sine)"),
    "weekday_cos": N_("weekday (cosine)"),
    "pause": N_("days since the last session"),
}

MEASURES = {
    "rmse": "RMSE",
    "qlike": "QLIKE",
    "mae": "MAE",
    "mape": "MAPE",
    "r2": "R²",
    "mase": "MASE",
    "theil_u2": N_("Theil's U2"),
    "direction": N_("direction"),
    "skill": N_("skill"),
}


def option(word: str) -> str:
    """A dial's word as it is called in English, for the catalogue; any other word is its own name."""
    return SOURCES[word].label if word in SOURCES else OPTIONS.get(word, word)


def measured(measure: str, value: float | None) -> str:
    """A measure's value as a reader wants it; "–" where there is none."""
    if value is None:
        return "–"
    if measure in ("rmse", "mae"):
        return number(value)
    if measure == "mape":
        return f"{value:.2%}" if value < 1 else percent(value)
    return format(value, {"r2": ".4f", "direction": ".1%", "skill": "+.3f"}.get(measure, ".3f"))


def input_word(name: str) -> str:
    """An input as it is called in English, for the catalogue: a column by its heading, another ticker by its code."""
    if (other := other_of(name)) is not None:
        return other[1]
    return INPUTS.get(name, name.removeprefix(COLUMN))

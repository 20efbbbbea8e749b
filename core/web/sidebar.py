"""The sidebar: a widget for every dial, on every page."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from core.config import PRESETS, DataQuery, Experiment, ModelConfig, TrainConfig, bounds
from core.data.tickers import Listed
from core.errors import GatescopeError
from core.link import PARAMETERS, preset_of
from core.web import inputs, session
from core.web.current import listing
from core.web.labels import option_label
from core.web.text import LANGUAGES, _, language, say

EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)
BATCHES = ["full", 16, 32, 64, 128, 256]


def sidebar() -> Experiment:
    """Draw the dials and return what they say; a dial out of bounds keeps its last good value and says so below it."""
    experiment, errors = inputs.read()
    preset = preset_of(experiment, session.origin())
    st.session_state["preset"] = preset
    with st.sidebar:
        _ticker()
        for error in errors:
            _complain(error)
        _main_dials(custom=preset == "custom")
        with st.expander(_("More"), key="more"):
            _more_dials()
        with st.expander(_("Live data"), key="live_data"):
            _live_data()
        with st.expander(_("Own file"), key="own_file"):
            _own_file()
        labels = {rising: option_label(rising) for rising in inputs.RISINGS}  # in the language of this run
        st.segmented_control(
            _("Rising prices"),
            list(labels),
            default=_now(inputs.RISING),
            key=inputs.RISING,
            format_func=labels.__getitem__,
            required=True,
            help=_("The colour of days that close higher: red in China, green elsewhere."),
        )
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            default=_now("lang"),
            key="lang",
            format_func=LANGUAGES.__getitem__,
            required=True,
        )
    inputs.write_link(experiment)
    return experiment


def _ticker() -> None:
    names = {each.code: f"{each.code} {_security(each)} · {each.pinyin}" for each in listing()}
    chosen = _now("ticker")
    codes = [*names] if chosen in names else [chosen, *names]
    st.selectbox(
        _("Ticker"),
        codes,
        codes.index(chosen),
        key="ticker",
        format_func=lambda code: names.get(code, code),
        accept_new_options=True,
        help=_(
            "Choose or type a code such as 000001.SH, sh600519 or AAPL. Company names and pinyin initials work too."
        ),
    )


def _security(listed: Listed) -> str:
    """Both names, the visitor's language first, so that the picker's search finds either."""
    return f"{listed.zh} · {listed.en}" if language() == "zh" else f"{listed.en} · {listed.zh}"


def _complain(error: GatescopeError) -> None:
    """Why a dial stayed where it was; where a code fits several securities, one press settles which is meant."""
    st.warning(say(error.sentence))
    for code in error.values.get("choices", ()):
        name = next((_security(each) for each in listing() if each.code == code), "")
        st.button(f"{code} {name}", key=f"choose_{code}", on_click=inputs.set_dials, kwargs={"ticker": code})


def _main_dials(custom: bool) -> None:
    st.selectbox(
        _("Preset"),
        [*PRESETS, "custom"] if custom else list(PRESETS),
        key="preset",
        format_func=_preset_labels().__getitem__,
        on_change=inputs.take_preset,
        help=_("Sets all dials of model and training at once. Each can then be moved."),
    )
    _slider("window", ModelConfig, _("Window (days)"), _("How many days the network sees before each prediction."))
    _slider("hidden", ModelConfig, _("Hidden size (units)"), _("Units in each layer; each has its own gates."))
    _slider("layers", ModelConfig, _("Layers"), _("Recurrent layers on top of each other."))
    _day("start", _("From"), _("First day of prices; empty: the first there is."))
    _day("end", _("To"), _("Last day of prices; empty: the last there is."))


def _preset_labels() -> dict[str, str]:
    return {
        "article": _("article: as published, with its quirks"),
        "corrected": _("corrected: the same model put right"),
        "returns": _("returns: next day's return"),
        "volatility": _("volatility: next day's range"),
        "custom": _("custom (from {preset})").format(preset=session.origin()),
    }


def _more_dials() -> None:
    _choice("source", DataQuery, _("Source"), _("Where prices come from; auto picks the best one at hand."))
    _choice(
        "adjust", DataQuery, _("Adjustment"), _("Stocks only: prices as traded, or corrected for dividends and splits.")
    )
    _choice("cell", ModelConfig, _("Cell"), _("LSTM and GRU have gates; RNN is the plain tanh network."))
    _choice("target", TrainConfig, _("Target"), _("What is predicted for the next day."))
    _slider("epochs", TrainConfig, _("Epochs"), _("Passes over the training part."))
    low, high = bounds(TrainConfig, "learning_rate").low, bounds(TrainConfig, "learning_rate").high
    st.number_input(
        _("Learning rate"), low, high, _now("lr"), step=0.001, format="%.5f", key="lr", help=_("Size of Adam's steps.")
    )
    _batch()
    _choice(
        "scale",
        TrainConfig,
        _("Scaler fitted on"),
        _("'all' lets the test part leak into training, as the article does."),
    )
    _slider(
        "split",
        TrainConfig,
        _("Training share"),
        _("Share of the pairs used for training; the rest is the test."),
        0.05,
        "percent",
    )
    _day(inputs.SPLIT_DAY, _("Test from (instead of the share)"), _("First day of the test part; empty: by the share."))
    high = int(bounds(TrainConfig, "seed").high)
    st.number_input(
        _("Seed"), 0, high, _now("seed"), step=1, key="seed", help=_("The same seed gives the same weights.")
    )


def _batch() -> None:
    batch, whole = _now("batch"), _("all at once")
    sizes = BATCHES if batch in BATCHES else [*BATCHES, batch]
    st.selectbox(
        _("Batch size (pairs)"),
        sizes,
        sizes.index(batch),
        key="batch",
        format_func=lambda size: whole if size == "full" else str(size),
        help=_("Pairs per step; smaller batches mean more steps an epoch."),
    )


def _live_data() -> None:
    st.markdown(
        _(
            "Chinese indices and stocks come live from the public daily K-line without a token: choose 000001.SH "
            "above. With a tushare Pro token they come from tushare."
        )
    )
    if session.own_token():
        st.caption(_("Your token is used for this visit."))
        st.button(_("Forget my token"), on_click=inputs.forget_token)
        return
    st.text_input(
        _("tushare Pro token"),
        type="password",
        key=inputs.TOKEN_BOX,
        on_change=inputs.take_token,
        autocomplete="off",
        help=_("Kept for this visit only, never in the link. Note that tushare itself sends it unencrypted (http)."),
    )
    st.caption(_("tushare sends the token over unencrypted http."))


def _own_file() -> None:
    st.file_uploader(
        _("Prices as CSV"),
        type=["csv", "txt"],
        key=inputs.UPLOADER,
        on_change=inputs.take_file,
        help=_("Dates and closes are enough; UTF-8 or GB18030, English or Chinese headings. It stays in this session."),
    )
    if error := session.get(session.UPLOAD_ERROR, None):
        st.error(say(error.sentence))


def _now(name: str) -> Any:
    """A dial's value as its widget's default too: a browser that draws the widget late starts from the default."""
    return st.session_state[name]


def _slider(name: str, owner: Any, label: str, help: str, step: float | None = None, format: str | None = None) -> None:
    span = bounds(owner, PARAMETERS[name][1])
    st.slider(label, span.low, span.high, _now(name), step=step, format=format, key=name, help=help)


def _day(key: str, label: str, help: str) -> None:
    st.session_state[key] = _now(key)  # said at every run: a default would take away the cross that empties it
    st.date_input(label, None, EARLIEST, LATEST, key=key, help=help, format="YYYY-MM-DD")


def _choice(name: str, owner: Any, label: str, help: str) -> None:
    options = bounds(owner, PARAMETERS[name][1]).options
    labels = {option: option_label(option) for option in options}  # in the language of this run
    at = options.index(_now(name))
    st.selectbox(label, options, at, key=name, format_func=labels.__getitem__, help=help)

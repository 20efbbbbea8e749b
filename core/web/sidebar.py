"""The sidebar: a widget for every dial, on every page."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from core.config import PRESETS, Choice, DataQuery, Experiment, ModelConfig, TrainConfig, bounds
from core.data.tickers import Listed
from core.errors import FileQuestion, GatescopeError
from core.languages import LANGUAGES
from core.link import PARAMETERS, preset_of
from core.web import input_dial, inputs, session, signing_in
from core.web.current import listing
from core.web.labels import dial_help, dial_label, option_label
from core.web.own_file import KINDS, answer_label
from core.web.text import _, language, say

EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)
BATCHES = ["full", 16, 32, 64, 128, 256]
OWNERS = {"data": DataQuery, "model": ModelConfig, "train": TrainConfig}


def sidebar() -> Experiment:
    """Draw the dials and return what they say; a dial out of bounds keeps its last good value and says so below it."""
    experiment, errors = inputs.read()
    preset = preset_of(experiment, session.ORIGIN.get())
    inputs.put("preset", preset)
    with st.sidebar:
        _segments("lang", LANGUAGES, label_visibility="collapsed")
        _ticker()
        for error in errors:
            _complain(error)
        _preset(custom=preset == "custom")
        _sliders("window", "hidden", "layers")
        _day("start")
        _day("end")
        with st.expander(_("More"), key="more"):
            _more_dials(experiment)
        with st.expander(_("Live data"), key="live_data"):
            _live_data()
        with st.expander(_("Own file"), key="own_file"):
            _own_file()
        _segments("rising", {rising: option_label(rising) for rising in inputs.RISINGS})
        signing_in.place()
    return experiment


def _ticker() -> None:
    names = {each.code: f"{each.code} {_security(each)} · {each.pinyin}" for each in listing()}
    chosen = _now("ticker")
    codes = [*names] if chosen in names else [chosen, *names]
    st.selectbox(
        **_told("ticker"),
        options=codes,
        index=codes.index(chosen),
        format_func=lambda code: names.get(code, code),
        accept_new_options=True,
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


def _preset(custom: bool) -> None:
    labels = {
        "article": _("article: as published, with its quirks"),
        "corrected": _("corrected: the same model put right"),
        "returns": _("returns: next day's return"),
        "volatility": _("volatility: next day's range"),
        "custom": _("custom (from {preset})").format(preset=session.ORIGIN.get()),
    }
    options = [*PRESETS, "custom"] if custom else list(PRESETS)
    st.selectbox(
        **_told("preset"),
        options=options,
        index=options.index(_now("preset")),
        format_func=labels.__getitem__,
        on_change=inputs.take_preset,
    )


def _more_dials(experiment: Experiment) -> None:
    _choices("source", "adjust", "cell", "target")
    input_dial.choose(experiment)
    _choices("scale")
    _sliders("split", step=0.05, format="percent")
    _day(inputs.SPLIT_DAY)
    _sliders("validation", step=0.05, format="percent")
    _sliders("epochs")
    _numbers("lr", step=0.001, format="%.5f")
    _batch()
    _choices("schedule", "loss")
    _sliders("dropout", step=0.05)
    _numbers("forget_bias", step=0.5, format="%.1f")
    _numbers("patience", step=1)
    _numbers("seed", step=1)


def _batch() -> None:
    batch, whole = _now("batch"), option_label("full")
    sizes = BATCHES if batch in BATCHES else [*BATCHES, batch]
    st.selectbox(
        **_told("batch"),
        options=sizes,
        index=sizes.index(batch),
        format_func=lambda size: whole if size == "full" else str(size),
    )


def _live_data() -> None:
    st.markdown(
        _(
            "Chinese indices and stocks come live from the public daily K-line without a token: choose 000001.SH "
            "above. With a tushare Pro token they come from tushare."
        )
    )
    if session.TOKEN.get():
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
        _("Prices as CSV, text or workbook"),
        type=list(KINDS),
        key=inputs.UPLOADER,
        on_change=inputs.take_file,
        help=_(
            "Dates and closes are enough, as a vendor or a spreadsheet exports them, gzip and zip too. It stays in "
            "this session."
        ),
    )
    error, file = session.UPLOAD_ERROR.get(), session.FILE.get()
    if isinstance(error, FileQuestion) and file:
        st.info(say(error.sentence), icon=":material/help:")
        option = error.values["option"]
        for answer in error.values["answers"]:
            st.button(
                answer_label(answer), key=f"answer_{option}_{answer}", width="stretch",
                on_click=inputs.answer_file, args=(file, option, answer),
            )  # fmt: skip
    elif error:
        st.error(say(error.sentence))


def _now(name: str) -> Any:
    """A dial's value as its widget's default too: a browser that draws the widget late starts from the default."""
    return st.session_state[name]


def _told(name: str) -> dict[str, Any]:
    """What every widget of a dial is called, and what it is known by."""
    return {"label": dial_label(name), "key": name, "help": dial_help(name)}


def _limits(name: str) -> Any:
    part, field = PARAMETERS[name]
    return bounds(OWNERS[part], field)


def _sliders(*names: str, **more: Any) -> None:
    for name in names:
        span = _limits(name)
        st.slider(**_told(name), min_value=span.low, max_value=span.high, value=_now(name), **more)


def _numbers(name: str, **more: Any) -> None:
    """A box for a number; empty where the dial may be left to its default."""
    span = _limits(name)
    low, high = (type(more["step"])(end) for end in (span.low, span.high))
    st.number_input(**_told(name), min_value=low, max_value=high, value=_now(name), **more)


def _choices(*names: str) -> None:
    for name in names:
        choice: Choice = _limits(name)
        labels = {option: option_label(option) for option in choice.options}  # in the language of this run
        at = choice.options.index(_now(name))
        st.selectbox(**_told(name), options=choice.options, index=at, format_func=labels.__getitem__)


def _segments(name: str, labels: dict[str, str], **more: Any) -> None:
    st.segmented_control(
        **_told(name), options=list(labels), default=_now(name), format_func=labels.__getitem__, required=True, **more
    )


def _day(name: str) -> None:
    """A date, or none: a default would take away the cross that empties it, so the date is said at every run.

    Until the visitor has moved it: then the browser has drawn it, and saying it again could take back the next move.
    """
    moved = session.MOVED.at(name)
    if not moved.get():
        st.session_state[name] = _now(name)
    st.date_input(
        **_told(name), value=None, min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD",
        on_change=moved.put, args=(True,),
    )  # fmt: skip

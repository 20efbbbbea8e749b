"""Language: the visitor's choice among core.languages, and the core's sentences in the visitor's words."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import languages
from core.languages import LANGUAGES, catalogue
from core.sentence import Sentence
from core.words import input_word


def browser_language() -> str:
    """The language a visitor's browser asks for first: "zh" for any Chinese, otherwise "en"."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


_here = threading.local()  # the script run in this thread and its language: asked at every word, looked up once


def settle() -> None:
    """A script run begins: its language is the visitor's of now."""
    _here.settled = get_script_run_ctx(suppress_warning=True), _chosen()


def language() -> str:
    """The visitor's language, "en" or "zh"; within a script run it does not change."""
    run, settled = get_script_run_ctx(suppress_warning=True), getattr(_here, "settled", None)
    if run is None:
        return _chosen()
    if settled is None or settled[0] is not run:
        settle()
    return _here.settled[1]  # type: ignore[no-any-return]


def _chosen() -> str:
    chosen = st.session_state.get("lang")
    return chosen if chosen in LANGUAGES else browser_language()


def _(sentence: str) -> str:
    """`sentence` in the visitor's language."""
    return catalogue(language()).gettext(sentence) if sentence else sentence


def counted(one: str, many: str, number: int) -> str:
    """`one` or `many` by `number` in the visitor's language, {number} filled in."""
    return catalogue(language()).ngettext(one, many, number).format(number=f"{number:,}")


def as_written(text: str) -> str:
    """Text from outside, so that Markdown shows it as it is.

    Some signs can be escaped. Others Streamlit looks for in text that is read already, addresses and icons among them:
    there a word joiner, which cannot be seen, stands between.
    """
    line = re.sub(_TAKEN_APART, WORD_JOINER, " ".join(text.split()))
    return re.sub(_NUMBERED, r"\1\\", re.sub(_ESCAPED, r"\\\g<0>", line))


WORD_JOINER = "\u2060"
_ESCAPED = re.compile(r"[\\`*_{}\[\]<>|~$:&!]|^[-+#=](?!\d)")
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](\s|$))")  # a list would begin
_TAKEN_APART = re.compile(  # www. https: a@b :icon: ->
    r"(?i:(?<=www)(?=\.)|(?<=http)(?=:)|(?<=https)(?=:))|(?<=@)(?=\w)|(?<=:)(?=[\w+/-]+:)|(?<=[-<>~])(?=[-=>])"
)


def say(sentence: Sentence, written: Callable[[str], str] = as_written) -> str:
    """A sentence of the core in the visitor's language, as Markdown; inputs by their labels.

    Args:
        written: how its values stand in Markdown; `str` where they are ours and belong into formulas.
    """
    named = {of: _input_words(names) for of in ("input", "inputs") if isinstance(names := sentence.values.get(of), str)}
    return languages.say(Sentence(sentence.template, **{**sentence.values, **named}), _, written)


def _input_words(names: str) -> str:
    return listed(_(input_word(name)) for name in names.split(", "))


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese ones follow each other without a space."""
    return " ".join(sentences).replace("。 ", "。")


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the visitor's language for that."""
    return ("、" if language() == "zh" else ", ").join(names)


def duration(seconds: float) -> str:
    """A wait in words; never none at all."""
    if seconds < 100:
        return _("{seconds} s").format(seconds=f"{max(seconds, 1):.0f}")
    return _("{minutes} min").format(minutes=f"{seconds / 60:.0f}")

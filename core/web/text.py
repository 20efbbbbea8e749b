"""Language: gettext over `locale/`, the visitor's choice, and the core's sentences in the visitor's words."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit as st
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.sentence import Sentence

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGUE = Path(__file__).parents[2] / "locale" / "zh_CN" / "LC_MESSAGES" / "gatescope.po"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations of one language; English is the text itself. Compiled in memory, so there is no build step."""
    if language == "en":
        return gettext.NullTranslations()
    with CATALOGUE.open("rb") as source:
        compiled = io.BytesIO()
        write_mo(compiled, read_po(source, locale="zh_CN"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def browser_language() -> str:
    """The language a visitor's browser asks for first: "zh" for any Chinese, otherwise "en"."""
    return "zh" if (st.context.locale or "").lower().startswith("zh") else "en"


def language() -> str:
    """The visitor's language, "en" or "zh"."""
    chosen = st.session_state.get("lang")
    return chosen if chosen in LANGUAGES else browser_language()


def _(sentence: str) -> str:
    """`sentence` in the visitor's language."""
    return catalogue(language()).gettext(sentence) if sentence else sentence


def counted(one: str, many: str, number: int) -> str:
    """`one` or `many` by `number` in the visitor's language, {number} filled in."""
    return catalogue(language()).ngettext(one, many, number).format(number=f"{number:,}")


def say(sentence: Sentence) -> str:
    """A sentence of the core in the visitor's language, sentences among its values too."""
    values = {name: say(value) if isinstance(value, Sentence) else value for name, value in sentence.values.items()}
    return Sentence(sentence.template, **values).fill(_(sentence.template))


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after the other; Chinese ones follow each other without a space."""
    return " ".join(sentences).replace("。 ", "。")


def listed(names: Iterable[str]) -> str:
    """Names one after the other, with the comma of the visitor's language for that."""
    return ("、" if language() == "zh" else ", ").join(names)


def as_written(text: str) -> str:
    """Text from outside, so that Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]()<>#+!|~$:&-])", r"\\\1", text)

"""The languages there are: gettext over `locale/`, and sentences said in them. Needs no web."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.sentence import Said, Sentence

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGUE = Path(__file__).parents[1] / "locale" / "zh_CN" / "LC_MESSAGES" / "gatescope.po"


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


def translator(language: str) -> Callable[[str], str]:
    """English sentence to that language; the empty one stays empty."""
    known = catalogue(language)
    return lambda sentence: known.gettext(sentence) if sentence else sentence


def say(sentence: Sentence, translate: Callable[[str], str], written: Callable[[str], str] = str) -> str:
    """A sentence in the language of `translate`, sentences among its values too; other values as `written` has them."""
    values = {
        name: Said(say(value, translate, written)) if isinstance(value, Sentence) else value
        for name, value in sentence.values.items()
    }
    return Sentence(sentence.template, **values).fill(translate(sentence.template), written)

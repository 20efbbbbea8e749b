"""Every sentence a visitor reads has its Chinese, with the same places to fill."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "N_": None, "counted": (1, 2)}


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (ROOT / "locale" / "zh_CN" / "LC_MESSAGES" / "gatescope.po").open("rb") as file:
        return read_po(file, locale="zh_CN")


def sentences() -> set[str]:
    found = set()
    for place in ("core", "pages"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / place, method_map=[("**.py", "python")], keywords=KEYWORDS
        ):
            found.add(message if isinstance(message, str) else message[0])
    return found - {""}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_nothing_is_left_in_english(chinese: Catalog) -> None:
    """A translation marked as unsure is left out when the catalogue is compiled."""
    known = {text: chinese.get(text) for text in sentences()}
    missing = {text for text, found in known.items() if found is None or not found.string or found.fuzzy}
    assert not missing


def test_nothing_is_left_over(chinese: Catalog) -> None:
    ids = {message.id if isinstance(message.id, str) else message.id[0] for message in chinese if message.id}
    assert ids == sentences()


def test_the_same_places_are_filled(chinese: Catalog) -> None:
    for message in chinese:
        if message.id and isinstance(message.id, str) and "{" in message.id and "\\" not in message.id:
            assert places(str(message.string)) == places(message.id), message.id

"""docs/reliability.md names what the tests show, no more and no less, in words the program still has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from faults import FAULTS, SECTIONS
from reliability import NOTHING, PAGES, Shown, page, template_of

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"mark\.fault\(([^)]*)\)")


def quotes_of(language: str, text: str) -> dict[str, tuple[str, ...]]:
    """The sentences of the committed page, by fault."""
    at = list(PAGES).index(language)
    found = {}
    for row in [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("| ")]:
        keys = [key for key, fault in FAULTS.items() if fault.done[at] == row[0].strip()]
        if keys:
            found[keys[0]] = tuple(re.findall(r"“([^”]*)”", row[1]))
    return found


def test_every_fault_is_shown_by_a_test_and_no_other() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    marked = {key for text in texts for given in MARK.findall(text) for key in re.findall(r'"([^"]+)"', given)}
    assert marked == set(FAULTS)
    assert len(FAULTS) == sum(len(section.faults) for section in SECTIONS)


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_what_the_tests_would_write(language: str) -> None:
    text = PAGES[language].read_text(encoding="utf-8")
    quotes = quotes_of(language, text)
    assert set(quotes) == set(FAULTS), "run `make test`, which writes it"
    assert page(language, quotes) == text


@pytest.mark.parametrize("language", PAGES)
def test_every_sentence_it_quotes_is_one_of_the_program(language: str) -> None:
    quotes = quotes_of(language, PAGES[language].read_text(encoding="utf-8"))
    assert sum(map(len, quotes.values())) > len(FAULTS) / 2
    assert not [quote for told in quotes.values() for quote in told if not template_of(quote, language)]


def test_a_sentence_the_program_does_not_have_is_seen() -> None:
    assert template_of("The moon is out of reach.", "en") == ""
    with pytest.raises(AssertionError):
        Shown().reads("The moon is out of reach.", "月亮太远。")
    assert NOTHING["en"] in PAGES["en"].read_text(encoding="utf-8")

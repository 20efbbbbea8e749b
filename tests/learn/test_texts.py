"""Lesson texts: both languages say the same, every place is filled in alike, every formula is closed."""

import re
import unicodedata

import pytest

from core.charts.tokens import GATE_HUES
from core.web.lesson import LEAD, TEXTS, load, parse, written

NAMES = ("rnn", "vanishing", "lstm", "pytorch", "activations")
LANGUAGES = ("en", "zh")
BOTH = [(name, language) for name in NAMES for language in LANGUAGES]


def _prose(name, language):
    """The text without its code blocks."""
    return re.sub(
        r"```.*?```|`[^`]*`", "", (TEXTS / f"{name}.{language}.md").read_text(encoding="utf-8"), flags=re.DOTALL
    )


def test_every_text_is_known():
    assert {path.name for path in TEXTS.glob("*.md")} == {f"{name}.{language}.md" for name, language in BOTH}


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_sections_and_places(name):
    english, chinese = load(name, "en"), load(name, "zh")
    assert list(english.sections) == list(chinese.sections)
    for section in english.sections:
        assert sorted(english.places(section)) == sorted(chinese.places(section)), section


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_every_formula_is_closed(name, language):
    for section, text in load(name, language).sections.items():
        text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
        blocks = [line for line in text.splitlines() if "$$" in line]
        assert set(blocks) <= {"$$"}, f"{section}: display formulas need lines of their own"
        assert len(blocks) % 2 == 0, section
        inline = re.sub(r"^\$\$$.*?^\$\$$", "", text, flags=re.DOTALL | re.MULTILINE)
        for paragraph in inline.split("\n"):
            assert paragraph.count("$") % 2 == 0, f"{section}: {paragraph}"


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_every_brace_in_a_formula_is_closed(name, language):
    lesson = load(name, language)
    for section in lesson.sections:
        numbers = {place: -1.5 if "d" not in form and "," not in form else 3 for place, form in lesson.places(section)}
        text = lesson.fill(section, numbers)
        formulas = re.findall(r"^\$\$$(.*?)^\$\$$", text, flags=re.DOTALL | re.MULTILINE)
        formulas += re.findall(r"(?<!\$)\$([^$\n]+)\$(?!\$)", text)
        for formula in formulas:
            assert formula.count("{") == formula.count("}"), formula
            assert len(re.findall(r"\\left\b", formula)) == len(re.findall(r"\\right\b", formula)), formula
            assert re.findall(r"\\begin\{(\w+)\}", formula) == re.findall(r"\\end\{(\w+)\}", formula), formula


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_formulas(name):
    def formulas(language):
        blocks = re.findall(r"^\$\$$(.*?)^\$\$$", _prose(name, language), flags=re.DOTALL | re.MULTILINE)
        return [re.sub(r"\\text\{[^}]*\}", "", block) for block in blocks]

    assert formulas("en") == formulas("zh")


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_hues_are_the_gates(name, language):
    assert set(re.findall(r"#[0-9A-F]{6}", _prose(name, language))) <= set(GATE_HUES.values())


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_every_lesson_leads_to_the_run_and_names_its_sources(name, language):
    sections = load(name, language).sections
    assert list(sections)[-2:] == ["run", "sources"]
    assert re.search(r"(19|20)\d\d", sections["sources"])


@pytest.mark.parametrize("name", NAMES)
def test_chinese_is_chinese_and_english_is_not(name):
    assert not re.search(r"[\u4e00-\u9fff]", _prose(name, "en").replace("上海自来水来自海上", ""))
    for section, text in load(name, "zh").sections.items():
        words = re.sub(r"^\$\$$.*?^\$\$$", "", text, flags=re.DOTALL | re.MULTILINE).strip()
        assert not words or re.search(r"[\u4e00-\u9fff]", words), section


def _space(character):
    return not character or character.isspace()


def _punctuation(character):
    return unicodedata.category(character)[0] in "PS" if character else False


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_bold_opens_and_closes_where_markdown_sees_it(name, language):
    """CommonMark 6.2: ** opens before a letter and closes after one, but not between punctuation and a letter."""
    for section, text in load(name, language).sections.items():
        text = re.sub(r"```.*?```|`[^`]*`|^\$\$$.*?^\$\$$", "x", text, flags=re.DOTALL | re.MULTILINE)
        for number, mark in enumerate(re.finditer(r"\*\*", text)):
            before, after = text[max(mark.start() - 1, 0) : mark.start()], text[mark.end() : mark.end() + 1]
            inner, outer = (after, before) if number % 2 == 0 else (before, after)
            fits = not _space(inner) and (not _punctuation(inner) or _space(outer) or _punctuation(outer))
            assert fits, f"{section}: {text[mark.start() - 12 : mark.end() + 12]}"
        assert text.count("**") % 2 == 0, section


def test_parsing():
    lesson = parse("# T\n\nlead\n\n<!-- section: a -->\nx {{n:.1f}} $\\frac{{{n:.2f}}}{2}$\n")
    assert lesson.title == "T"
    assert lesson.sections[LEAD] == "lead"
    assert lesson.fill("a", {"n": 2.0}) == "x 2.0 $\\frac{2.00}{2}$"
    with pytest.raises(KeyError):
        lesson.fill("a", {})
    with pytest.raises(ValueError, match="begins"):
        parse("no title")
    with pytest.raises(ValueError, match="twice"):
        parse("# T\n<!-- section: a -->\n<!-- section: a -->\n")


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (9.54e-7, "sig3", r"9.54\times 10^{-7}"),
        (0.00190, "sig2", "0.0019"),
        (123456.0, "sig2", r"1.2\times 10^{5}"),
        (12.3, "sig2", "12"),
        (99.96, "sig3", "100"),
        (0.0, "sig3", "0"),
        (float("inf"), "sig3", r"\infty"),
        (-0.0001, ".2f", "0.00"),
        (-1.005, ".1f", "-1.0"),
        ("+2", "", "+2"),
    ],
)
def test_numbers_as_the_text_writes_them(value, form, shown):
    assert written(value, form) == shown

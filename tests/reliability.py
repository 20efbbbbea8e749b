"""docs/reliability.md, written by the tests that break things on purpose.

    @pytest.mark.fault("worker-killed")
    def test_...(fault):
        shown = fault("worker-killed")
        shown.reads(state.note)         # the sentence a visitor reads, or shown.unnoticed()
        shown.keeps(...)                # true: nothing that was finished is lost
        shown.goes_on(...)              # true: the next request works

A test that is marked must show all three of each of its faults. At the end of a session in which every fault was shown
and no test failed, the pages are written anew; on an unchanged tree they stay as they are.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Generator, Mapping
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from faults import FAULTS, SECTIONS

from core.errors import GatescopeError
from core.languages import CATALOGUE, say, translator
from core.sentence import Sentence

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = {"en": DOCS / "reliability.md", "zh": DOCS / "reliability.zh.md"}
HEAD = {
    "en": """# Reliability

[中文](reliability.zh.md)

What was broken on purpose, what a visitor then reads, what is left of what was finished, and what becomes of the next
request. `make test` breaks each of these anew and writes this page where all of it held. Sentences are quoted from the
running program; … stands for what is different each time.
""",
    "zh": """# 可靠性

[English](reliability.md)

列出有意制造的故障、访客随后读到的话、已完成的内容是否保留，以及后续请求的结果。
`make test` 每次重新制造这些故障，全部通过后写出本页。引文取自运行中的程序，… 表示每次不同的内容。
""",
}
COLUMNS = {
    "en": ("what is done", "what the visitor reads", "what is kept", "what comes next"),
    "zh": ("故障", "访客读到", "保留", "随后"),
}
NOTHING = {"en": "nothing: it is as if it had not happened", "zh": "无提示：如同没有发生"}

Quotes = Mapping[str, tuple[str, ...]]  # sentences by fault, as shown


class Shown:
    """What a test has shown of one fault."""

    def __init__(self) -> None:
        self.quotes: dict[str, list[str]] = {"en": [], "zh": []}
        self._asked: set[str] = set()

    @property
    def complete(self) -> bool:
        return self._asked == {"reads", "keeps", "goes on"}

    def reads(self, told: Sentence | GatescopeError | str, chinese: str = "", varies: bool = False) -> None:
        """The sentence that stands on the page, in words of the catalogue; as a Sentence, or as text. Where only the
        English text is given, the Chinese is what the page would say there.

        Args:
            varies: its numbers are different each time, and written as ….
        """
        sentence = told.sentence if isinstance(told, GatescopeError) else told
        if isinstance(sentence, Sentence):
            sentence, chinese = str(sentence), say(sentence, translator("zh"))
        chinese = chinese or in_chinese(sentence)
        for language, text in (("en", sentence), ("zh", chinese)):
            template = template_of(text, language)
            assert template, f"no sentence of the catalogue: {text!r}"
            quote = _without_numbers(template, text) if varies else text
            if quote not in self.quotes[language]:
                self.quotes[language].append(quote)
        self._asked.add("reads")

    def unnoticed(self) -> None:
        """The visitor reads nothing of it."""
        self._asked.add("reads")

    def keeps(self, true: bool) -> None:
        """Nothing that was finished is lost."""
        assert true
        self._asked.add("keeps")

    def goes_on(self, true: bool) -> None:
        """The next request works."""
        assert true
        self._asked.add("goes on")


FaultOf = Callable[[str], Shown]
FAULT = "fault"
_MINE = pytest.StashKey[dict[str, Shown]]()
_ALL: dict[str, Mapping[str, list[str]]] = {}  # in the process that hears of every test, wherever it was run


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> FaultOf:
    """What this test shows of a fault it is marked with."""
    mine = request.node.stash.setdefault(_MINE, {})
    marked = keys_of(request.node)

    def of(key: str) -> Shown:
        assert key in marked, f"the test is not marked with {key}"
        return mine.setdefault(key, Shown())

    return of


def keys_of(item: pytest.Item) -> list[str]:
    return [key for mark in item.iter_markers(FAULT) for key in mark.args]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """A marked test that has passed must have shown everything."""
    yield
    mine = item.stash.get(_MINE, {})
    lacking = [key for key in keys_of(item) if key not in mine or not mine[key].complete]
    assert not lacking, f"not all was shown of {lacking}"
    item.user_properties += [(FAULT, [key, each.quotes]) for key, each in mine.items()]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Gather what was shown; a test's properties come with its report from the process that ran it."""
    if report.when == "call" and report.passed:
        _ALL.update(value for name, value in report.user_properties if name == FAULT)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the pages, where every fault was shown and nothing failed."""
    if exitstatus or set(_ALL) != set(FAULTS) or hasattr(session.config, "workerinput"):
        return
    for language, path in PAGES.items():
        path.write_text(page(language, {key: tuple(quotes[language]) for key, quotes in _ALL.items()}), "utf-8")


def page(language: str, quotes: Quotes) -> str:
    """The page in one language."""
    at = list(PAGES).index(language)
    lines = [HEAD[language]]
    for section in SECTIONS:
        lines += [f"## {section.title[at]}", "", section.how[at], ""]
        lines += [f"| {' | '.join(COLUMNS[language])} |", "|---|---|---|---|"]
        for each in section.faults:
            told = " ".join(f"“{quote}”" for quote in quotes[each.key]) or NOTHING[language]
            lines.append(f"| {each.done[at]} | {told} | {each.kept[at]} | {each.then[at]} |")
        lines.append("")
    return "\n".join(lines)


@cache
def _templates(language: str) -> list[tuple[str, re.Pattern[str]]]:
    """Sentences of the catalogue and what matches them filled in; those with the most fixed words first."""
    with CATALOGUE.open("rb") as file:
        messages = [m for m in read_po(file) if m.id and isinstance(m.id, str) and isinstance(m.string, str)]
    texts = [m.id if language == "en" else m.string for m in messages]
    texts.sort(key=lambda text: -len(_without_values(text)))
    return [(text, _pattern(text)) for text in texts]


def _parts(template: str) -> list[tuple[str, bool]]:
    """Fixed words, and whether a value follows; a template whose braces are no places is fixed as a whole."""
    try:
        return [(words, name is not None) for words, name, _, _ in string.Formatter().parse(template)]
    except ValueError:
        return [(template, False)]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("".join(re.escape(words) + ("(.+?)" if value else "") for words, value in _parts(template)), re.S)


def _without_values(template: str) -> str:
    return "".join(words + ("…" if value else "") for words, value in _parts(template))


def _without_numbers(template: str, text: str) -> str:
    found = _pattern(template).fullmatch(text)
    values = iter(found.groups() if found else ())
    told = ""
    for words, is_place in _parts(template):
        value = next(values) if is_place else ""
        told += words + ("…" if re.search(r"\d", value) else value)
    return told


def in_chinese(text: str) -> str:
    """An English sentence of the program, as the page says it in Chinese, values that have a Chinese too."""
    template, translate = template_of(text, "en"), translator("zh")
    if not template:
        return ""
    found = _pattern(template).fullmatch(text)
    names = [name for _, name, _, _ in string.Formatter().parse(template) if name]
    values = {name: translate(value) for name, value in zip(names, found.groups() if found else (), strict=True)}
    return string.Formatter().vformat(re.sub(r"\{(\w+):[^}]*\}", r"{\1}", translate(template)), (), values)


def template_of(text: str, language: str) -> str:
    """The sentence of the catalogue that `text` is, with its values or with … for them; "" where there is none."""
    return next((template for template, pattern in _templates(language) if pattern.fullmatch(text)), "")

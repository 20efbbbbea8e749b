"""The glossary's rejected words come back in no Chinese text a visitor reads, and no line begins with a comma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
NONE = "–"
CLOSING = "。，、；：？！）”》"  # no line of Chinese begins with one of these


@dataclass(frozen=True)
class Word:
    """A row of the glossary: what is said for `english`, and what is not."""

    english: str
    chinese: tuple[str, ...]
    rejected: tuple[str, ...]
    why: str


def glossary() -> list[Word]:
    rows = []
    for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|") or line.startswith(("|---", "| English")):
            continue
        english, chinese, rejected, why = (cell.strip() for cell in line.strip("|").split("|"))
        words = () if rejected == NONE else tuple(rejected.split("、"))
        rows.append(Word(english, tuple(chinese.split("、")), words, why))
    return rows


def texts() -> dict[str, str]:
    """Every Chinese text a visitor reads, by where it stands; the catalogue's sentences are joined by lines."""
    with (ROOT / "locale" / "zh_CN" / "LC_MESSAGES" / "gatescope.po").open("rb") as file:
        said = [m.string if isinstance(m.string, str) else "\n".join(m.string or ()) for m in read_po(file) if m.id]
    files = [
        *sorted((ROOT / "pages" / "learn").glob("*.zh.md")),
        ROOT / "README.zh-CN.md",
        ROOT / "docs" / "hosting.zh.md",
    ]
    return {"catalogue": "\n".join(said), **{path.name: path.read_text(encoding="utf-8") for path in files}}


WORDS, TEXTS = glossary(), texts()
ACCEPTED = [word for row in WORDS for word in row.chinese]


def found(rejected: str, text: str) -> Iterator[str]:
    """The rejected word in its surroundings, wherever it is not merely part of an accepted one."""
    kept = [
        hit.span() for word in ACCEPTED if rejected in word for hit in re.finditer(re.escape(word), text)
    ]  # the accepted words that hold it
    for hit in re.finditer(re.escape(rejected), text):
        if not any(start <= hit.start() and hit.end() <= end for start, end in kept):
            yield text[max(hit.start() - 12, 0) : hit.end() + 12]


def after_formulas(text: str) -> Iterator[str]:
    """Inline formulas with a closing mark behind them; code and display formulas are left out."""
    prose = re.sub(r"```.*?```|`[^`\n]*`|^\$\$$.*?^\$\$$", "", text, flags=re.DOTALL | re.MULTILINE)
    for formula in re.finditer(r"\$[^$\n]+\$", prose):
        if (mark := prose[formula.end() : formula.end() + 1]) and mark in CLOSING:
            yield formula[0] + mark


def test_the_tables_are_read() -> None:
    assert len(WORDS) > 40
    assert all(row.why for row in WORDS if row.rejected)
    assert not {word for row in WORDS for word in row.rejected} & set(ACCEPTED)
    assert len(TEXTS) >= 7
    assert all(re.search("[一-龥]{3}", text) for text in TEXTS.values())


@pytest.mark.parametrize("row", [row for row in WORDS if row.rejected], ids=lambda row: row.english)
def test_no_rejected_word_comes_back(row: Word) -> None:
    back = [f"{name}: {where}" for name, text in TEXTS.items() for word in row.rejected for where in found(word, text)]
    assert not back, f"say {'、'.join(row.chinese)}"


@pytest.mark.parametrize("row", WORDS, ids=lambda row: row.english)
def test_every_accepted_word_is_used(row: Word) -> None:
    """A glossary of words nobody says would hide that the screen says something else."""
    for word in row.chinese:
        assert any(word in text for text in TEXTS.values()), word


def test_a_rejected_word_is_seen_unless_an_accepted_one_holds_it() -> None:
    assert list(found("命中率", "区间的命中率为 80%")) == ["区间的命中率为 80%"]
    assert not list(found("命中率", "方向命中率为 53%"))
    assert len(list(found("命中率", "方向命中率为 53%，命中率为 80%"))) == 1
    assert list(found("训练集", "训练集的误差"))
    assert not list(found("训练集", "训练集群无响应"))
    assert all(list(found(word, f"甲{word}乙")) for row in WORDS for word in row.rejected)


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_begins_with_a_closing_mark(name: str) -> None:
    """A browser may break a line after a formula whatever follows, so the mark belongs into the formula."""
    assert not list(after_formulas(TEXTS[name]))
    assert not [line for line in TEXTS[name].splitlines() if line.strip().startswith(tuple(CLOSING))]


def test_a_mark_behind_a_formula_is_seen() -> None:
    assert list(after_formulas("取 $a$ 与 $b_t$。好")) == ["$b_t$。"]
    assert not list(after_formulas("取 $b_t\\small\\text{。}$好，`$x$。`"))
    assert not list(after_formulas("式中\n$$\nx\n$$\n，不在此列的由行首规则管"))


@pytest.mark.parametrize("name", TEXTS)
def test_no_space_before_a_per_cent_sign(name: str) -> None:
    assert not re.findall(r".{0,9}[\d}] +%", TEXTS[name])

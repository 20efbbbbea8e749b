"""Lesson texts: Markdown beside the page, in sections, with numbers filled in.

A text begins with one `# Title`. `<!-- section: forget-gate -->` on a line of its own opens a section; what comes
before the first one is the lead. `{{name}}` is a number the page computes, `{{name:.2f}}` says how it is written: any
format of Python's, or `sig3` for three significant digits with a power of ten in KaTeX where it is needed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import streamlit as st

from core.charts import Style
from core.charts.equations import in_readable_hues
from core.web.site import SITE
from core.web.text import _, language

Value = str | int | float
COLUMN, WIDE = 860, 1180  # pixels: about ninety letters a line; text and picture side by side
TEXTS = Path(__file__).parents[2] / "pages" / "learn"
LEAD = "lead"
_MARK = re.compile(r"^<!-- section: ([a-z0-9-]+) -->$", re.MULTILINE)
_PLACE = re.compile(r"\{\{([a-z][a-z0-9_]*)(?::([^{}]+))?\}\}")

_PINNED = """
@media (min-width: 1101px) {
  .st-key-pinned [data-testid="stColumn"]:first-child > [data-testid="stVerticalBlock"] { height: 100%; }
  .st-key-pinned [data-testid="stLayoutWrapper"]:has(> .st-key-pinned_picture) { position: sticky; top: 4.5rem; }
  .st-key-pinned [data-testid="stColumn"]:last-child { padding-bottom: 180px; }
  [class*="st-key-beside_"] { padding-bottom: min(14vh, 110px); }
}
@media (max-width: 1100px) {
  .st-key-pinned [data-testid="stHorizontalBlock"] { flex-direction: column; }
  .st-key-pinned [data-testid="stColumn"] { width: 100%; }
}
"""


@dataclass(frozen=True)
class Lesson:
    """A parsed text: its title and its sections in order, Markdown as written."""

    title: str
    sections: Mapping[str, str]

    def fill(self, section: str, values: Mapping[str, Value]) -> str:
        """The section's Markdown with every place filled.

        Raises:
            KeyError: there is no such section, or a place has no value.
        """
        return _PLACE.sub(lambda place: written(values[place[1]], place[2] or ""), self.sections[section])

    def places(self, section: str) -> Iterator[tuple[str, str]]:
        """(name, format) of every place in a section, in order."""
        for place in _PLACE.finditer(self.sections[section]):
            yield place[1], place[2] or ""


def parse(text: str) -> Lesson:
    """Split a lesson's Markdown.

    Raises:
        ValueError: it does not begin with a title, or names a section twice.
    """
    title, _, body = text.partition("\n")
    if not title.startswith("# "):
        raise ValueError(f"a lesson begins with '# Title', not with {title!r}")
    lead, *rest = _MARK.split(body)
    names, parts = rest[::2], rest[1::2]
    if len(set(names)) < len(names):
        raise ValueError("a section is named twice")
    sections = {LEAD: lead.strip(), **{name: part.strip() for name, part in zip(names, parts, strict=True)}}
    return Lesson(title.removeprefix("# ").strip(), sections)


@cache
def load(name: str, language: str) -> Lesson:
    """The text of one lesson in one language ("en" or "zh")."""
    return parse((TEXTS / f"{name}.{language}.md").read_text(encoding="utf-8"))


def written(value: Value, form: str) -> str:
    """A value as the text wants it; `sigN` is for places inside a formula."""
    if not form.startswith("sig"):
        shown = format(value, form)
        return shown.lstrip("-") if form.endswith("f") and float(shown) == 0 else shown  # no "-0.00"
    digits, number = int(form.removeprefix("sig")), float(value)
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else r"\infty"
    mantissa, exponent = f"{number:.{digits - 1}e}".split("e")
    if -4 < int(exponent) < 5:
        return f"{number:.{max(digits - 1 - int(exponent), 0)}f}"
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"


@contextmanager
def column(width: int = COLUMN) -> Iterator[None]:
    """The middle of the page, `width` pixels where there is room."""
    with st.container(horizontal_alignment="center"), st.container(width=width):
        yield


@contextmanager
def reading(name: str) -> Iterator[Lesson]:
    """The column a lesson stands in, in the visitor's language: its number, title and lead."""
    lesson, order = load(name, language()), lessons()
    with column():
        st.caption(_("Lesson {number} of {count}").format(number=order.index(name) + 1, count=len(order)))
        st.title(lesson.title)
        st.markdown(lesson.sections[LEAD])
        yield lesson


def lessons() -> list[str]:
    """The lessons in the order they are read in: that of the navigation."""
    return [name for name, entry in SITE.items() if entry.room == "learn"]


def show(lesson: Lesson, section: str, **values: Value) -> None:
    """Draw one section."""
    style = Style(dark=st.context.theme.type == "dark")
    st.markdown(in_readable_hues(lesson.fill(section, values), style))


def pinned(picture: Callable[[], None], sections: Mapping[str, Mapping[str, Value]], lesson: Lesson) -> None:
    """A picture that stays in view beside the sections it goes with; on a narrow window it stands above them.

    Each section stands in a container of its own, whose key is `anchor(section)`: what the picture may follow.
    """
    st.html(f"<style>{_PINNED}</style>")
    with column(WIDE), st.container(key="pinned"):
        beside, text = st.columns(2, gap="large")
        with beside, st.container(key="pinned_picture"):
            picture()
        with text:
            for section, values in sections.items():
                with st.container(key=anchor(section)):
                    show(lesson, section, **values)


def anchor(section: str) -> str:
    """The key of a section's container beside a picture."""
    return f"beside_{section.replace('-', '_')}"


def to_lab(lesson: Lesson, name: str, label: str, icon: str) -> None:
    """The section that says where the same thing is found in the visitor's own run, and the way there."""
    show(lesson, "run")
    st.page_link(f"lab/{name}.py", label=label, icon=f":material/{icon}:")

"""A visitor's own file as it was chosen: what it holds, and what was answered where it leaves something open."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pandas as pd

from core.config import DataQuery
from core.data import read_bars
from core.data.files import Answers
from core.sentence import N_
from core.web.text import _, as_written

KINDS = ("csv", "txt", "tsv", "xlsx", "xls", "xlsb", "ods", "gz", "zip")
_ENDINGS = re.compile(rf"(?:\.(?:{'|'.join(KINDS)}))+$", re.IGNORECASE)
_ANSWERS = {  # by `Answers`' own words; a column stands for itself
    "day first": N_("The day comes first"),
    "month first": N_("The month comes first"),
    "year first": N_("The year comes first"),
    "as written": N_("The date as written"),
    "next day": N_("The day after"),
    ".": N_("The point is the decimal mark"),
    ",": N_("The comma is the decimal mark"),
}


@dataclass(frozen=True)
class OwnFile:
    """Name, bytes and answers; the bytes stay, for an answer reads them again."""

    name: str
    content: bytes
    answers: Answers = field(default_factory=Answers)

    @property
    def query(self) -> DataQuery:
        """What asks for its prices: all its days, under a ticker made of its name."""
        stem = _ENDINGS.sub("", self.name)
        ticker = re.sub(r"[^\w.\-]+", "_", stem)[:24] or "file"
        return DataQuery(ticker=ticker, source="upload", start=None)

    def answered(self, option: str, answer: str) -> OwnFile:
        """The same with one field of `Answers` set; of dates two things may be asked, one after the other."""
        before = getattr(self.answers, option)
        said = f"{before}, {answer}" if option == "dates" and before else answer
        return replace(self, answers=replace(self.answers, **{option: said}))

    def bars(self) -> pd.DataFrame:
        """As `read_bars`; raises FileQuestion where an answer is wanted, FileError where it is not to be read."""
        return read_bars(self.content, self.name, self.answers)


def answer_label(answer: str) -> str:
    """An answer as its button says it, in Markdown."""
    return _(_ANSWERS[answer]) if answer in _ANSWERS else as_written(answer)

"""A question with the numbers drawn for it: what is asked, the answer computed from them, and the way there."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.errors import AnswerError
from core.sentence import N_, Sentence

Rng = np.random.Generator
T = TypeVar("T")


@dataclass(frozen=True)
class Reply:
    """What is said to an answer: whether it is right, and the verdict with the right one."""

    right: bool
    verdict: Sentence


@dataclass(frozen=True)
class Question:
    """One question, ready to be asked.

    Attributes:
        text: what is asked, the numbers filled in; formulas in KaTeX.
        answer: the number, or which of `choices` is right, from 0.
        way: how one gets there, with the numbers.
        decimals: asked for; one unit of the last counts as right, so that a reader may round on the way.
        choices: what can be chosen; none where a number is to be entered.
    """

    text: Sentence
    answer: float
    way: Sentence
    decimals: int = 0
    choices: tuple[Sentence, ...] = ()

    @property
    def tolerance(self) -> float:
        """How far a right number may be off: nothing where it is a whole one."""
        return 10.0**-self.decimals if self.decimals else 0.0

    def reply(self, given: str | int) -> Reply:
        """Judge an answer: a number as it was typed, or the place of a choice.

        Raises:
            AnswerError: what was typed is no number.
        """
        number = given if self.choices else number_in(str(given))
        if math.isclose(float(number), self.answer, rel_tol=1e-9, abs_tol=self.tolerance * (1 + 1e-9)):
            return Reply(True, Sentence(N_("Right.")))
        told = self.choices[int(self.answer)] if self.choices else f"{self.answer:,.{self.decimals}f}"
        return Reply(False, Sentence(N_("No: it is {answer}."), answer=told))


def number_in(text: str) -> float:
    """The number somebody typed: 0.42, −3, 4.2e-3, 1,225, also in full-width digits.

    Raises:
        AnswerError: it is no number, or not a finite one.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")  # a real minus sign is one too
    head, *rest = plain.lstrip("+-").split(",")
    if rest and 1 <= len(head) <= 3 and all(len(part.partition(".")[0]) == 3 for part in rest):
        plain = plain.replace(",", "")  # thousands apart
    try:
        number = float(plain) if "_" not in plain else math.nan  # Python would take 1_000
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise AnswerError(
            N_("“{given}” is not a number. Write digits with a decimal point, such as 0.42, −3 or 4.2e-3."), given=text
        )
    return number


def pick(rng: Rng, among: Sequence[T]) -> T:
    """One of a few, each as likely."""
    return among[int(rng.integers(len(among)))]


def offered(rng: Rng, right: T, wrong: Sequence[T], most: int = 4) -> tuple[list[T], int]:
    """The right choice among wrong ones in a drawn order, at most `most` in all, and where it stands."""
    others = [each for each in dict.fromkeys(wrong) if each != right]
    drawn = [others[place] for place in rng.permutation(len(others))[: most - 1]]
    at = int(rng.integers(len(drawn) + 1))
    return [*drawn[:at], right, *drawn[at:]], at


def plain(text: str) -> Sentence:
    """What reads the same in every language: a shape, the name of a function."""
    return Sentence("{text}", text=text)

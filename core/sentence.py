"""A sentence with its values: said in English here, in any language by the web."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Number
from typing import Any

LONGEST_VALUE = 60  # characters


def N_(sentence: str) -> str:
    """Mark a sentence for the translation catalogue; returns it unchanged."""
    return sentence


class Said(str):
    """A sentence among the values of another, already said: no name from outside."""


@dataclass(frozen=True, init=False)
class Sentence:
    """`template` in English (marked by N_) with {named} places, format specifications included; `values` fill them."""

    template: str
    values: Mapping[str, Any] = field(hash=False)

    def __init__(self, template: str, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def fill(self, template: str, written: Callable[[str], str] = str) -> str:
        """Fill `template` (this sentence's own, or its translation); values over 60 characters are cut.

        Args:
            written: how a value may stand where the sentence is shown; numbers and sentences among them are left alone.
        """
        return _Filler(written).vformat(template, (), self.values)

    def __str__(self) -> str:
        return self.fill(self.template)


class _Filler(string.Formatter):
    def __init__(self, written: Callable[[str], str]) -> None:
        self.written = written

    def format_field(self, value: Any, format_spec: str) -> str:
        text = str(super().format_field(value, format_spec))
        text = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
        return text if isinstance(value, Number | Said) else self.written(text)

"""A sentence with its values: said in English here, in any language by the web."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, init=False)
class Sentence:
    """`template` in English (marked by N_) with {named} places, format specifications included; `values` fill them."""

    template: str
    values: tuple[tuple[str, Any], ...]

    def __init__(self, template: str, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", tuple(values.items()))

    def fill(self, template: str) -> str:
        """Fill `template` (this sentence's own, or its translation) with this sentence's values."""
        return template.format(**dict(self.values))

    def __str__(self) -> str:
        return self.fill(self.template)

"""What a dial is: a field of a frozen dataclass with bounds that are checked where the value is made."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from core.errors import ConfigError
from core.sentence import N_


@dataclass(frozen=True)
class Span:
    """Inclusive numeric bounds of a dial (two ints: a whole number), with its unit and the reason for the bounds."""

    low: int | float
    high: int | float
    unit: str
    why: str


@dataclass(frozen=True)
class Choice:
    """The allowed words of a dial; a callable where others may add to them."""

    words: tuple[str, ...] | Callable[[], tuple[str, ...]]
    why: str

    @property
    def options(self) -> tuple[str, ...]:
        return self.words() if callable(self.words) else self.words


def span(default: Any, low: int | float, high: int | float, unit: str, why: str, later: bool = False) -> Any:
    """A numeric field with inclusive bounds; see Span.

    One that came `later`, when there were keys without it, is part of a key only where it has left its default.
    """
    return field(default=default, metadata={"bounds": Span(low, high, unit, why), "later": later})


def choice(default: str, options: tuple[str, ...] | Callable[[], tuple[str, ...]], why: str) -> Any:
    """A field with a fixed set of words; see Choice."""
    return field(default=default, metadata={"bounds": Choice(options, why)})


class Dials:
    """A frozen dataclass of dials: bounds are checked where the value is made."""

    def __post_init__(self) -> None:
        for dial in dataclasses.fields(self):  # type: ignore[arg-type]
            value, limits = getattr(self, dial.name), dial.metadata.get("bounds")
            if limits is None or (value is None and dial.default is None):
                continue
            check = _in_span if isinstance(limits, Span) else _in_choice
            object.__setattr__(self, dial.name, check(dial.name, value, limits))

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, checked like a new one."""
        return dataclasses.replace(self, **changes)  # type: ignore[type-var]


def bounds(owner: type[Dials], name: str) -> Any:
    """The Span or Choice of one field, for widgets and error messages."""
    return next(dial.metadata["bounds"] for dial in dataclasses.fields(owner) if dial.name == name)  # type: ignore[arg-type]


def _in_span(name: str, value: Any, span: Span) -> int | float:
    given = {"field": name, "value": value, "low": span.low, "high": span.high}
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not math.isfinite(number):
        raise ConfigError(N_("{field} is {value}, which is not a number; allowed is {low} to {high}."), **given)
    whole = isinstance(span.low, int)
    if whole and number != int(number):
        raise ConfigError(N_("{field} is {value}, but must be a whole number from {low} to {high}."), **given)
    if not span.low <= number <= span.high:
        raise ConfigError(N_("{field} is {value}, but allowed is {low} to {high}."), **given)
    return int(number) if whole else number


def _in_choice(name: str, value: Any, choice: Choice) -> Any:
    if value not in choice.options:
        raise ConfigError(
            N_("{field} is {value}, but must be one of: {options}."),
            field=name,
            value=value,
            options=", ".join(choice.options),
        )
    return value


def as_date(name: str, value: Any) -> date | None:
    """A `datetime.date` from a date, an ISO string or None.

    Raises:
        ConfigError: the text is not a date.
    """
    if value is None or type(value) is date:
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ConfigError(
            N_("{field} is {value}, which is not a date; write it like 2019-01-31."), field=name, value=value
        ) from None

"""The values of one dial: as Python values, or as a visitor types them.

That is "4, 8, 16", "4..32 by 4", "0.0001..0.1 times 10", dates, words. Every value goes through core.link, so bounds
and errors are those of a link.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.config import PRESETS, Choice, DataQuery, Dials, Experiment, ModelConfig, Span, TrainConfig, bounds
from core.errors import ConfigError
from core.link import BOTH, NOTHING, OWN_ONLY, PARAMETERS, with_parameter
from core.sentence import N_

MOST_RUNS = 400  # of one plan; in one session their errors on each test day take a few megabytes
PRESET = "preset"
NAMES = (PRESET, *PARAMETERS)  # of the dials of a plan
_FIELDS = {field: name for name, (_, field) in PARAMETERS.items()} | {"test_start": "split"}
_OWNERS: dict[str, type[Dials]] = {"data": DataQuery, "model": ModelConfig, "train": TrainConfig}
_OPEN = Experiment(data=DataQuery(start=None))  # takes any one date
_BETWEEN = re.compile(r"[,，、;；\n]")
_RANGE = re.compile(
    r"(?P<low>\S+?)\s*(\.\.+|…+|~)\s*(?P<high>\S+?)"
    r"(\s*\b(?P<how>by|step|times)\b\s*(?P<step>\S+)|\s*(?P<zh>间隔|每次加|每次乘)\s*(?P<zh_step>\S+))?"
)


def dial_name(name: str) -> str:
    """The name of a dial in a link, from that or from its field in core.config.

    Raises:
        ConfigError: there is no such dial.
    """
    found = name if name in NAMES else _FIELDS.get(name)
    if found is None:
        raise ConfigError(
            N_("There is no dial called {value}; the dials are: {options}."),
            field=name,
            value=name,
            options=", ".join(NAMES),
        )
    return found


def limits(name: str) -> Span | Choice | None:
    """The bounds of a dial by its name in a link; None where they are not a span or a list of words."""
    if name == PRESET:
        return Choice(tuple(PRESETS), "the four starting points")
    part, field = PARAMETERS[name]
    try:
        found = bounds(_OWNERS[part], field)
    except KeyError:
        return None
    return found if isinstance(found, Span | Choice) else None


def is_whole(name: str) -> bool:
    """Whether the dial takes whole numbers."""
    found = limits(name)
    return isinstance(found, Span) and isinstance(found.low, int)


def values_of(name: str, given: Any) -> tuple[Any, ...]:
    """The values of a dial, each once, in their order: from text, one value, or several of either.

    Raises:
        ConfigError: one of them is no value of that dial, there are none, or more than MOST_RUNS.
    """
    found: dict[Any, None] = {}
    for value in _each(name, given):
        found.setdefault(_value(name, value))
        if len(found) > MOST_RUNS:
            raise _too_many(name)
    if not found:
        raise ConfigError(N_("{field} has no value to try; give at least one."), field=name)
    return tuple(found)


def _each(name: str, given: Any) -> Iterator[Any]:
    if isinstance(given, str):
        for text in _BETWEEN.split(given):
            if text.strip():
                yield from _from_text(name, text.strip())
    elif isinstance(given, Iterable):
        for value in given:
            if isinstance(value, str):
                yield from _each(name, value)
            else:
                yield value
    else:
        yield given


def _from_text(name: str, text: str) -> Iterator[Any]:
    found = limits(name)
    if isinstance(found, Span) and (matched := _RANGE.fullmatch(text)):
        yield from _steps(name, text, matched)
    elif isinstance(found, Choice):
        yield text.lower() if text.lower() in found.options else text
    else:
        yield text


def _steps(name: str, text: str, matched: re.Match[str]) -> Iterator[Decimal]:
    """From low upwards, high included where a step meets it; whole numbers go by 1 where no step is given."""
    times = matched["how"] == "times" or matched["zh"] == "每次乘"
    given = matched["step"] or matched["zh_step"] or ("1" if is_whole(name) else "")
    try:
        low, high = Decimal(matched["low"]), Decimal(matched["high"])
        step = Decimal(given)
        if not all(math.isfinite(float(number)) for number in (low, high, step)):
            raise InvalidOperation
    except InvalidOperation:
        template = N_("{field} cannot be read at {value}; write a range like 4..32 by 4, or 0.0001..0.1 times 10.")
        raise ConfigError(template, field=name, value=text) from None
    if low > high or step <= (1 if times else 0) or (times and low <= 0):
        template = N_("The range {value} of {field} never reaches its end; go upwards, by a step above nothing.")
        raise ConfigError(template, field=name, value=text)
    for _ in range(MOST_RUNS + 1):
        if low > high:
            return
        yield low
        low = low * step if times else low + step
    raise _too_many(name)


def _value(name: str, given: Any) -> Any:
    """One value as the dial's own type; `split` is a share, a date, or both as a link writes them."""
    given = given.item() if hasattr(given, "item") else given  # numpy's numbers
    given = float(given) if isinstance(given, Decimal) else given
    if name == PRESET:
        if given not in tuple(PRESETS):
            template = N_("{field} is {value}, but must be one of: {options}.")
            raise ConfigError(template, field=PRESET, value=given, options=", ".join(PRESETS))
        return str(given)
    part, field = PARAMETERS[name]
    made = with_parameter(_OPEN, name, str(given) if name == "ticker" else given)
    starts = made.train.test_start
    if name != "split" or starts is None:
        return getattr(getattr(made, part), field)
    return f"{made.train.train_fraction}{BOTH}{starts.isoformat()}" if BOTH in str(given) else starts


def text_of(name: str, value: Any) -> str:
    """A value as a link writes it; `values_of` reads it back."""
    if value is None:
        return NOTHING[name]
    if isinstance(value, tuple):
        return " + ".join(value) or OWN_ONLY  # a comma stands between values
    return value.isoformat() if isinstance(value, date) else str(value)


def _too_many(name: str) -> ConfigError:
    template = N_("{field} has more than {most} values; a plan has at most {most} runs.")
    return ConfigError(template, field=name, most=MOST_RUNS)

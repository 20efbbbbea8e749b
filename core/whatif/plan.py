"""Which experiments to try: a list or range of values for each of some dials, as a whole grid or a random draw of it.

As words of an address a plan is the draw and its seed, or "all", then each dial behind a "-" with its values; a run
of whole numbers in equal steps is low_step_high:

    all..-hidden..4..8..16..-seed..0_1_9        50-7..-lr..0.001..0.01..-window..5_5_60
"""

from __future__ import annotations

import base64
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from core.config import PRESETS, DataQuery, Experiment
from core.errors import ConfigError
from core.link import PARAMETERS, with_parameter
from core.sentence import N_
from core.whatif.values import MOST_RUNS, NAMES, PRESET, dial_name, is_whole, text_of, values_of

__all__ = ["MOST_RUNS", "NAMES", "Plan", "queries"]

HIGHEST_SEED = 2**31 - 1
LONGEST_WORDS = 16_000  # characters; what is longer is nobody's address
_BETWEEN = ".."  # pieces, as in core.pins
_ALL = "all"
_SAFE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?")
_HEAD = re.compile(r"(?P<draw>[0-9]{1,3})-(?P<seed>[0-9]{1,10})")
_STEPS = re.compile(r"(?P<low>[0-9]{1,10})_(?P<step>[1-9][0-9]{0,9})_(?P<high>[0-9]{1,10})")


@dataclass(frozen=True)
class Plan:
    """Some dials and what to try of each.

    Attributes:
        dials: name of a dial (of core.link.PARAMETERS, its field in core.config, or "preset") -> its values: Python
            values, a text as a visitor types it, or a list of either. Kept by the names of a link, each value once.
        draw: how many combinations are drawn, each at most once, 1..400; None is the whole grid. A larger draw of the
            same dials and seed holds the smaller one.
        seed: of the draw.

    Raises:
        ConfigError: a dial or value is not one; the sentence names it.
    """

    dials: Mapping[str, tuple[Any, ...]] = field(hash=False)
    draw: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        dials: dict[str, tuple[Any, ...]] = {}
        for given, values in self.dials.items():
            name = dial_name(given)
            if name in dials:
                raise ConfigError(N_("{field} is given twice; put all its values into one list."), field=name)
            dials[name] = values_of(name, values)
        object.__setattr__(self, "dials", dials)
        if self.draw is not None:
            object.__setattr__(self, "draw", _whole("draw", self.draw, 1, MOST_RUNS))
        object.__setattr__(self, "seed", _whole("seed", self.seed, 0, HIGHEST_SEED))

    @property
    def combinations(self) -> int:
        """Of the whole grid; a plan of no dial is one run."""
        return math.prod(len(values) for values in self.dials.values())

    @property
    def count(self) -> int:
        """Runs of this plan, before they are made; those that come to the same experiment are made once."""
        return self.combinations if self.draw is None else min(self.draw, self.combinations)

    def check(self) -> None:
        """Raises ConfigError where these are more than MOST_RUNS."""
        if self.count > MOST_RUNS:
            template = N_(
                "These dials have {given:,} combinations; a plan has at most {most} runs. "
                "Take values away, or draw some of them at random."
            )
            raise ConfigError(template, field="plan", given=self.count, most=MOST_RUNS)

    def chosen(self) -> list[dict[str, Any]]:
        """The combinations, each as name -> value; of a grid in order, the last dial going fastest.

        Raises:
            ConfigError: they are more than MOST_RUNS.
        """
        self.check()
        return [self._combination(place) for place in self._places()]

    def experiments(self, base: Experiment) -> list[Experiment]:
        """`base` with each combination of the dials; equal experiments once."""
        return list(self.settings(base))

    def settings(self, base: Experiment) -> dict[Experiment, dict[str, Any]]:
        """The same, each with its dials, name -> value; of those that come to one experiment the first.

        Raises:
            ConfigError: they are more than MOST_RUNS, or one of them cannot be; the sentence names the dial.
        """
        made: dict[Experiment, dict[str, Any]] = {}
        for values in self.chosen():
            made.setdefault(with_dials(base, values), values)
        return made

    def _places(self) -> Iterable[int]:
        """Of the chosen combinations in the grid."""
        if self.count == self.combinations:
            return range(self.combinations)
        drawn: dict[int, None] = {}
        generator = random.Random(self.seed)
        while len(drawn) < self.count:
            drawn.setdefault(generator.randrange(self.combinations))
        return drawn

    def _combination(self, place: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name in reversed(list(self.dials)):
            place, which = divmod(place, len(self.dials[name]))
            found[name] = self.dials[name][which]
        return {name: found[name] for name in self.dials}

    def to_words(self) -> str:
        """The plan in characters that no address has to escape."""
        pieces = [_ALL if self.draw is None else f"{self.draw}-{self.seed}"]
        if self.draw is None and self.seed:
            pieces = [f"{_ALL}-{self.seed}"]
        for name, values in self.dials.items():
            pieces += [f"-{name}", *_pieces(name, values)]
        return _BETWEEN.join(pieces)

    @classmethod
    def from_words(cls, words: str) -> Self:
        """The plan that `to_words` wrote.

        Raises:
            ConfigError: the words are not a plan, or a value is out of bounds.
        """
        head, *pieces = words.split(_BETWEEN) if len(words) <= LONGEST_WORDS else [""]
        draw, seed = _read_head(head)
        dials: dict[str, list[Any]] = {}
        name = ""
        for piece in pieces:
            if piece.startswith("-"):
                name = piece[1:]
                if name in dials or name not in NAMES:
                    raise _unreadable(piece)
                dials[name] = []
            elif not name:
                raise _unreadable(piece)
            else:
                dials[name] += _read_piece(name, piece)
        return cls(dials, draw, seed)  # type: ignore[arg-type]  # lists become tuples there


def with_dials(base: Experiment, values: Mapping[str, Any]) -> Experiment:
    """`base` with each dial (by its name in a link) at its value.

    A preset is set first. It leaves the prices, and the validation part, by which settings are compared.

    Raises:
        ConfigError: a value is out of bounds, or two do not go together.
    """
    made = base
    if PRESET in values:
        preset = PRESETS[values[PRESET]]
        made = made.replace(model=preset.model, train=preset.train.replace(validation=base.train.validation))
    if "end" in values:
        made = made.replace(data=made.data.replace(end=None))  # so that only both new dates meet
    for name in PARAMETERS:
        if name in values:
            made = with_parameter(made, name, values[name])
    return made


def queries(experiments: Iterable[Experiment]) -> list[DataQuery]:
    """The prices they need, each query once, in the order they first need it."""
    return list(dict.fromkeys(each.data for each in experiments))


def _whole(name: str, value: Any, low: int, high: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        template = N_("{field} is {value}, but must be a whole number from {low} to {high}.")
        raise ConfigError(template, field=name, value=value, low=low, high=high)
    return number


def _pieces(name: str, values: Sequence[Any]) -> Iterator[str]:
    place = 0
    while place < len(values):
        run = _run(values[place:]) if is_whole(name) else 1
        if run >= 3:
            first, second, last = values[place], values[place + 1], values[place + run - 1]
            yield f"{first}_{second - first}_{last}"
            place += run
        else:
            yield _packed(text_of(name, values[place]))
            place += 1


def _run(values: Sequence[Any]) -> int:
    """How many values from the first on go upwards in equal steps."""
    if len(values) < 2 or None in values[:2] or values[1] <= values[0]:
        return 1
    step, count = values[1] - values[0], 2
    while count < len(values) and values[count] is not None and values[count] - values[count - 1] == step:
        count += 1
    return count


def _packed(text: str) -> str:
    if _BETWEEN not in text and _SAFE.fullmatch(text):
        return text
    return "_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_head(head: str) -> tuple[int | None, int]:
    if head == _ALL:
        return None, 0
    if head.startswith(f"{_ALL}-"):
        return None, _whole("seed", head.removeprefix(f"{_ALL}-"), 0, HIGHEST_SEED)
    if found := _HEAD.fullmatch(head):
        return int(found["draw"]), int(found["seed"])
    raise _unreadable(head)


def _read_piece(name: str, piece: str) -> list[Any]:
    if is_whole(name) and (found := _STEPS.fullmatch(piece)):
        low, step, high = (int(found[part]) for part in ("low", "step", "high"))
        steps = range(low, high + 1, step)
        return list(steps[: MOST_RUNS + 1])
    if not piece.startswith("_"):
        return [piece]
    try:
        return [base64.urlsafe_b64decode(piece[1:] + "=" * (-len(piece[1:]) % 4)).decode()]
    except ValueError:
        raise _unreadable(piece) from None


def _unreadable(text: str) -> ConfigError:
    template = N_("The plan of this link cannot be read at {value}; the link may have been cut or changed.")
    return ConfigError(template, field="plan", value=text)

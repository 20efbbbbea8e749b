"""What is asked at once: an experiment and the plan that varies it; kept for the visit, and in the address.

sweep=all..-hidden..4..8..16..-seed..0_1_2        the plan, as core.whatif.plan writes it
about=returns..epochs-20                          what it varies, as a run kept to compare is written
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.config import Choice, Experiment
from core.errors import GatescopeError
from core.pins import Pin, from_word, to_word
from core.web import inputs, session
from core.whatif.plan import Plan
from core.whatif.sweep import with_validation
from core.whatif.values import limits, text_of

DIALS, WAY, DRAWN, DRAW_SEED = "plan_dials", "plan_way", "plan_drawn", "plan_draw_seed"  # widgets of the plan
GRID, DRAW = "grid", "draw"  # all combinations, or some at random
FIRST = {"hidden": "4, 8, 16", "window": "5, 10, 20", "seed": "0..2"}  # what is proposed to who asks the first time


@dataclass(frozen=True)
class Asked:
    """`base`, varied by `plan`; what holds back no validation part is given one."""

    base: Experiment
    plan: Plan

    @cached_property
    def _settings(self) -> dict[Experiment, dict[str, Any]]:
        return self.plan.settings(with_validation(self.base, self.plan))

    @property
    def experiments(self) -> list[Experiment]:
        """One a run. Raises ConfigError where one of them cannot be, or they are too many."""
        return list(self._settings)

    @property
    def combinations(self) -> list[dict[str, Any]]:
        """The values of the dials of each."""
        return list(self._settings.values())

    @property
    def words(self) -> dict[str, str]:
        """As parameters of an address."""
        return {"sweep": self.plan.to_words(), "about": to_word([Pin(self.base, 1)])}


def asked() -> Asked | None:
    """What this visitor has asked, or what the link they opened asks."""
    found: Asked | None = session.SWEEP.get()
    return found


def agreed() -> bool:
    """Whether the visitor has said that it shall run."""
    found = asked()
    return found is not None and session.SWEEP_AGREED.get() == found.words


def start(wanted: Asked) -> None:
    """Run it from now on, as a button's callback."""
    session.SWEEP.put(wanted)
    session.SWEEP_AGREED.put(wanted.words)
    session.SWEEP_RESTART.put(True)
    session.SWEEP_BARS.put({})


def to_address() -> dict[str, str]:
    """The plan, as parameters of the address."""
    return found.words if (found := asked()) else {}


def from_address(parameters: Mapping[str, str]) -> Sequence[GatescopeError]:
    """Take the plan of an address; what is wrong in it leaves none."""
    session.SWEEP.put(None)
    if not (words := parameters.get("sweep")):
        return ()
    pins, errors = from_word(parameters.get("about", ""))
    try:
        found = Asked(pins[0].experiment if pins and pins[0].experiment else Experiment(), Plan.from_words(words))
        found.plan.check()
        if not errors and found.experiments:
            session.SWEEP.put(found)
            fill(found.plan)
    except GatescopeError as error:
        return [*errors, error]
    return errors


def widget_of(name: str) -> str:
    """The widget that holds what to try of a dial."""
    return f"plan_of_{name}"


def has_words(name: str) -> bool:
    """Whether the values of a dial are words to choose from."""
    return isinstance(limits(name), Choice)


def fill(plan: Plan) -> None:
    """Set the widgets of the plan to this one."""
    inputs.put(DIALS, list(plan.dials))
    inputs.put(WAY, GRID if plan.draw is None else DRAW)
    if plan.draw is not None:
        inputs.put(DRAWN, plan.draw)
        inputs.put(DRAW_SEED, plan.seed)
    for name, values in plan.dials.items():
        texts = [text_of(name, value) for value in values]
        inputs.put(widget_of(name), texts if has_words(name) else ", ".join(texts))

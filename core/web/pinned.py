"""Runs a visitor keeps to compare: pinned, numbered for the visit, named, coloured, ordered, unpinned with undo.

They stand in the address as `runs`, each with its settings and its key (core.pins). A new session takes those back that
the service still has, and trains the others. Older links hold keys alone, as `pins`, each in the place of its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import pandas as pd

from core import service
from core.digest import bars_digest
from core.errors import GatescopeError
from core.link import preset_of, to_link
from core.pins import HIGHEST_NUMBER, MOST, PRICE_DIGITS, Pin, from_word, to_word
from core.run import Run
from core.web import session
from core.web.labels import dial_name, preset_name
from core.web.text import _, as_written, listed
from core.web.wording import dial_words

NAMED = ("ticker", "window", "hidden", "layers", "cell", "target", "epochs", "lr", "seed")  # in a name that is made


@dataclass(frozen=True)
class Kept:
    """A run that is kept and trained, and what it is called."""

    pin: Pin
    run: Run
    name: str


def pins() -> list[Pin]:
    """What is kept, in the visitor's order, trained or not."""
    return list(session.PINS.get())


def kept() -> list[Kept]:
    """Those that are trained."""
    runs, every = session.PINNED_RUNS.get(), pins()
    return [Kept(pin, runs[pin.key], name) for pin, name in zip(every, names(every), strict=True) if pin.key in runs]


def pinned() -> list[Run]:
    """Their runs."""
    return [each.run for each in kept()]


def missing() -> list[Pin]:
    """Those that are not trained, as far as their settings are known."""
    return [pin for pin in pins() if pin.key not in session.PINNED_RUNS.get()]


def is_full() -> bool:
    return len(pins()) >= MOST


def pin(run: Run, bars: pd.DataFrame | None = None) -> None:
    """Keep `run`, trained on `bars`, after the others, under the number it had before; nothing where all are taken."""
    if is_full() or run.key in [each.key for each in pins()]:
        return
    number = session.PIN_NUMBERS.get().get(run.key) or max(session.PIN_NUMBERS.get().values(), default=0) + 1
    session.PIN_NUMBERS.put(session.PIN_NUMBERS.get() | {run.key: number})
    new = Pin(run.experiment, number, run.key, _beginning(bars))
    session.PINNED_RUNS.put(session.PINNED_RUNS.get() | {run.key: run})
    session.PINS.put((*pins(), new))
    session.LOST_PINS.put(())


def _beginning(bars: pd.DataFrame | None) -> str:
    return "" if bars is None else bars_digest(bars)[:PRICE_DIGITS]


def unpin(number: int) -> None:
    """Let the run of that number go; `undo` brings it back to its place."""
    place = [each.number for each in pins()].index(number)
    session.LAST_UNPINNED.put((place, pins()[place]))
    session.PINS.put(tuple(each for each in pins() if each.number != number))


def undo() -> None:
    """Bring back what was unpinned last."""
    if (last := session.LAST_UNPINNED.get()) and can_undo():
        place, pin = last
        session.PINS.put((*pins()[:place], pin, *pins()[place:]))
        session.LAST_UNPINNED.put(None)


def can_undo() -> bool:
    last = session.LAST_UNPINNED.get()
    return last is not None and not is_full() and last[1].number not in [each.number for each in pins()]


def change(number: int, **changes: object) -> None:
    """Give the run of that number another `name` or `colour`."""
    session.PINS.put(tuple(replace(each, **changes) if each.number == number else each for each in pins()))  # type: ignore[arg-type]


def move(number: int, by: int) -> None:
    """Move the run of that number up (-1) or down (1), as far as there is a place."""
    every = pins()
    place = [each.number for each in every].index(number)
    if 0 <= place + by < len(every):
        every.insert(place + by, every.pop(place))
        session.PINS.put(tuple(every))


def arrived(number: int, run: Run, bars: pd.DataFrame) -> None:
    """A run of an opened link is trained; where the prices are others than the link's, that will be told."""
    before = next(each for each in pins() if each.number == number)
    if before.prices and before.prices != _beginning(bars):
        session.CHANGED_PRICES.put(tuple(dict.fromkeys((*session.CHANGED_PRICES.get(), run.experiment.data.ticker))))
    session.PIN_NUMBERS.put(session.PIN_NUMBERS.get() | {run.key: number})
    session.PINNED_RUNS.put(session.PINNED_RUNS.get() | {run.key: run})
    change(number, key=run.key, prices=_beginning(bars))


def to_address() -> dict[str, str]:
    """Everything that is kept, as a parameter of the address."""
    return {"runs": word} if (word := to_word(pins())) else {}


def to_short_address() -> dict[str, str]:
    """The keys alone, for an address that has no room for more: a reload finds the runs by them."""
    known = {each.number: each.key for each in pins() if each.key}
    last = max(known, default=0)
    return {"pins": ",".join(known.get(place, "") for place in range(1, last + 1))} if 0 < last <= 99 else {}


def from_address(parameters: Mapping[str, str]) -> Sequence[GatescopeError]:
    """Keep what the address names; gives what cannot be read of it, and `lost` says what is no longer there."""
    before = session.PINNED_RUNS.get()
    found, errors = from_word(parameters.get("runs", ""))
    older, lost = _by_keys("" if found or errors else parameters.get("pins", ""))
    found = (*found, *older)
    runs = {pin.key: run for pin in found if (run := before.get(pin.key) or _finished(pin))}
    session.PINS.put(found)
    session.PINNED_RUNS.put(runs)
    session.PIN_NUMBERS.put({pin.key: pin.number for pin in found if pin.key} | dict(lost))
    session.LOST_PINS.put(tuple((number, key) for key, number in lost))
    session.CHANGED_PRICES.put(())
    return errors


def _finished(pin: Pin) -> Run | None:
    """The run of that key, if the service has it; whoever wrote a link may have written another run's key."""
    job = service.finished(pin.key) if pin.key else None
    run = job.result if job else None
    return run if isinstance(run, Run) and pin.experiment in (None, run.experiment) else None


def _by_keys(text: str) -> tuple[list[Pin], list[tuple[str, int]]]:
    """The runs of an older link, and key and number of those that are gone."""
    asked = {key.strip(): place for place, key in reversed([*enumerate(text.split(",")[:HIGHEST_NUMBER], 1)])}
    pins, lost = [], []
    for key in sorted(asked.keys() - {""}, key=lambda key: asked[key])[:MOST]:
        is_key = re.fullmatch(r"[0-9a-f]{24}", key) is not None
        run = session.PINNED_RUNS.get().get(key) or (_finished(Pin(None, 1, key)) if is_key else None)
        if run is None:
            lost.append((key, asked[key]))
        else:
            pins.append(Pin(run.experiment, asked[key], key))
    return pins, lost


def lost() -> str:
    """A sentence that names the runs of an older link that are no longer kept; "" where there is none."""
    told = []
    for number, key in session.LOST_PINS.get():
        tail = f" ({key[:8]})" if re.fullmatch(r"[0-9a-f]{8,64}", key) else ""  # a key, and not something typed
        told.append(f"{number}{tail}")
    if not told:
        return ""
    return _("No longer kept on this server, and left out here: run {numbers}. Train it again to compare it.").format(
        numbers=listed(told)
    )


def changed() -> str:
    """A sentence on prices that are others than when the link was made; "" where there are none."""
    if not (tickers := session.CHANGED_PRICES.get()):
        return ""
    return _(
        "The prices of {tickers} have changed since this link was made; its runs are trained on those of today."
    ).format(tickers=listed(map(as_written, tickers)))


def names(every: Sequence[Pin]) -> list[str]:
    """A short name for each: its number and its own name, or the one made of its settings."""
    return [f"{pin.number}. {pin.name or made}" for pin, made in zip(every, made_names(every), strict=True)]


def made_names(every: Sequence[Pin]) -> list[str]:
    """What each is called that has no name of its own: its preset and the dials in which they differ."""
    told = [dial_words(pin.experiment) for pin in every if pin.experiment is not None]
    differing = [dial for dial in NAMED if len({dials[dial] for dials in told}) > 1]
    found = []
    for pin, dials in zip(every, told, strict=True):
        assert pin.experiment is not None
        made = [preset_name(preset_of(pin.experiment)), *(f"{dial_name(dial)} {dials[dial]}" for dial in differing)]
        found.append(" · ".join(made))
    return found


def address(pin: Pin) -> str:
    """The link that makes its settings the current ones, on the overview page."""
    assert pin.experiment is not None
    preset = preset_of(pin.experiment, session.ORIGIN.get())
    base = session.ORIGIN.get() if preset == "custom" else preset
    return "overview?" + urlencode(to_link(pin.experiment, base, session.HOME.get()))

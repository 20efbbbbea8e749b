"""Runs kept to compare: what is known of each, all of them as one word of an address, and an address as a file.

The word holds each run as its preset and what differs from it, in characters that no address has to escape:

    corrected..k-nW0sXk1hB2c3D4e5..p-1f2e3d..hidden-16..as-wide..returns..n-3..seed-7

A piece without "-" is a preset and begins a run; `n` is its number, `c` its colour, `as` its name, `k` its key, `p` the
beginning of the digest of its prices, and any other name is a dial's in an address. Text that could be taken for more
than itself is "_" and its base64. The file is JSON of the same parameters that the address would hold.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.config import PRESETS, DataQuery, Experiment
from core.errors import ConfigError, FileError, GatescopeError
from core.link import PARAMETERS, preset_of, to_link, with_parameter
from core.sentence import N_

MOST = 12  # runs; beyond it neither lines nor rows are told apart
COLOURS = 5
LONGEST_NAME = 24  # characters
HIGHEST_NUMBER = 9999
PRICE_DIGITS = 6  # of the digest of prices: one change in 16 million goes unseen
LONGEST_ADDRESS = 2000  # characters; what every browser and most mail programs leave whole
LONGEST_FILE = 64_000  # bytes
VERSION = 1
BETWEEN = ".."  # pieces; a browser would escape a "~"
_MOST_PARAMETERS = 64


@dataclass(frozen=True)
class Pin:
    """One run kept to compare, trained or not.

    Attributes:
        experiment: None where only its key is known, as in links of version 0.1.
        number: its own for the visit, 1..9999.
        key: of the run as it was kept, 24 hexadecimal digits; "" where it was never trained.
        prices: the beginning of the digest of the prices it was trained on; "" where that is not known.
        name: the visitor's own, at most 24 characters on one line; "" for the one that is made of its dials.
        colour: which of five, from 0; None for the one that goes with its number.
    """

    experiment: Experiment | None
    number: int
    key: str = ""
    prices: str = ""
    name: str = ""
    colour: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean_name(self.name))
        if self.colour is not None and not 0 <= self.colour < COLOURS:
            raise _out_of_bounds("colour", self.colour, 0, COLOURS - 1)
        if not 1 <= self.number <= HIGHEST_NUMBER:
            raise _out_of_bounds("number", self.number, 1, HIGHEST_NUMBER)
        for value, digits in ((self.key, 24), (self.prices, PRICE_DIGITS)):
            if value and not re.fullmatch(rf"[0-9a-f]{{{digits}}}", value):
                raise _unreadable(value)

    @property
    def look(self) -> int:
        """Which of the charts' colours and dashes: colour by `colour`, dash by `number`; 0..29."""
        colour = (self.number - 1) % COLOURS if self.colour is None else self.colour
        return next(look for look in range(30) if look % COLOURS == colour and look % 6 == (self.number - 1) % 6)


def clean_name(text: str) -> str:
    """A name on one line, without signs that cannot be seen, cut at LONGEST_NAME characters."""
    seen = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", str(text)))
    kept = "".join(letter for letter in seen if not unicodedata.category(letter).startswith("C"))
    return " ".join(kept.split())[:LONGEST_NAME].strip()


def to_word(pins: Sequence[Pin]) -> str:
    """Runs in their order as one word; those of which only a key is known are left out."""
    pieces: list[str] = []
    for place, pin in enumerate([pin for pin in pins if pin.experiment is not None], start=1):
        assert pin.experiment is not None
        preset = found if (found := preset_of(pin.experiment)) in PRESETS else _nearest(pin.experiment)
        about = {
            "n": "" if pin.number == place else str(pin.number),
            "c": "" if pin.colour is None else str(pin.colour),
        }
        about |= {"as": pin.name, "k": _short(pin.key), "p": pin.prices}
        link = to_link(pin.experiment, preset, DataQuery())
        told = {name: text for name, text in about.items() if text} | {n: t for n, t in link.items() if n != "preset"}
        pieces += [preset, *(f"{name}-{_packed(text, name)}" for name, text in told.items())]
    return BETWEEN.join(pieces)


def from_word(word: str) -> tuple[tuple[Pin, ...], list[GatescopeError]]:
    """The runs of a word, and one error for each that cannot be had; never raises."""
    pins: list[Pin] = []
    errors: list[GatescopeError] = []
    runs: list[list[str]] = []
    for piece in word[:LONGEST_FILE].split(BETWEEN) if word else ():
        if "-" not in piece or not runs:
            runs.append([])
        runs[-1].append(piece)
    for place, run in enumerate(runs[:MOST], start=1):
        try:
            pin = _from_pieces(run, place)
            if pin.number in {other.number for other in pins}:
                raise _out_of_bounds("number", pin.number, 1, HIGHEST_NUMBER)
            pins.append(pin)
        except GatescopeError as error:
            errors.append(error)
    if len(runs) > MOST:
        template = N_("These are {given} runs; the first {most} of them are kept.")
        errors.append(ConfigError(template, field="runs", given=len(runs), most=MOST))
    return tuple(pins), errors


def _from_pieces(parts: Sequence[str], place: int) -> Pin:
    if parts[0] not in PRESETS:
        raise _unreadable(parts[0])
    experiment, about = PRESETS[parts[0]], {}
    for part in parts[1:]:
        name, _, packed = part.partition("-")
        if name in PARAMETERS:
            experiment = with_parameter(experiment, name, _unpacked(packed))
        elif name in ("n", "c", "as", "k", "p"):
            about[name] = packed if name == "k" else _unpacked(packed)
        else:
            raise _unreadable(part)
    numbers = {name: about[name] for name in ("n", "c") if name in about}
    for name, text in numbers.items():
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise _unreadable(f"{name}-{text}")
    return Pin(
        experiment, int(about.get("n", place)), _long(about.get("k", "")), about.get("p", ""), about.get("as", ""),
        int(about["c"]) if "c" in about else None,
    )  # fmt: skip


def _nearest(experiment: Experiment) -> str:
    """The preset from which the fewest dials differ."""
    return min(PRESETS, key=lambda name: len(to_link(experiment, name, DataQuery()).keys() - {"preset"}))


def _packed(text: str, name: str = "") -> str:
    """Text in characters that stand in an address as they are."""
    if name == "k" or (BETWEEN not in text and re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", text)):
        return text
    return "_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpacked(packed: str) -> str:
    if not packed.startswith("_"):
        return packed
    try:
        return base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)).decode()
    except ValueError:
        raise _unreadable(packed) from None


def _short(key: str) -> str:
    """A key in 16 characters in place of 24."""
    return base64.urlsafe_b64encode(bytes.fromhex(key)).decode()


def _long(short: str) -> str:
    if not re.fullmatch(r"([A-Za-z0-9_-]{16})?", short):
        raise _unreadable(short)
    return base64.urlsafe_b64decode(short).hex()


def _unreadable(text: str) -> ConfigError:
    template = N_("A run of this link cannot be read at {value}; the link may have been cut or changed.")
    return ConfigError(template, field="runs", value=text)


def _out_of_bounds(field: str, value: int, low: int, high: int) -> ConfigError:
    template = N_("{field} is {value}, but must be a whole number from {low} to {high}, and not twice in a link.")
    return ConfigError(template, field=field, value=value, low=low, high=high)


def to_file(page: str, parameters: Mapping[str, str]) -> bytes:
    """What an address holds, as a file."""
    told = {"gatescope": "address", "version": VERSION, "page": page, "parameters": dict(parameters)}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def from_file(content: bytes) -> tuple[str, dict[str, str]]:
    """Page and parameters of such a file. Nothing in it is run, and nothing but text is taken from it.

    Raises:
        FileError: it is too long, no such file, of another version, or holds what no address can.
    """
    if len(content) > LONGEST_FILE:
        template = N_("The file has {given} bytes; a file of kept runs has at most {most}.")
        raise FileError(template, given=len(content), most=LONGEST_FILE)
    try:
        told: Any = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("gatescope") != "address":
        raise FileError(N_("This is not a file of kept runs; choose one that was saved on this page."))
    if told.get("version") != VERSION:
        template = N_("This file is of version {given}; this program reads version {known}.")
        raise FileError(template, given=str(told.get("version")), known=VERSION)
    page, parameters = told.get("page"), told.get("parameters")
    if not (_is_name(page) and isinstance(parameters, dict) and len(parameters) <= _MOST_PARAMETERS):
        raise FileError(N_("This file of kept runs is damaged; save it again where it came from."))
    if not all(_is_name(name) and isinstance(text, str) for name, text in parameters.items()):
        raise FileError(N_("This file of kept runs is damaged; save it again where it came from."))
    return str(page), parameters


def _is_name(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"[a-z_]{1,40}", text) is not None

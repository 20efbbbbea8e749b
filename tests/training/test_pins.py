"""Sets of kept runs through an address, through a file, and back: exactly, or with our own error."""

from __future__ import annotations

import json
import math
import random
import string
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.config import PRESETS, Choice, DataQuery, Experiment, ModelConfig, TrainConfig, bounds
from core.errors import FileError, GatescopeError
from core.input_names import KNOWN
from core.link import PARAMETERS, from_link, preset_of, to_link
from core.pins import LONGEST_FILE, LONGEST_NAME, MOST, Pin, clean_name, from_file, from_word, to_file, to_word

OWNERS = {"data": DataQuery, "model": ModelConfig, "train": TrainConfig}
LETTERS = string.ascii_letters + string.digits + " ~-_.%&=+#/\\\"'<>[](){}*`|é宽网络\u200b\n\U0001f600"


def value(draw: random.Random, part: str, field: str) -> Any:
    """A value of that dial anywhere in its bounds."""
    owner = OWNERS[part]
    if field == "ticker":
        return "".join(draw.choices(string.ascii_letters + string.digits + "..-^=_ 网", k=draw.randint(1, 24)))
    if field in ("start", "end"):
        return draw.choice([None, date(1990, 1, 1) + timedelta(days=draw.randint(0, 15000))])
    if field == "inputs":
        return tuple(draw.sample([*KNOWN, "column:换手率 (%)", "other:sample:AAPL"], draw.randint(0, 5)))
    limits = bounds(owner, field)
    if isinstance(limits, Choice):
        return draw.choice(limits.options)
    if getattr(owner(), field) is None and draw.random() < 0.3:
        return None
    if isinstance(limits.low, int):
        return draw.randint(limits.low, limits.high)
    return draw.uniform(limits.low, limits.high)


def experiment(draw: random.Random) -> Experiment:
    """A preset with a few dials, or all of them, moved; the first test day among them."""
    found = draw.choice([*PRESETS.values()])
    for part, field in draw.sample(list(PARAMETERS.values()), draw.choice([0, 1, 3, len(PARAMETERS)])):
        while True:
            try:
                changed = getattr(found, part).replace(**{field: value(draw, part, field)})
                break
            except GatescopeError:  # an end before its start
                continue
        found = found.replace(**{part: changed})
    if draw.random() < 0.2:
        starts = date(2000, 1, 1) + timedelta(days=draw.randint(0, 9000))
        found = found.replace(train=found.train.replace(test_start=starts))
    return found


def kept_set(draw: random.Random) -> tuple[Pin, ...]:
    numbers = draw.sample(range(1, 10_000), draw.randint(0, MOST)) if draw.random() < 0.5 else range(1, 4)
    return tuple(
        Pin(
            experiment(draw),
            number,
            draw.choice(["", f"{draw.getrandbits(96):024x}"]),
            draw.choice(["", f"{draw.getrandbits(24):06x}"]),
            draw.choice(["", "".join(draw.choices(LETTERS, k=draw.randint(1, 40)))]),
            draw.choice([None, 0, 4]),
        )
        for number in numbers
    )


def travelled(parameters: dict[str, str]) -> dict[str, str]:
    return dict(parse_qsl(urlencode(parameters), keep_blank_values=True))


def test_ten_thousand_dials_and_sets_come_back_exactly() -> None:
    draw = random.Random(12)
    runs = 0
    for _round in range(2500):
        pins = kept_set(draw)
        word = to_word(pins)
        assert not set(word) - set(string.ascii_letters + string.digits + "-_.")  # nothing an address must escape
        back, errors = from_word(travelled({"runs": word})["runs"])
        assert back == pins
        assert not errors
        runs += len(pins)
        dials = experiment(draw)
        for preset in {"corrected", found} if (found := preset_of(dials)) in PRESETS else {"corrected", "article"}:
            again, _, wrong = from_link(travelled(to_link(dials, preset)))
            assert again == dials
            assert not wrong
    assert runs + 2500 >= 10_000


def test_a_set_that_was_tampered_with_is_read_or_told() -> None:
    draw = random.Random(5)
    for _round in range(3000):
        word = list(to_word(kept_set(draw)))
        for _change in range(draw.randint(1, 6)):
            if word:
                word[draw.randrange(len(word))] = draw.choice(".-_.0aZ\u7f51\n%")
        pins, errors = from_word("".join(word))
        assert all(isinstance(error, GatescopeError) for error in errors)
        assert from_word(to_word(pins)) == (pins, [])


@given(some.text(max_size=300))
def test_any_text_is_read_or_told(text: str) -> None:
    pins, errors = from_word(text)
    assert len(pins) <= MOST
    assert all(str(error) for error in errors)


def test_a_few_runs_of_presets_are_short() -> None:
    pins = [Pin(PRESETS[name], place, "0" * 24, "abcdef", "wide", 2) for place, name in enumerate(PRESETS, start=1)]
    assert len(to_word(pins)) < 60 * len(pins)


def test_share_and_date_of_a_split_travel_together() -> None:
    train = TrainConfig(train_fraction=0.6, test_start=date(2018, 8, 10))
    link = to_link(Experiment(train=train), "corrected")
    assert link == {"split": "0.6_2018-08-10"}
    assert from_link(link)[0].train == train
    assert from_link({"split": "2018-08-10"})[0].train == TrainConfig(test_start=date(2018, 8, 10))


@given(some.text())
def test_names_are_clean_bounded_and_stay_so(text: str) -> None:
    name = clean_name(text)
    assert len(name) <= LONGEST_NAME
    assert name.isprintable() or all(letter.isprintable() or letter.isspace() for letter in name)
    assert clean_name(name) == name
    assert "\n" not in name


@pytest.mark.parametrize("wrong", [{"number": 0}, {"number": 10_000}, {"colour": 5}, {"key": "xyz"}, {"prices": "12"}])
def test_what_no_run_can_have_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(GatescopeError):
        Pin(Experiment(), **{"number": 1, **wrong})


def test_every_look_is_one_of_a_colour_and_a_dash() -> None:
    looks = {Pin(Experiment(), number).look for number in range(1, MOST + 1)}
    assert len(looks) == MOST


def test_a_file_comes_back() -> None:
    parameters = {"runs": to_word(kept_set(random.Random(3))), "view": "loss", "lang": "zh", "ticker": "网"}
    assert from_file(to_file("compare", parameters)) == ("compare", parameters)


GOOD = {"gatescope": "address", "version": 1, "page": "compare", "parameters": {}}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not a file of kept runs"),
        (b"\x80\x04\x95pickle", "not a file of kept runs"),
        (b"[" * 50_000, "not a file of kept runs"),
        (b'{"gatescope": "zip"}', "not a file of kept runs"),
        (json.dumps({**GOOD, "version": 2}).encode(), "version 2"),
        (json.dumps({**GOOD, "page": "../x"}).encode(), "damaged"),
        (json.dumps({**GOOD, "page": None}).encode(), "damaged"),
        (json.dumps({**GOOD, "parameters": {"runs": 3}}).encode(), "damaged"),
        (json.dumps({**GOOD, "parameters": {"a b": "c"}}).encode(), "damaged"),
        (json.dumps({**GOOD, "parameters": {"a" * n: "" for n in range(1, 100)}}).encode(), "damaged"),
        (json.dumps({**GOOD, "version": math.nan}).encode(), "version nan"),
        (b" " * (LONGEST_FILE + 1), "at most 64000"),
    ],
)
def test_another_file_is_one_sentence(content: bytes, told: str) -> None:
    with pytest.raises(FileError, match=told):
        from_file(content)

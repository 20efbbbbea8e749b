"""Addresses: an experiment, kept runs, a plan, and the files that hold an address or a configuration."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

from benchmarks.fuzzing.mutations import bytes_changed, cell, json_changed
from core import link, pins
from core.config import PRESETS, DataQuery
from core.errors import GatescopeError
from core.export.configuration import experiment_of
from core.whatif.plan import Plan

VALUES = ("0", "-1", "1", "8", "64", "1e9", "1e400", "nan", "inf", "0.5", "1_000", "full", "last", "first", "off", "default",
          "2018-08-10", "0.6_2018-08-10", "_", "__", "lstm", "600519.SH", "上证", "9" * 5000, "１２", "0x8", "true", "1.0", "")  # fmt: skip
PIECES = ("corrected", "article", "n-3", "c-1", "c-9", "as-wide", "as-_8J-YgA", "k-nW0sXk1hB2c3D4e5", "p-1f2e3d", "hidden-16",
          "hidden-_MTY", "seed-0_1_9", "-hidden", "-lr", "all", "all-7", "50-7", "0_1_9999999999", "4..8", "_", "-", "..", "1_0_1",
          "-seed", "0.001", "returns", "split-0.6_2018-08-10", "-preset", "-split", "1..2000000000 by 1", "1e-300..1 times 1.0001")  # fmt: skip


def _parameters(chance: random.Random) -> dict[str, str]:
    told = link.to_link(PRESETS[chance.choice(sorted(PRESETS))].replace(data=DataQuery()), "corrected")
    for _ in range(chance.choice((1, 1, 2, 6))):
        name = chance.choice((*link.PARAMETERS, "preset", "pins", "nonsense"))
        told[name] = cell(chance) if chance.random() < 0.4 else chance.choice(VALUES)
    return told


def _pieces(chance: random.Random) -> str:
    found = [chance.choice(PIECES) for _ in range(chance.choice((1, 3, 6, 40)))]
    if chance.random() < 0.4:
        found[chance.randrange(len(found))] = chance.choice(("as-", "", "n-", "-", "hidden-", "_")) + cell(chance)
    return "..".join(found) * chance.choice((1, 1, 1, 50))


class Words:
    """What an address says."""

    name = "addresses"

    def make(self, chance: random.Random) -> tuple[str, Any]:
        kind = chance.choice(("link", "pins", "plan", "typed", "address file", "configuration"))
        if kind == "link":
            return kind, _parameters(chance)
        if kind in ("pins", "plan"):
            return kind, _pieces(chance)
        if kind == "typed":
            typed = "".join(
                chance.choice((cell(chance), *VALUES, "..", " by ", " times ", ",", "~", "、")) for _ in range(6)
            )
            return kind, (chance.choice((*link.PARAMETERS, "preset")), typed)
        if kind == "address file":
            told: Any = json.loads(pins.to_file("compare", _parameters(chance)))
        else:
            told = {"experiment": {"data": {}, "model": {"window": 5, "hidden_size": 8}, "train": {"epochs": 5}}}
        for _ in range(chance.choice((0, 1, 2))):
            told = json_changed(told, chance)
        content = b"[" * 60_000 if chance.random() < 0.01 else json.dumps(told).encode()
        return kind, bytes_changed(content, chance) if chance.random() < 0.3 else content

    def take(self, case: tuple[str, Any]) -> None:
        kind, told = case
        if kind == "link":
            experiment, preset, errors = link.from_link(told)
            assert all(isinstance(error, GatescopeError) for error in errors)
            again = link.from_link(link.to_link(experiment, preset))
            assert again == (experiment, preset, [])
        elif kind == "pins":
            kept, errors = pins.from_word(told)
            assert all(isinstance(error, GatescopeError) for error in errors)
            assert [replace(pin) for pin in pins.from_word(pins.to_word(kept))[0]] == list(kept)
        elif kind in ("plan", "typed"):
            plan = Plan.from_words(told) if kind == "plan" else Plan({told[0]: told[1]})
            assert Plan.from_words(plan.to_words()) == plan
            assert len(plan.settings(PRESETS["corrected"])) <= plan.count
        elif kind == "address file":
            pins.from_file(told)
        else:
            experiment_of(told)

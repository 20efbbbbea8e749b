"""Runs taken away and opened again: archives, run files and their tensors, spoilt at each of their layers."""

from __future__ import annotations

import functools
import io
import json
import random
import zipfile
import zlib
from typing import Any

from benchmarks.fuzzing.files import packed
from benchmarks.fuzzing.mutations import bytes_changed, json_changed
from benchmarks.sample import SAMPLE
from core import run_file
from core.config import PRESETS
from core.data import load_bars
from core.export import archive
from core.run_shapes import check

NAMES = ("../../evil", "/etc/passwd", "C:\\evil", "run.gatescope/", "\x00", "charts/../../x", "..\\x", "a" * 60_000)
HEAD = len(b"GATESCOPE-RUN 2\n")


@functools.cache
def whole(preset: str) -> bytes:
    """The archive of a small run."""
    from core.experiment import run_experiment

    bars, base = load_bars(SAMPLE).iloc[:160], PRESETS[preset]
    experiment = base.replace(model=base.model.replace(hidden_size=3, window=4), train=base.train.replace(epochs=3))
    return archive.pack(run_experiment(experiment, bars), bars)


@functools.cache
def files(preset: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(whole(preset))) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def run_spoilt(content: bytes, chance: random.Random) -> bytes:
    """A run file changed in its bytes, its tensors' bytes, or the JSON that says what they are."""
    head, plain = content[:HEAD], zlib.decompress(content[HEAD:])
    length = int.from_bytes(plain[:8], "little")
    told, tensors = json.loads(plain[8 : 8 + length]), plain[8 + length :]
    match chance.randrange(7):
        case 0:
            return bytes_changed(content, chance)
        case 1:
            tensors = bytes_changed(tensors, chance)
        case 2:
            told = json_changed(told, chance)
        case 3:
            return (
                head + zlib.compress(bytes(300 * 2**20), 1)
                if chance.random() < 0.02
                else head + bytes_changed(plain, chance)
            )
        case 4:
            name = chance.choice(sorted(told))
            told[name] = json_changed(told[name], chance)
        case _:
            inner = json.loads(told["__metadata__"]["run"])
            for _ in range(chance.choice((1, 1, 3))):
                inner = json_changed(inner, chance)
            told["__metadata__"]["run"] = json.dumps(inner)
    said = json.dumps(told).encode()
    size = len(said) if chance.random() < 0.95 else chance.choice((0, 2**32, 2**63, len(said) - 1))
    return head + zlib.compress(size.to_bytes(8, "little") + said + tensors, 1)


class Runs:
    """Archives and run files."""

    name = "runs"

    def make(self, chance: random.Random) -> tuple[str, bytes]:
        preset = chance.choice(("returns", "article"))
        if chance.random() < 0.5:
            return "run file", run_spoilt(files(preset)[archive.RUN], chance)
        if chance.random() < 0.2:
            return "archive", bytes_changed(whole(preset), chance)
        inside = dict(files(preset))
        for name in chance.sample((archive.RUN, archive.BARS), chance.choice((1, 1, 2))):
            spoil: Any = run_spoilt if name == archive.RUN else bytes_changed
            inside[name] = spoil(inside[name], chance)
        if chance.random() < 0.2:
            inside[chance.choice(NAMES)] = b"x"
        if chance.random() < 0.1:
            del inside[chance.choice(sorted(inside))]
        return "archive", packed(inside, chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))

    def take(self, case: tuple[str, bytes]) -> None:
        kind, content = case
        if kind == "archive":
            opened = archive.open_archive(content)
            check(opened.run)
            return
        check(run_file.load(content))

"""A run as an archive and back, in this process and in a fresh one; a stranger's archive gets a sentence."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load

from core import run_file
from core.config import PRESETS
from core.digest import bars_digest
from core.errors import GatescopeError, RunFileError
from core.experiment import run_experiment
from core.export import archive, tables
from core.export.bars_file import bars_of
from core.film import FilmedRun

ROOT = Path(__file__).parents[2]
AGAIN = """
import sys
import numpy as np
import core.export.archive as archive
from core.introspect.predictor import predictions
opened = archive.open_archive(sys.argv[1])
run = opened.run
scaled = predictions(run.weights, run.windows, run.experiment.model.layout)
again = run.task.in_units(scaled, run.scaler)
stored = run.prediction["predicted"].to_numpy()
assert "torch" not in sys.modules
print(float(np.max(np.abs(again - stored) / np.abs(stored))), len(opened.bars), repr(stored.sum()))
"""


@pytest.fixture(scope="module")
def packed(run: FilmedRun, bars: pd.DataFrame) -> bytes:
    return archive.pack(run, bars)


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


@pytest.mark.parametrize("preset", PRESETS)
def test_a_fresh_process_predicts_the_same_from_the_weights(preset: str, bars: pd.DataFrame, tmp_path: Path) -> None:
    experiment = PRESETS[preset].replace(train=PRESETS[preset].train.replace(epochs=3))
    whole = run_experiment(experiment, bars)
    path = tmp_path / "run.zip"
    path.write_bytes(archive.pack(whole, bars))
    done = subprocess.run(
        [sys.executable, "-c", AGAIN, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    apart, days, total = done.stdout.split(maxsplit=2)
    assert float(apart) < 1e-6
    assert int(days) == len(bars)
    assert total.strip() == repr(whole.prediction["predicted"].to_numpy().sum())


def test_the_same_bytes_every_time_and_everything_in_them(run: FilmedRun, bars: pd.DataFrame, packed: bytes) -> None:
    assert archive.pack(run, bars) == packed
    inside = zipfile.ZipFile(io.BytesIO(packed))
    told = json.loads(inside.read("configuration.json"))
    assert told["key"] == run.key
    assert told["bars"] == bars_digest(bars)
    weights = load(inside.read("weights.safetensors"))
    assert all(np.array_equal(weights[name], run.weights[name]) for name in run.weights)
    film = load(inside.read("film.safetensors"))
    assert len(film) == len(run.film.epochs) * len(run.weights)
    for name in ("README.txt", "predictions.csv", "history.csv", "notebook.ipynb", "charts/forecast.html",
                 "charts/loss.html", "charts/gates.html", "charts/plotly.min.js"):  # fmt: skip
        assert inside.getinfo(name).file_size > 0
    for name in ("forecast", "loss", "gates"):
        assert b'src="plotly.min.js"' in inside.read(f"charts/{name}.html")


def test_chinese_is_chinese(run: FilmedRun, bars: pd.DataFrame) -> None:
    inside = zipfile.ZipFile(io.BytesIO(archive.pack(run, bars, "zh")))
    assert "测试段" in inside.read("README.txt").decode()
    assert "预测" in inside.read("charts/forecast.html").decode()


@pytest.mark.parametrize("epoch", [0, 3])
def test_a_run_as_it_was_and_one_without_a_film(run: FilmedRun, bars: pd.DataFrame, epoch: int) -> None:
    past = archive.load_run(archive.pack(run.at(epoch), bars))
    assert past.key == run.at(epoch).key
    bare = archive.open_archive(archive.pack(run.unfilmed()))
    assert bare.bars is None
    assert bare.run.film.epochs == (6,)
    assert bare.run.at(6) is bare.run


def test_other_prices_are_left_out(run: FilmedRun, bars: pd.DataFrame) -> None:
    data = archive.pack(run, bars.iloc[1:])
    assert "bars.csv" not in names(data)
    assert "bars.csv" not in zipfile.ZipFile(io.BytesIO(data)).read("README.txt").decode()


@settings(deadline=None)
@given(
    closes=st.lists(st.floats(1e-300, 1e300, allow_nan=False), min_size=2, max_size=9),
    factor=st.booleans(), volume=st.floats(0, 1e300),
)  # fmt: skip
def test_bars_keep_their_digest(closes: list[float], factor: bool, volume: float) -> None:
    from core.data.schema import checked

    days = pd.bdate_range("2020-01-01", periods=len(closes), name="date")
    made = checked(pd.DataFrame({"close": closes, "volume": volume} | ({"factor": 1.1} if factor else {}), days), "x")
    assert bars_digest(bars_of(tables.bars_csv(made))) == bars_digest(made)


def rebuilt(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as inside:
        files = {name: inside.read(name) for name in inside.namelist() if not name.startswith("charts/")}
    change(files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in files.items():
            out.writestr(name, content)
    return made.getvalue()


BAD: dict[str, Callable[[dict[str, bytes]], object]] = {
    "no run": lambda files: files.pop("run.gatescope"),
    "a path that leaves the folder": lambda files: files.update({"../../etc/passwd": b"x"}),
    "an absolute path": lambda files: files.update({"/etc/passwd": b"x"}),
    "a drive": lambda files: files.update({"C:\\x": b"x"}),
    "too many files": lambda files: files.update({f"{n}.txt": b"" for n in range(100)}),
    "a bomb": lambda files: files.update({"run.gatescope": bytes(archive.LARGEST + 1)}),
    "a bomb within the run": lambda files: files.update(
        {"run.gatescope": b"GATESCOPE-RUN 1\n" + zlib.compress(bytes(run_file.LARGEST + 1), 9)}
    ),
    "a pickle": lambda files: files.update({"run.gatescope": b"\x80\x04cos\nsystem\n(S'true'\ntR."}),
    "other prices": lambda files: files.update({"bars.csv": files["bars.csv"].replace(b"2019-01-02", b"2019-01-01")}),
    "prices that are none": lambda files: files.update({"bars.csv": b"date,close\n2019-01-02,x\n"}),
    "prices in no text": lambda files: files.update({"bars.csv": b"\xff\xfe\x00"}),
    "a newer version": lambda files: files.update({"run.gatescope": b"GATESCOPE-RUN 99\n"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_strangers_archive_gets_a_sentence(packed: bytes, name: str) -> None:
    with pytest.raises(GatescopeError) as told:
        archive.open_archive(rebuilt(packed, BAD[name]))
    assert str(told.value).endswith(".")


def test_what_else_lies_in_it_is_never_opened(run: FilmedRun, packed: bytes) -> None:
    odd = rebuilt(packed, lambda files: files.update({"evil.pkl": b"\x80\x04cos\nsystem\n", "README.txt": b"\xff"}))
    assert archive.load_run(odd).key == run.key


@pytest.mark.parametrize("name", ["run.gatescope", "bars.csv", "README.txt"])
def test_a_link_in_an_archive_is_never_followed(packed: bytes, tmp_path: Path, name: str) -> None:
    """An entry that is a symbolic link holds its target as its bytes: they are no run and no prices."""
    (tmp_path / "secret").write_bytes(packed)
    with zipfile.ZipFile(io.BytesIO(packed)) as inside:
        files = {each: inside.read(each) for each in inside.namelist() if not each.startswith("charts/")}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for each, content in files.items():
            entry = zipfile.ZipInfo(each)
            entry.external_attr = (0o120777 if each == name else 0o644) << 16
            out.writestr(entry, str(tmp_path / "secret") if each == name else content)
    if name == "README.txt":  # is not read
        assert archive.load_run(made.getvalue()).key
    else:
        with pytest.raises(GatescopeError) as told:
            archive.open_archive(made.getvalue())
        assert str(tmp_path) not in str(told.value)


def test_a_name_twice_is_refused(packed: bytes) -> None:
    made = io.BytesIO(packed)
    with zipfile.ZipFile(made, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr("run.gatescope", b"")
    with pytest.raises(RunFileError):
        archive.load_run(made.getvalue())


@pytest.mark.parametrize("source", [b"", b"PK\x03\x04", b"no zip", Path("/no/such.zip"), Path("/tmp")])
def test_no_archive_at_all(source: bytes | Path) -> None:
    with pytest.raises(RunFileError):
        archive.load_run(source)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0), bits=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_archive_is_refused_or_whole(run: FilmedRun, small: bytes, place: int, bits: int, cut: bool) -> None:
    data = bytearray(small)
    place %= len(data)
    if cut:
        del data[place:]
    else:
        data[place] ^= bits
    try:
        found = archive.open_archive(bytes(data))
    except GatescopeError:
        return
    assert run_file.dump(found.run) == run_file.dump(run)  # what was hit is none of what is read


@pytest.fixture(scope="module")
def small(packed: bytes) -> bytes:
    return rebuilt(packed, lambda files: [files.pop(name) for name in [*files] if name.endswith(("ipynb", "tensors"))])


def test_a_run_of_another_ticker_name_is_only_text(run: FilmedRun, bars: pd.DataFrame) -> None:
    told = archive.pack(dataclasses.replace(run, key="0" * 24), bars)
    assert "bars.csv" not in names(told)

"""Finished runs on disk: a restart trains nothing again, and what cannot be read or written is no harm."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import PRESETS, DataQuery, Experiment
from core.data import load_bars
from core.experiment import run_experiment
from core.service import Service, key_of
from core.service.kept import SUFFIX, KeptResults

QUICK = PRESETS["volatility"].replace(train=PRESETS["volatility"].train.replace(epochs=1))
Start = Callable[[], Service]


def seeded(seed: int) -> Experiment:
    return QUICK.replace(train=QUICK.train.replace(seed=seed))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path))
    monkeypatch.setenv("GATESCOPE_KEPT_BYTES", str(2**30))
    monkeypatch.setenv("GATESCOPE_WORKERS", "0")
    return tmp_path / "results"


@pytest.fixture
def start(kept: Path) -> Iterator[Start]:
    started: list[Service] = []

    def new() -> Service:
        started.append(Service())
        return started[-1]

    yield new
    for service in started:
        service.stop()


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return load_bars(DataQuery())


def train(service: Service, task: Experiment, bars: pd.DataFrame) -> object:
    state = service.ask(task, bars, "visitor", wait=120)
    assert state.state == "done", state
    return state.result


def test_a_restart_trains_nothing_again(start: Start, bars: pd.DataFrame) -> None:
    first = start()
    run = train(first, QUICK, bars)
    first.stop()
    later = start()
    assert later.finished(key_of(QUICK, bars)).result.key == run.key
    again = start().ask(QUICK, bars, "visitor")
    assert again.state == "done"
    for name, weight in run.weights.items():
        np.testing.assert_array_equal(again.result.weights[name], weight)
    assert not later.status().up  # no worker was needed


def test_what_is_kept_is_not_done_ahead(start: Start, bars: pd.DataFrame) -> None:
    first = start()
    train(first, QUICK, bars)
    first.stop()
    later = start()
    later.think_ahead([(QUICK, bars)], "visitor")
    time.sleep(1.0)
    assert not later.status().up
    assert later.status().finished == 0


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: b"os\n" + data.partition(b"\n")[2]]
)
def test_a_damaged_file_is_trained_anew(
    start: Start, kept: Path, bars: pd.DataFrame, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    first = start()
    train(first, QUICK, bars)
    first.stop()
    path = kept / f"{key_of(QUICK, bars)}{SUFFIX}"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    later = start()
    with caplog.at_level(logging.WARNING, "gatescope.service"):
        assert later.finished(key_of(QUICK, bars)) is None
    assert "cannot be read" in caplog.text
    train(later, QUICK, bars)
    later.stop()
    assert len(path.read_bytes()) == pytest.approx(len(whole), rel=0.01)  # whole again


def test_nothing_can_be_written_and_the_service_goes_on(
    start: Start, kept: Path, bars: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    kept.write_text("a file where the folder should be")
    service = start()
    with caplog.at_level(logging.WARNING, "gatescope.service"):
        for seed in (1, 2):
            train(service, seeded(seed), bars)
        service.stop()
    assert caplog.text.count("A result is not kept") == 1


def test_the_least_recently_read_goes_first(tmp_path: Path, bars: pd.DataFrame) -> None:
    runs = [run_experiment(seeded(seed), bars) for seed in range(4)]
    probe = KeptResults(tmp_path / "probe", 2**30)
    probe.put("probe", QUICK, runs[0])
    probe.close()
    size = next((tmp_path / "probe").iterdir()).stat().st_size
    kept = KeptResults(tmp_path / "kept", int(3.5 * size))
    for place, run in enumerate(runs[:3]):
        kept.put(run.key, QUICK, run)
        kept.close()
        os.utime(tmp_path / "kept" / f"{run.key}{SUFFIX}", (place, place))
    assert kept.get(runs[0].key) is not None
    kept.put(runs[3].key, QUICK, runs[3])
    kept.close()
    assert [run.key in kept for run in runs] == [True, False, True, True]


def test_what_a_process_left_half_written_is_removed_in_time(tmp_path: Path, bars: pd.DataFrame) -> None:
    half = tmp_path / "some.1.half"
    half.write_bytes(b"half")
    kept = KeptResults(tmp_path, 2**30)
    run = run_experiment(QUICK, bars)
    kept.put("one", QUICK, run)
    kept.close()
    assert half.exists()  # it may still be written
    os.utime(half, (0, 0))
    kept.put("two", QUICK, run)
    kept.close()
    assert not half.exists()

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
from reliability import FaultOf
from service_helpers import set_to_the_end

from core.config import PRESETS, DataQuery, Experiment
from core.data import load_bars
from core.experiment import run_experiment
from core.run import Run
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


def seed_of(task: Experiment, bars: pd.DataFrame, run: Run) -> tuple[int, str]:
    return task.train.seed, run.key


def test_a_set_asked_again_after_a_restart_trains_only_what_is_missing(start: Start, bars: pd.DataFrame) -> None:
    first, later = start(), start()
    train(first, seeded(1), bars)
    set_to_the_end(first, [(seeded(seed), bars) for seed in (1, 2)], "visitor", seed_of)
    assert first.status().finished == 2
    first.stop()
    same = set_to_the_end(later, [(seeded(seed), bars) for seed in (2, 1)], "visitor", seed_of)
    assert same.read == {place: (seed, key_of(seeded(seed), bars)) for place, seed in enumerate((2, 1))}
    assert not later.status().up  # no worker was needed
    more = set_to_the_end(later, [(seeded(seed), bars) for seed in (1, 2, 3)], "visitor", seed_of)
    assert [more.read[place][0] for place in range(3)] == [1, 2, 3]
    assert later.status().finished == 1
    later.stop()
    assert start().ask(seeded(3), bars, "another").state == "done"  # a part is there for whoever asks


def test_a_damaged_file_is_a_part_trained_anew(
    start: Start, kept: Path, bars: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    parts = [(seeded(seed), bars) for seed in (1, 2)]
    first, later = start(), start()
    set_to_the_end(first, parts, "visitor", seed_of)
    first.stop()
    (kept / f"{key_of(seeded(1), bars)}{SUFFIX}").write_bytes(b"core.run_file\n")
    with caplog.at_level(logging.WARNING, "gatescope.service"):
        assert set_to_the_end(later, parts, "visitor", seed_of).done == 2
    assert later.status().finished == 1


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
@pytest.mark.fault("damaged-run")
def test_a_damaged_file_is_trained_anew(
    start: Start, kept: Path, bars: pd.DataFrame, damage: Callable[[bytes], bytes], fault: FaultOf,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    first = start()
    train(first, QUICK, bars)
    train(first, seeded(1), bars)
    first.stop()
    path = kept / f"{key_of(QUICK, bars)}{SUFFIX}"
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    later = start()
    with caplog.at_level(logging.WARNING, "gatescope.service"):
        assert later.finished(key_of(QUICK, bars)) is None
    assert "cannot be read" in caplog.text
    shown = fault("damaged-run")
    shown.unnoticed()
    shown.keeps(later.finished(key_of(seeded(1), bars)) is not None)
    train(later, QUICK, bars)
    later.stop()
    shown.goes_on(len(path.read_bytes()) == pytest.approx(len(whole), rel=0.01))  # whole again


@pytest.mark.fault("two-servers")
def test_two_servers_on_one_store_read_what_the_other_has_trained(
    start: Start, bars: pd.DataFrame, fault: FaultOf
) -> None:
    """Their prices on one store: tests/data/test_store_troubles.py."""
    servers, shown = (start(), start()), fault("two-servers")
    runs = [train(server, seeded(seed), bars) for seed, server in enumerate(servers)]
    for server in servers:
        server.stop()
    shown.unnoticed()
    mine, others = servers[0].finished(runs[0].key), servers[0].finished(runs[1].key)
    shown.keeps(mine is not None and others is not None and others.result.key == runs[1].key)
    before = servers[1].status().finished
    shown.goes_on(train(servers[1], seeded(0), bars).key == runs[0].key and servers[1].status().finished == before)


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
    probe.put(runs[0].key, QUICK, runs[0])
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
    kept.put(run.key, QUICK, run)
    kept.close()
    assert half.exists()  # it may still be written
    os.utime(half, (0, 0))
    later = KeptResults(tmp_path, 2**30)
    later.put(run.key, QUICK, run)
    later.close()
    assert not half.exists()


@pytest.mark.parametrize("key", ["../x", "x/../../y", "", "0" * 15, "0" * 65, "zz" * 12, "A" * 24])
def test_only_a_key_names_a_file(tmp_path: Path, key: str) -> None:
    kept = KeptResults(tmp_path / "results", 2**30)
    (tmp_path / f"x{SUFFIX}").write_bytes(b"core.run_file\n")
    assert key not in kept
    assert kept.get(key) is None

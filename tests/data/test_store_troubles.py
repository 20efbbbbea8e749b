"""The store when something is in the way: damage, a full folder, others at the same file."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from made import QUICK, SHARE, made_bars, store, the_file
from reliability import FaultOf
from wire import Wire

from core.data import provenance
from core.data.schema import COLUMNS
from core.data.store import Store
from core.data.tencent import TencentProvider
from core.errors import (
    UnreachableError,
)
from core.folders import data_folder

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("damage", [b"", b"PAR1 not really", "cut", "foreign"])
def test_a_damaged_file_is_set_aside_and_fetched_again(wire: Wire, damage: bytes | str) -> None:
    good = store(wire).fetch(SHARE)
    path = the_file()
    if damage == "foreign":
        pd.DataFrame({"close": [1.0]}).to_parquet(path)
    else:
        path.write_bytes(path.read_bytes()[:-100] if damage == "cut" else damage)
    pd.testing.assert_frame_equal(store(wire).fetch(SHARE), good)
    assert path.with_suffix(".damaged").exists()
    wire.asked.clear()
    pd.testing.assert_frame_equal(store(wire).fetch(SHARE), good)
    assert not wire.asked


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(
    wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GATESCOPE_DATA", str(tmp_path / "file"))
    bars = store(wire).fetch(SHARE)
    assert len(bars) == len(wire.bars["600519.SH"].loc["2019-01-02":"2020-12-31"])
    assert "could not be kept" in str(provenance(bars).notes[0])


def test_many_threads_make_one_request(wire: Wire) -> None:
    answers: list[pd.DataFrame] = []
    threads = [threading.Thread(target=lambda: answers.append(store(wire).fetch(SHARE))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 6
    assert len(wire.asked) == 1
    for answer in answers:
        pd.testing.assert_frame_equal(answer, answers[0])


@pytest.mark.fault("two-servers")
def test_two_processes_leave_one_good_file(wire: Wire, fault: FaultOf) -> None:
    code = (
        "import sys; from core.config import DataQuery; from core.data.store import Store\n"
        "from core.data.tencent import TencentProvider\n"
        "query = DataQuery(ticker='600519.SH', start=sys.argv[2], end='2023-12-29', adjust='hfq')\n"
        "print(len(Store(TencentProvider(sys.argv[1]), lock_wait=60).fetch(query)))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, wire.tencent_url, start], cwd=ROOT, stdout=subprocess.PIPE)
        for start in ("2015-01-01", "2015-01-01", "2019-01-02")
    ]
    served = wire.bars["600519.SH"]
    rows = [int(process.communicate(timeout=60)[0]) for process in running]
    assert rows == [len(served), len(served), len(served.loc["2019-01-02":])]
    path = data_folder() / "tencent" / "600519.SH.parquet"
    kept = pd.read_parquet(path)
    pd.testing.assert_frame_equal(kept[list(COLUMNS)], served[list(COLUMNS)], check_freq=False)
    assert sorted(each.suffix for each in path.parent.iterdir()) in ([".lock", ".parquet"], [".parquet"])
    windows = [(each.interface, each.first, each.last) for each in wire.asked]
    assert len(windows) == len(set(windows))
    shown = fault("two-servers")
    shown.unnoticed()
    shown.keeps(len(kept) == len(served))
    wire.asked.clear()
    query = SHARE.replace(start="2015-01-01", end="2023-12-29", adjust="hfq")
    shown.goes_on(len(Store(TencentProvider(wire.tencent_url)).fetch(query)) == len(served) and not wire.asked)


def test_two_sources_never_meet_in_one_history(wire: Wire) -> None:
    store(wire).fetch(SHARE)
    wire.bars["600519.SH"] = made_bars("2015-01-01", "2023-12-29", seed=9)
    other = Store(TencentProvider(wire.tencent_url, QUICK)).fetch(SHARE.replace(end="2021-12-31"))
    pd.testing.assert_frame_equal(other, wire.bars["600519.SH"].loc["2019-01-02":"2021-12-31"], check_freq=False)


def test_unreachable_with_nothing_kept_is_an_error(wire: Wire) -> None:
    wire.fault = "drop"
    with pytest.raises(UnreachableError):
        store(wire).fetch(SHARE)
    assert not list(data_folder().rglob("*.parquet"))


def test_the_folder_is_the_users_cache_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GATESCOPE_DATA")
    assert data_folder().name == "gatescope"

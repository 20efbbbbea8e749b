"""Sets and single jobs on a real cluster: over TLS, scaled by dask; a worker or the scheduler lost; no workers."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cluster_helpers import Cluster, certificates, shown_by
from service_helpers import GRACE, lies_with_the_scheduler, set_to_the_end, to_the_end, until
from service_runners import Steps, notes

from core.errors import GatescopeError
from core.service import Service, clusters

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service(grace=GRACE)
    yield service
    service.stop()


@pytest.fixture
def new_cluster(tmp_path: Path, worker_path: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Cluster]]:
    made: list[Cluster] = []

    def new(files: dict[str, str] | None = None) -> Cluster:
        made.append(Cluster(tmp_path, worker_path, files))
        made[-1].scheduler()
        shown_by(monkeypatch, made[-1].address, files or {})
        return made[-1]

    yield new
    for cluster in made:
        cluster.close()


@pytest.fixture
def bars() -> pd.DataFrame:
    days = pd.bdate_range("2020-01-01", periods=300, name="date")
    return pd.DataFrame({"close": np.linspace(1.0, 2.0, 300)}, index=days)


def total(task, bars, result) -> float:
    return result["sum"]


def steps_of(task, bars, result) -> int:
    return result["steps"]


def attempts(parts) -> list[int]:
    return [len(notes(task, "attempts")) for task, _ in parts]


def test_over_tls_a_killed_worker_costs_only_what_it_was_at(new_cluster, tmp_path, folder, bars, service):
    cluster = new_cluster(certificates(tmp_path / "certificates"))
    first, _second = cluster.worker(), cluster.worker()
    parts = [(Steps(folder, f"part{number}", steps=4, pause=0.1), bars) for number in range(24)]
    until(lambda: service.ask_set(parts, "v", total).done >= 12)
    done = service.ask_set(parts, "v", total).read
    cluster.kill(first)
    end = set_to_the_end(service, parts, "v", total)
    assert (end.state, end.failed) == ("done", {})
    assert end.read == dict.fromkeys(range(24), bars["close"].sum())
    tried = attempts(parts)
    assert all(tried[number] == 1 for number in done)
    assert sum(tried) <= 24 + 2  # what it was at, and at most one more that it had not yet handed over


def test_who_shows_no_certificate_of_the_authority_is_refused(new_cluster, tmp_path, folder, monkeypatch, service):
    cluster = new_cluster(certificates(tmp_path / "certificates"))
    cluster.worker()
    monkeypatch.setattr("core.service.clusters.CONNECT_SECONDS", 2)
    monkeypatch.setattr("core.service.dispatcher.PAUSES", (0.1,))
    shown_by(monkeypatch, cluster.address, {})
    assert "GATESCOPE_TLS_CA" in str(to_the_end(service, Steps(folder, "none"), "v").error)
    shown_by(monkeypatch, cluster.address, certificates(tmp_path / "stranger"))
    assert cluster.address in str(to_the_end(service, Steps(folder, "stranger"), "v").error)
    shown_by(monkeypatch, cluster.address.replace("tls", "tcp"), {})
    assert to_the_end(service, Steps(folder, "open"), "v").error is not None


@pytest.mark.fault("scheduler-lost")
def test_the_scheduler_is_lost_and_comes_back_and_all_goes_on(new_cluster, folder, service, fault):
    cluster, shown = new_cluster(), fault("scheduler-lost")
    cluster.worker()
    parts = [(Steps(folder, f"part{number}", steps=3, pause=0.1), None) for number in range(6)]
    alone = Steps(folder, "alone", gated=True)
    until(lambda: service.ask_set(parts, "v", steps_of).done >= 2)
    done = service.ask_set(parts, "v", steps_of).read
    until(lambda: service.ask(alone, None, "w").state == "running")
    cluster.close()
    until(lambda: service.ask(alone, None, "w").note is not None)
    told = service.ask_set(parts, "v", steps_of)
    assert told.live
    shown.reads(told.note)
    cluster.scheduler()
    until(lambda: "no workers" in str(service.ask(alone, None, "w").note))
    shown.reads(service.ask(alone, None, "w").note)
    cluster.worker()
    (Path(folder) / "go").touch()
    shown.goes_on(to_the_end(service, alone, "w").state == "done")
    assert set_to_the_end(service, parts, "v", steps_of).done == 6
    shown.keeps(all(attempts(parts)[number] == 1 for number in done))


def test_without_workers_it_says_so_and_what_is_asked_for_by_itself_goes_first(new_cluster, folder, service):
    cluster = new_cluster()
    parts = [(Steps(folder, name, steps=1, gated=True), None) for name in "abcdef"]
    until(lambda: "no workers" in str(service.ask_set(parts, "v", steps_of).note))
    assert service.status().workers == 0
    cluster.worker()
    until(lambda: service.ask_set(parts, "v", steps_of).running == 1)
    alone = Steps(folder, "alone", steps=1)
    asked = service.ask(alone, None, "w")
    assert asked.position == 1
    lies_with_the_scheduler(service, asked.key)
    (Path(folder) / "go").touch()
    assert to_the_end(service, alone, "w").state == "done"
    assert set_to_the_end(service, parts, "v", steps_of).done == 6
    began = [Path(folder, f"{name}.attempts").stat().st_mtime_ns for name in ("a", "alone", "b", "c", "d", "e", "f")]
    assert began == sorted(began)


SCALED = """
    import sys, time
    from dask.distributed import LocalCluster

    if __name__ == "__main__":
        cluster = LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None, local_directory=sys.argv[1])
        cluster.adapt(minimum=0, maximum=3, interval="200ms", target_duration="1s")
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
        cluster.close()
"""


def test_dask_scales_a_cluster_by_the_queue_it_is_given(folder, tmp_path, worker_path, monkeypatch, service):
    script = tmp_path / "scaled.py"
    script.write_text(textwrap.dedent(SCALED))
    environment = {**os.environ, "PYTHONPATH": worker_path, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, str(script), folder],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        shown_by(monkeypatch, process.stdout.readline().strip(), {})
        parts = [(Steps(folder, f"part{number}", steps=1, gated=True), None) for number in range(12)]
        until(lambda: service.ask_set(parts, "v", steps_of).running == 3)  # from none to as many as may be
        until(lambda: service.status().workers == 3)
        (Path(folder) / "go").touch()
        assert set_to_the_end(service, parts, "v", steps_of).done == 12
        assert attempts(parts) == [1] * 12
        until(lambda: service.status().workers == 0)
    finally:
        process.communicate()


ASKER = """
    import sys, time
    from service_runners import Steps
    from core.service import ask, ask_set

    def read(task, bars, result):
        return result["steps"]

    parts = [(Steps(sys.argv[1], name, steps=5, pause=0.1), None) for name in "abcdef"]
    alone = Steps(sys.argv[1], "alone", steps=5, pause=0.1)
    while ask(alone, None, "v").live or ask_set(parts, "v", read).live:
        time.sleep(0.05)
    assert ask(alone, None, "v").state == "done"
    assert ask_set(parts, "v", read).read == dict.fromkeys(range(6), 5)
"""


def test_two_web_processes_train_each_key_once(new_cluster, folder, worker_path):
    cluster = new_cluster()
    cluster.worker()
    cluster.worker()
    environment = {**os.environ, "PYTHONPATH": worker_path}
    asker = [sys.executable, "-c", textwrap.dedent(ASKER), folder]
    processes = [subprocess.Popen(asker, env=environment, cwd=ROOT) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    parts = [(Steps(folder, name), None) for name in ("alone", *"abcdef")]
    assert attempts(parts) == [1] * 7


def test_who_comes_later_knows_what_the_workers_said_when_they_had_warmed_up(new_cluster, service):
    cluster = new_cluster()
    cluster.worker()
    service.start()
    until(lambda: len(service.status().said) == 1)
    for _ in range(3):  # as web processes that are started again
        later = Service(grace=GRACE)
        later.start()
        until(lambda one=later: one.status().said == service.status().said)
        later.stop()


@pytest.mark.parametrize("there", [False, True], ids=["missing", "no certificate"])
def test_no_path_of_a_certificate_is_said(there, tmp_path, monkeypatch, caplog):
    """Neither to visitors nor in the log: it tells how a machine is laid out."""
    if there:
        (tmp_path / "secret.pem").write_text("no certificate")
    monkeypatch.setenv("GATESCOPE_SCHEDULER", "tls://127.0.0.1:1")
    for part in ("CA", "CERT", "KEY"):
        monkeypatch.setenv(f"GATESCOPE_TLS_{part}", str(tmp_path / "secret.pem"))
    with pytest.raises(GatescopeError) as told:
        clusters.join(lambda event: None)
    for text in (str(told.value), repr(told.value.values), caplog.text):
        assert "secret" not in text
        assert str(tmp_path) not in text
    assert there or "GATESCOPE_TLS_CA" in str(told.value)
    assert caplog.text

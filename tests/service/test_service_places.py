"""The other places where jobs run, the loss of all workers, and what is left when the process ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from service_helpers import GRACE, to_the_end, until
from service_runners import Steps, notes

from core import service as the_module
from core.service import Service

ROOT = Path(__file__).resolve().parents[2]


def test_a_thread_of_this_process(monkeypatch, folder):
    monkeypatch.setenv("GATESCOPE_WORKERS", "0")
    service = Service(grace=GRACE)
    first, second = Steps(folder, "first", gated=True), Steps(folder, "second")
    key = service.ask(first, None, "one").key
    until(lambda: service.ask(first, None, "one").state == "running")
    assert service.ask(second, None, "two").position == 1
    service.cancel(key, "one")
    end = to_the_end(service, second, "two")
    assert (end.state, end.result["pid"], end.records) == ("done", os.getpid(), tuple(range(5)))
    assert notes(first, "stopped") == ["0"]
    assert service.status().backend == "thread"
    service.stop()
    assert not service.status().up
    assert to_the_end(service, Steps(folder, "third"), "one").state == "done"  # a stopped service starts again
    service.stop()


def test_a_wrong_number_of_workers_is_said(monkeypatch, folder):
    monkeypatch.setenv("GATESCOPE_WORKERS", "many")
    service = Service()
    assert "many" in str(to_the_end(service, Steps(folder), "v").error)
    service.stop()


def test_a_reloaded_module_finds_the_same_service(monkeypatch):
    """Streamlit's file watcher drops changed modules from sys.modules and imports them again."""
    before = the_module.the_service()
    for name in [name for name in sys.modules if name == "core" or name.startswith("core.")]:
        monkeypatch.delitem(sys.modules, name)
    from core import service as reloaded

    assert reloaded is not the_module
    assert reloaded.the_service() is before


@pytest.mark.cluster
def test_all_workers_are_lost_and_it_goes_on_by_itself(monkeypatch, folder, worker_path):
    monkeypatch.setenv("GATESCOPE_WORKERS", "1")
    monkeypatch.setenv("PYTHONPATH", worker_path)
    service, task, before = Service(), Steps(folder, gated=True), set(psutil.Process().children(recursive=True))
    try:
        service.ask(task, None, "v")
        until(lambda: bool(notes(task, "attempts")))
        workers = {child for child in psutil.Process().children(recursive=True)} - before
        for child in workers:
            child.send_signal(signal.SIGKILL)
        until(lambda: service.ask(task, None, "v").note is not None)
        assert service.ask(task, None, "v").state == "queued"
        (Path(folder) / "go").touch()
        assert to_the_end(service, task, "v").state == "done"
    finally:
        service.stop()
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.fixture(params=["tcp", "tls"])
def scheduler_address(request, tmp_path, worker_path, monkeypatch) -> Iterator[str]:
    """A dask cluster as an operator starts it: a scheduler and two workers, in the open or with certificates."""
    file = tmp_path / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(file)]
    if request.param == "tls":
        common += _certificates(tmp_path, monkeypatch)
    worker = ["worker", "--nthreads", "1", "--local-directory", str(tmp_path), *common]
    protocol = ["--protocol", request.param]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0", *protocol, *common], worker, worker]
    environment = {**os.environ, "PYTHONPATH": worker_path, "OMP_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen([sys.executable, "-m", "dask", *command], env=environment, stderr=subprocess.DEVNULL)
        for command in commands
    ]
    until(lambda: file.exists() and file.read_text().rstrip().endswith("}"))
    yield json.loads(file.read_text())["address"]
    for process in reversed(processes):
        process.terminate()
        process.wait()


def _certificates(folder: Path, monkeypatch) -> list[str]:
    """One self-signed certificate for all, told to the service by environment and to dask by the options returned."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl makes the certificates")
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=gatescope"]
    subprocess.run([openssl, *request, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    for part, path in (("CA", certificate), ("CERT", certificate), ("KEY", key)):
        monkeypatch.setenv(f"GATESCOPE_TLS_{part}", path)
    return ["--tls-ca-file", certificate, "--tls-cert", certificate, "--tls-key", key]


@pytest.mark.cluster
def test_a_running_cluster_is_shared_by_web_processes(monkeypatch, folder, scheduler_address):
    """Two services, as two web processes have them, ask for the same thing, the second in the middle of it."""
    monkeypatch.setenv("GATESCOPE_SCHEDULER", scheduler_address)
    one, two = Service(grace=GRACE), Service(grace=GRACE)
    one.start()
    until(lambda: one.ask(Steps(folder, "probe"), None, "v").live is False and one.status().workers == 2)
    task = Steps(folder, steps=60, pause=0.05)
    until(lambda: len(one.ask(task, None, "v").records) > 3)
    until(lambda: len(two.ask(task, None, "w").records) > 8)  # those before it joined are there too
    assert two.ask(task, None, "w").records[:8] == tuple(range(8))
    one.cancel(one.ask(task, None, "v").key, "v")  # the other still wants it
    end = to_the_end(two, task, "w")
    assert (end.state, end.records, len(notes(task, "attempts"))) == ("done", tuple(range(60)), 1)
    assert one.status().backend == "cluster"
    one.stop()
    two.stop()


@pytest.mark.cluster
def test_a_cluster_that_does_not_answer_is_said(monkeypatch, folder):
    monkeypatch.setenv("GATESCOPE_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("core.service.clusters.CONNECT_SECONDS", 1)
    monkeypatch.setattr("core.service.dispatcher.PAUSES", (0.5, 0.5))
    service = Service()
    until(lambda: service.ask(Steps(folder), None, "v").note is not None)  # it is tried again for a while
    assert "127.0.0.1:9" in str(to_the_end(service, Steps(folder), "v").error)
    service.stop()


ASKER = """
    import os, signal, sys, time
    import psutil
    from service_runners import Steps
    from core.service import ask, status

    task, bars = Steps(sys.argv[1]), None
    while (state := ask(task, bars, "v")).live:
        time.sleep(0.05)
    assert state.state == "done" and "torch" not in sys.modules
    print(*[child.pid for child in psutil.Process().children(recursive=True)], flush=True)
    ask(Steps(sys.argv[1], "endless", gated=True), bars, "v")
    time.sleep(1)
    os.kill(os.getpid(), int(sys.argv[2]))
"""


def runs(pid: int) -> bool:
    """Whether the process is there and not just waiting to be collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.cluster
@pytest.mark.parametrize("end", [0, signal.SIGTERM, signal.SIGKILL])
def test_the_asking_process_holds_no_torch_and_leaves_no_process_however_it_ends(folder, worker_path, end):
    environment = {**os.environ, "PYTHONPATH": worker_path, "GATESCOPE_WORKERS": "1", "TMPDIR": folder}
    asker = [sys.executable, "-c", textwrap.dedent(ASKER), folder, str(int(end))]
    done = subprocess.run(
        asker, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert done.returncode == -end
    workers = [int(pid) for pid in done.stdout.split()]
    assert len(workers) >= 3  # scheduler, nanny, worker
    until(lambda: not any(runs(pid) for pid in workers))
    until(lambda: not list(Path(folder).glob("gatescope-*")))

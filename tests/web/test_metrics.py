"""What an operator reads of a server, parsed as Prometheus does."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from core.service.state_machine import StateMachine
from core.web import metrics
from core.web.places import Places


def read(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_visitors_are_counted():
    places = Places(1)
    places.enter("a")
    places.enter("b")
    registry = CollectorRegistry()
    registry.register(metrics.Figures(places))
    found = read(generate_latest(registry).decode())
    assert (found["gatescope_visitors"], found["gatescope_visitors_refused_total"]) == (1, 1)


def test_seconds_are_summed_up_bucket_by_bucket():
    jobs = StateMachine(most_bytes=1000, most_queued=1)
    for seconds in (0.05, 0.2, 2.0, 5000.0):
        jobs.tally.finished(seconds)
    registry = CollectorRegistry()
    registry.register(type("", (), {"collect": lambda _: metrics._counters(jobs.tally.counts())})())
    found = read(generate_latest(registry).decode())
    assert [found[f"gatescope_job_seconds_bucket{bound}"] for bound in ("0.1", "0.3", "3.0", "+Inf")] == [1, 2, 3, 4]
    assert found["gatescope_job_seconds_sum"] == pytest.approx(5002.25)
    assert found["gatescope_jobs_ended_totalfinished"] == 4


@pytest.mark.parametrize(("given", "copy", "port"), [
    ("", "", None), ("9100", "", 9100), ("9100", "2", 9102), ("no", "", None), ("0", "", None), ("65535", "1", None),
])  # fmt: skip
def test_each_copy_has_its_own_port(monkeypatch, given, copy, port):
    monkeypatch.setenv(metrics.PORT, given)
    monkeypatch.setenv(metrics.COPY, copy)
    assert metrics.port() == port


def test_published_at_this_machine_only_and_no_longer_than_asked(monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv(metrics.PORT, str(port))
    with metrics.publishing():
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            found = read(answer.read().decode())
        with metrics.publishing():  # the port is taken: served all the same
            pass
    assert found["process_resident_memory_bytes"] > 2**20
    assert "gatescope_jobs_queued" in found
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)


def test_nothing_is_published_unless_asked_for(monkeypatch):
    monkeypatch.delenv(metrics.PORT, raising=False)
    monkeypatch.setattr(metrics, "start_http_server", lambda *_: pytest.fail("a port was opened"))
    with metrics.publishing():
        pass

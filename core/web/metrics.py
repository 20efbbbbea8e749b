"""Figures for an operator, as Prometheus reads them, at a port of their own: numbers only, nobody's name.

GATESCOPE_METRICS_PORT turns them on, at 127.0.0.1 unless GATESCOPE_METRICS_HOST says otherwise; of several web
processes on one machine the n-th (GATESCOPE_COPY=n, from 0) listens n ports further on.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import accumulate

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from core import service
from core.service.tally import BOUNDS, Counts
from core.web.places import Places, places

PORT, HOST, COPY = "GATESCOPE_METRICS_PORT", "GATESCOPE_METRICS_HOST", "GATESCOPE_COPY"
USUAL_HOST = "127.0.0.1"
MOST_PORT = 65_535

log = logging.getLogger("gatescope.web")


class Figures(Collector):
    """Read anew whenever somebody asks."""

    def __init__(self, places: Places = places) -> None:
        self._places = places

    def collect(self) -> Iterable[Metric]:
        now = service.status()
        yield _gauge("visitors", "Open pages.", self._places.open)
        yield _gauge("visitors_most", "Open pages that are let in.", self._places.most)
        yield CounterMetricFamily(
            "gatescope_visitors_refused", "Browsers and connections turned away.", value=self._places.refused
        )
        yield _gauge("up", "Whether the workers' side answers.", now.up)
        yield _gauge("workers", "Jobs that can run at once.", now.workers)
        yield _gauge("workers_warm", "Workers that could train at once.", len(now.said))
        yield _gauge("jobs_queued", "Jobs that visitors wait for and no worker has begun.", now.queued)
        yield _gauge("jobs_running", "Jobs that workers are at.", now.running)
        yield _gauge("parts_queued", "Parts of sets that no worker has begun.", now.parts)
        yield _gauge("results_held", "Finished jobs held in memory.", now.results)
        yield _gauge("results_bytes", "Their size.", now.result_bytes)
        yield from _counters(now.counts)


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(f"gatescope_{name}", about, value=value)


def _counters(counts: Counts) -> Iterator[Metric]:
    for name, about, label, counted in (
        ("jobs_refused", "Asks that were refused.", "reason", counts.refused),
        ("jobs_ended", "Jobs that have ended.", "how", counts.ended),
        ("asks_answered", "Asks that began no job: joined, or read from memory or disk.", "by", counts.answered),
    ):
        family = CounterMetricFamily(f"gatescope_{name}", about, labels=[label])
        for value, count in counted.items():
            family.add_metric([value], count)
        yield family
    summed = zip(BOUNDS, accumulate(counts.seconds), strict=True)
    yield HistogramMetricFamily(
        "gatescope_job_seconds",
        "How long finished jobs took.",
        buckets=[("+Inf" if bound == math.inf else str(bound), float(count)) for bound, count in summed],
        sum_value=counts.total_seconds,
    )


def registry() -> CollectorRegistry:
    """Our figures, and those of this process: processor time, memory, files, garbage collection."""
    found = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=found)
    found.register(Figures())
    return found


def port() -> int | None:
    """Where this process publishes; None where nobody asks for it, or what is asked for is no port."""
    given = os.environ.get(PORT, "").strip()
    if not given:
        return None
    copy = os.environ.get(COPY, "").strip()
    wanted = int(given) + (int(copy) if copy.isdecimal() else 0) if given.isdecimal() else 0
    if not 0 < wanted <= MOST_PORT:
        log.error("%s is %r, but must be a port; no figures are published.", PORT, given)
        return None
    return wanted


@contextmanager
def publishing() -> Iterator[None]:
    """Figures at their port meanwhile; a port that cannot be had is no reason to serve nobody."""
    wanted = port()
    if wanted is None:
        yield
        return
    try:
        server, thread = start_http_server(wanted, os.environ.get(HOST, "").strip() or USUAL_HOST, registry())
    except OSError as cause:
        log.error("No figures are published at port %s: %s", wanted, cause)
        yield
        return
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

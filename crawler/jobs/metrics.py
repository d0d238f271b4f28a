"""Metrics in Prometheus's text form, from what is written down: record of runs, spool, disk, queue.

Nothing is counted beside the record: a scrape reads it, so that a worker's endpoint, a text file
written by cron and `scrapy status` cannot differ, and no count is lost with a process. Names begin
with `disclosure_`; `deploy/grafana.json` draws them. Figures of all time never fall.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from crawler.archive.place import Place
from crawler.jobs import queue
from crawler.jobs.outcomes import OUTCOMES, RUNNING
from crawler.jobs.runs import Runs
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prometheus_client.core import Metric

    from crawler.jobs.figures import Figures
    from crawler.jobs.runs import Run

#: Sums over all runs: name, what it counts, how it is read from a run's figures.
_SUMS: tuple[tuple[str, str, Callable[[Figures], float]], ...] = (
    ("requests", "Requests sent to portals", lambda run: run.requests),
    ("bytes", "Bytes received from portals", lambda run: run.bytes),
    ("crawl_seconds", "Seconds that crawls took", lambda run: run.seconds),
    ("pages", "Pages read", lambda run: run.pages),
    ("reports_new", "Reports that were new or had changed", lambda run: run.new),
    ("unchanged", "Pages and files that stood as archived before", lambda run: run.unchanged),
    ("challenges", "Firewall challenges met", lambda run: run.challenges),
)
#: Sums by a label: name, label, what it counts, how it is read.
_LABELLED: tuple[tuple[str, str, str, Callable[[Figures], Mapping[str, int]]], ...] = (
    ("failed", "reason", "Addresses that gave no page", lambda run: run.failed),
    ("spam", "kind", "Injections that cleaning found", lambda run: run.spam),
    ("checks", "status", "Identities tried", lambda run: run.checks),
)


@dataclass(frozen=True, slots=True)
class State:
    """What the metrics are made from, read at one instant."""

    runs: list[Run]
    waiting: int
    waiting_bytes: int
    disk_free: int | None
    queue: dict[str, int]


def state_of(settings: Mapping[str, Any]) -> State:
    """Read the state of a deployment. Raises DisclosureError where record or queue cannot be."""
    spool = Place.from_settings(settings).spool
    sizes = [path.stat().st_size for path in spool.glob("*.warc.gz")] if spool.is_dir() else []
    url = str(settings.get("QUEUE_URL") or "")
    return State(
        runs=Runs.from_settings(settings).all(),
        waiting=len(sizes),
        waiting_bytes=sum(sizes),
        disk_free=shutil.disk_usage(spool).free if spool.is_dir() else None,
        queue=queue.counts(url) if url else {},
    )


def metrics(state: State) -> Iterator[Metric]:
    """Yield every metric of a state."""
    ended = [run for run in state.runs if run.outcome != RUNNING]
    outcomes = Counter(run.outcome for run in ended)
    yield _by("runs", "outcome", "Runs by how they ended", {
        outcome.name: outcomes[outcome.name] for outcome in OUTCOMES
    })  # fmt: skip
    for name, what, read in _SUMS:
        yield CounterMetricFamily(f"disclosure_{name}", what, sum(read(r.figures) for r in ended))
    for name, label, what, counts in _LABELLED:
        found: Counter[str] = Counter()
        for run in ended:
            found.update(counts(run.figures))
        yield _by(name, label, what, found)
    alarms = Counter(alarm.monitor for run in ended for alarm in run.alarms)
    yield _by("alarms", "monitor", "Alarms raised", alarms)
    yield _gauge("running", "Runs under way", len(state.runs) - len(ended))
    yield _gauge("upload_waiting_files", "Finished files that wait for the store", state.waiting)
    yield _gauge("upload_waiting_bytes", "Bytes of those files", state.waiting_bytes)
    if state.disk_free is not None:
        yield _gauge("disk_free_bytes", "Bytes free where the spool lies", state.disk_free)
    yield _by_status(state.queue)
    yield from _portals(ended)


def _portals(ended: Iterable[Run]) -> Iterator[Metric]:
    """Yield what is told of each portal: when its last run ended, how, with how many alarms."""
    last = {run.portal: run for run in ended}
    at = GaugeMetricFamily(
        "disclosure_portal_last_run_timestamp_seconds", "When a portal's last run ended",
        labels=["portal", "outcome"],
    )  # fmt: skip
    alarms = GaugeMetricFamily(
        "disclosure_portal_alarms", "Alarms of a portal's last run", labels=["portal"]
    )
    for portal, run in sorted(last.items()):
        at.add_metric([portal, run.outcome], _instant(run.ended or run.started))
        alarms.add_metric([portal], len(run.alarms))
    yield at
    yield alarms


def _instant(written: str) -> float:
    return datetime.fromisoformat(written).timestamp()


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"disclosure_{name}", what, value)


def _by(name: str, label: str, what: str, counts: Mapping[str, int]) -> Metric:
    family = CounterMetricFamily(f"disclosure_{name}", what, labels=[label])
    for value, count in sorted(counts.items()):
        family.add_metric([value], count)
    return family


def _by_status(counts: Mapping[str, int]) -> Metric:
    what = "Portals in the queue by state"
    family = GaugeMetricFamily("disclosure_queue_jobs", what, labels=["status"])
    for status in ("todo", "doing", "failed"):
        family.add_metric([status], counts.get(status, 0))
    return family


class Exported(Collector):
    """What a scrape asks: the state is read anew each time; `disclosure_up` is 0 where it fails."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; where the state cannot be read, only that it cannot."""
        try:
            state = state_of(self._settings)
        except DisclosureError:
            yield _gauge("up", "Whether record and queue can be read", 0)
            return
        yield _gauge("up", "Whether record and queue can be read", 1)
        yield from metrics(state)

    def describe(self) -> list[Metric]:
        """Return nothing: else the state is read when the registry is made."""
        return []


def text(settings: Mapping[str, Any]) -> bytes:
    """Return all metrics in Prometheus's text form."""
    return generate_latest(_registry(settings))


def serve(settings: Mapping[str, Any], address: str) -> int:
    """Serve metrics at `HOST:PORT` or `PORT` (of this machine) from a thread; return the port.

    Port 0 takes any that is free. Raises DisclosureError where it cannot be had.
    """
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        raise DisclosureError(f"--metrics {address} is no address: write 9464 or 0.0.0.0:9464")
    try:
        server, _ = start_http_server(int(port), host or "127.0.0.1", _registry(settings))
    except OSError as error:
        raise DisclosureError(
            f"metrics cannot be served at {address} ({error.strerror}): give another --metrics"
        ) from error
    return int(server.server_port)


def _registry(settings: Mapping[str, Any]) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Exported(settings))
    return registry

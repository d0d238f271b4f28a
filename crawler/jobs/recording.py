"""The extension that records each run: entered when it begins, completed when everything is over.

Comes last of all extensions, so that archive and feeds have ended when it tells how the run did.
The record is the table of runs (`crawler.jobs.runs`) and the run's JSON line; alarms go to their
sinks from here. A record that cannot be written fails the run, and never stops the crawl.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler.archive.extension import KeepArchive
from crawler.archive.jobs import now
from crawler.jobs.counting import Counting
from crawler.jobs.monitors import alarms_of
from crawler.jobs.outcomes import ended_as
from crawler.jobs.runs import Runs, begun
from crawler.jobs.sinks import Sinks
from crawler.run import fail, remark, told_failures
from parsers.errors import DisclosureError

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.jobs.figures import Figures
    from crawler.jobs.runs import Run

_log = logging.getLogger(__name__)


def check(settings: BaseSettings) -> None:
    """Make sure that a run can be recorded and told of. Raises DisclosureError."""
    Runs.from_settings(settings)
    Sinks.from_settings(settings)


class RecordRun:
    """Counts a run and enters it, a row a portal; `line` is what the command prints of it."""

    def __init__(self, crawler: Crawler) -> None:
        if not crawler.settings.getbool("ARCHIVE_ENABLED", default=True):
            raise NotConfigured("a run without an archive leaves no record")
        self._crawler = crawler
        self._sinks = Sinks.from_settings(crawler.settings)
        self._runs = Runs.from_settings(crawler.settings)
        self._counting = Counting(crawler)
        self._open: list[Run] = []
        self._previous: dict[str, Run] = {}
        self._last_requests: dict[str, int] = {}
        self._started = ""
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the table. Raises DisclosureError where it or a sink cannot be used."""
        return cls(crawler)

    def spider_opened(self) -> None:
        """Enter the run of each portal that is walked."""
        spider: Any = self._crawler.spider
        self._started = now()
        portals = dict.fromkeys(
            start.id
            for start in getattr(spider, "starts", ())
            if start.name == f"portal {start.id}"
        )
        scope = _scope(spider)
        self._open = [begun(portal, self._archive.job, scope, self._started) for portal in portals]
        for run in self._open:
            self._enter(run)
            past = self._past(run)
            self._last_requests[run.portal] = past[0].figures.requests if past else 0

    @property
    def portals_begun(self) -> tuple[int, int]:
        """How many portals have given a page so far, and how many there are."""
        begun = sum(self._counting.figures(run.portal).pages > 0 for run in self._open)
        return begun, len(self._open)

    @property
    def expected_requests(self) -> int:
        """How many requests are left if portals take as many as on their last visits; 0 if none."""
        left = 0
        for run in self._open:
            before = self._last_requests.get(run.portal, 0)
            left += max(before - self._counting.figures(run.portal).requests, 0)
        return left

    def figures(self) -> Figures:
        """Return the figures of the whole run so far."""
        return self._counting.figures()

    def engine_stopped(self) -> None:
        """Complete the rows; say what is wrong to whoever is to be told."""
        ended = now()
        self._open = [self._completed(run, ended) for run in self._open]
        for run in self._open:
            self._enter(run)
            for sentence in self._sinks.tell(run, self._previous.get(run.id)):
                _log.error("%s", sentence)
                remark(self._crawler, sentence)

    def line(self) -> dict[str, Any]:
        """Return the run's JSON line: how it ended, its figures, and each portal's run."""
        told = told_failures(self._crawler)
        outcome = ended_as(told, self._reason)
        return {
            "job": self._archive.job,
            "outcome": outcome.name,
            "code": outcome.code,
            "started": self._started,
            "figures": self._with_surroundings(self._counting.figures()).as_dict(),
            "said": [one.sentence for one in told],
            "portals": [run.as_dict() for run in self._open],
        }

    def _completed(self, run: Run, ended: str) -> Run:
        told = [one for one in told_failures(self._crawler) if one.portal in (None, run.portal)]
        figures = self._with_surroundings(self._counting.figures(run.portal))
        whole = replace(
            run,
            ended=ended,
            outcome=ended_as(told, self._reason).name,
            figures=figures,
            said=tuple(one.sentence for one in told),
        )
        past = self._past(run)
        if past:
            self._previous[run.id] = past[0]
        return replace(whole, alarms=tuple(alarms_of(whole, past)))

    def _with_surroundings(self, figures: Figures) -> Figures:
        """Return the figures with what is the run's and the archive's, not a portal's."""
        stats = self._crawler.stats
        try:
            free = shutil.disk_usage(self._archive.spool).free
        except OSError:
            free = None
        waiting = self._archive.waiting
        return replace(
            figures,
            seconds=float(stats.get_value("elapsed_time_seconds") or 0),
            replayed=int(stats.get_value("archive/replayed") or 0),
            waiting=len(waiting),
            waiting_bytes=sum(waiting.values()),
            disk_free=free,
        )

    def _past(self, run: Run) -> list[Run]:
        try:
            return self._runs.past(run)
        except DisclosureError as error:
            fail(self._crawler, str(error))
            return []

    def _enter(self, run: Run) -> None:
        try:
            self._runs.enter(run)
        except DisclosureError as error:
            fail(self._crawler, str(error))

    @property
    def _archive(self) -> KeepArchive:
        archive = self._crawler.get_extension(KeepArchive)
        assert archive is not None  # noqa: S101 (it is configured where this is)
        return archive

    @property
    def _reason(self) -> str | None:
        reason = self._crawler.stats.get_value("finish_reason")
        return None if reason is None else str(reason)


def _scope(spider: object) -> str:
    """Return which part of a portal the spider was asked for; "" is all of it."""
    wanted = getattr(spider, "wanted", None)
    told = {name: getattr(wanted, name, "") for name in ("since", "until")}
    return " ".join(f"{name}={value}" for name, value in told.items() if value)
